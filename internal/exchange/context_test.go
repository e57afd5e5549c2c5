// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// reason is a cause that errors.As can find.
type reason struct{ why string }

func (r *reason) Error() string { return r.why }

// silent answers nothing until the request's context ends.
func silent(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// phases are the places in which a context may end; each call would go on for ever. They run in a synctest bubble.
func phases() map[string]func(*history.Options, *exchange.Call) {
	return map[string]func(*history.Options, *exchange.Call){
		"rate limit": func(o *history.Options, _ *exchange.Call) {
			o.RateLimit.Limiter = func(string) history.Limiter { return blocked{} }
		},
		"signing": func(_ *history.Options, c *exchange.Call) {
			c.Sign = func(ctx context.Context) (exchange.Signed, error) {
				<-ctx.Done()
				return exchange.Signed{}, ctx.Err()
			}
		},
		"headers": func(o *history.Options, _ *exchange.Call) { o.Transport = transport(silent) },
		"body": func(o *history.Options, _ *exchange.Call) {
			o.Transport = transport(func(r *http.Request) (*http.Response, error) {
				return answer(200, contextBody{r.Context()}), nil
			})
		},
		"error body": func(o *history.Options, _ *exchange.Call) {
			o.Transport = transport(func(r *http.Request) (*http.Response, error) {
				return answer(500, contextBody{r.Context()}), nil
			})
		},
		"endless body": func(o *history.Options, c *exchange.Call) {
			o.Transport = transport(func(*http.Request) (*http.Response, error) { return answer(200, zeros{}), nil })
			c.Read = func(_ context.Context, r *exchange.Reply) error {
				for {
					if _, err := r.Body.Read(make([]byte, 10)); err != nil {
						return fmt.Errorf("a decoder that loses the reason: %v", err)
					}
					<-time.After(time.Millisecond) // a consumer at work, in the bubble's time
				}
			}
		},
		"backoff": func(o *history.Options, _ *exchange.Call) {
			o.Transport = transport(func(*http.Request) (*http.Response, error) {
				return text(503, "Busy", "Retry-After", "3600"), nil
			})
			o.Retry.MaxWait = time.Hour
		},
	}
}

// blocked is a limiter that lets nothing pass.
type blocked struct{}

func (blocked) Wait(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// zeros is a body without an end that takes no notice of any context.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestCancelEndsEveryPhaseAtOnce(t *testing.T) {
	t.Parallel()
	for name, prepare := range phases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := &history.Options{Retry: history.Retry{AttemptTimeout: -1}}
				call := get("http://cloud.test/", nil)
				prepare(o, &call)
				ctx, cancel := context.WithCancelCause(t.Context())
				want := &reason{"somebody pressed the button"}
				time.AfterFunc(time.Second, func() { cancel(want) })
				begin := time.Now()
				err := newExchange(t, o).Do(ctx, call)
				if late := time.Since(begin) - time.Second; late > 50*time.Millisecond || late < 0 {
					t.Errorf("Do returned %v after the cancel", late)
				}
				e := failure(t, err)
				if e.Kind != "" || !errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v of kind %q, want only context.Canceled", err, e.Kind)
				}
				if got, ok := errors.AsType[*reason](err); !ok || got != want || !strings.Contains(err.Error(), want.why) {
					t.Errorf("the cause is not in %v", err)
				}
			})
		})
	}
}

func TestDeadlineEndsEveryPhaseAtOnce(t *testing.T) {
	t.Parallel()
	for name, prepare := range phases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				o := &history.Options{Retry: history.Retry{AttemptTimeout: -1}}
				call := get("http://cloud.test/", nil)
				prepare(o, &call)
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				begin := time.Now()
				err := newExchange(t, o).Do(ctx, call)
				if took := time.Since(begin); took > time.Second+50*time.Millisecond {
					t.Errorf("Do returned after %v", took)
				}
				e := failure(t, err)
				if e.Kind != "" || !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
					t.Errorf("got %v of kind %q, want only context.DeadlineExceeded", err, e.Kind)
				}
			})
		})
	}
}

// TestCancelAbortsADial uses listeners that do not answer a TLS handshake. A busy machine may delay one of them, not all.
func TestCancelAbortsADial(t *testing.T) {
	t.Parallel()
	took := time.Hour
	for range 5 {
		took = min(took, cancelHandshake(t))
	}
	if took > 50*time.Millisecond {
		t.Errorf("Do returned %v after the cancel", took)
	}
}

// cancelHandshake cancels a call once its connection is there, and measures how long Do takes to return.
func cancelHandshake(t *testing.T) time.Duration {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	done := make(chan struct{})
	defer close(done)
	cancelled := make(chan time.Time, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		cancelled <- time.Now()
		cancel()
		<-done
	}()
	// The exchange's own transport is the one to be tried here.
	err = newExchange(t, nil).Do(ctx, get("https://"+listener.Addr().String(), nil))
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	return time.Since(<-cancelled)
}

func TestNothingStartsOnADeadContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := quick()
	o.Transport = transport(func(*http.Request) (*http.Response, error) {
		t.Error("a request was sent")
		return text(200, ""), nil
	})
	o.RateLimit.Limiter = func(string) history.Limiter {
		t.Error("the limiter was asked")
		return nil
	}
	call := get("http://cloud.test/", nil)
	call.Sign = func(context.Context) (exchange.Signed, error) {
		t.Error("a request was signed")
		return exchange.Signed{}, nil
	}
	err := newExchange(t, o).Do(ctx, call)
	if e := failure(t, err); !errors.Is(err, context.Canceled) || e.Attempts != 0 || e.Elapsed != 0 {
		t.Errorf("got %v after %d attempts", err, e.Attempts)
	}
}

// TestAnAnswerThatWasReadCounts: who cancels while the last byte is decoded gets the answer, or the answer's own error.
func TestAnAnswerThatWasReadCounts(t *testing.T) {
	t.Parallel()
	for _, want := range []error{nil, history.ErrTooLarge} {
		ctx, cancel := context.WithCancel(t.Context())
		o := quick()
		o.Transport = transport(func(*http.Request) (*http.Response, error) { return text(200, "x"), nil })
		call := get("http://cloud.test/", nil)
		call.Read = func(_ context.Context, r *exchange.Reply) error {
			if _, err := r.ReadAll(); err != nil {
				return err
			}
			cancel()
			if want != nil {
				return r.TooLarge("the item")
			}
			return nil
		}
		if err := newExchange(t, o).Do(ctx, call); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

// TestACancelledBodyKeepsWhatTheHeadersSaid, for the provider's support desk.
func TestACancelledBodyKeepsWhatTheHeadersSaid(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := quick()
	o.Transport = transport(func(r *http.Request) (*http.Response, error) {
		return answer(200, contextBody{r.Context()}, "X-Request-Id", "r-5"), nil
	})
	call := get("http://cloud.test/", nil)
	read := call.Read
	call.Read = func(ctx context.Context, r *exchange.Reply) error { cancel(); return read(ctx, r) }
	e := failure(t, newExchange(t, o).Do(ctx, call))
	if e.HTTPStatus != 200 || e.RequestID != "r-5" || e.Attempts != 1 || e.Message != "ended while reading the answer" {
		t.Errorf("got %v", e)
	}
}

// TestTheNetworkMayNoticeTheDeadlineFirst: its time-out is the caller's then, although the context does not know yet.
func TestTheNetworkMayNoticeTheDeadlineFirst(t *testing.T) {
	t.Parallel()
	ctx := early{t.Context()}
	o := quick()
	o.Retry.Max = -1
	o.Transport = transport(func(*http.Request) (*http.Response, error) { return nil, os.ErrDeadlineExceeded })
	err := newExchange(t, o).Do(ctx, get("http://cloud.test/", nil))
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, history.ErrUnavailable) {
		t.Errorf("got %v, want DeadlineExceeded", err)
	}
}

// early is a context whose deadline is over, and whose timer has not fired yet.
type early struct{ context.Context }

func (early) Deadline() (time.Time, bool) { return time.Unix(0, 0), true }

// TestForeignContextErrorsAreMasked: a transport with time-outs of its own fails with errors that match the context's.
func TestForeignContextErrorsAreMasked(t *testing.T) {
	t.Parallel()
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: context.DeadlineExceeded}
	for _, foreign := range []error{context.Canceled, context.DeadlineExceeded, dial, fmt.Errorf("inner: %w", dial)} {
		o := quick()
		o.Transport = transport(func(*http.Request) (*http.Response, error) { return nil, foreign })
		err := newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil))
		e := failure(t, err)
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v matches a context error, but the caller's context is alive", err)
		}
		if e.Kind != history.ErrUnavailable || e.Attempts != 5 {
			t.Errorf("got kind %q after %d attempts, want ErrUnavailable after 5", e.Kind, e.Attempts)
		}
		if op, ok := errors.AsType[*net.OpError](err); errors.Is(foreign, dial) && (!ok || op != dial) {
			t.Errorf("the network's error is not in %v", err)
		}
	}
}
