// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// TestAttemptTimeout covers where an attempt may hang. It fails as ErrUnavailable and not as the caller's deadline.
func TestAttemptTimeout(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		transport transport
		want      string
		status    int
	}{
		"headers": {silent, "no answer within 30s", 0},
		"body": {func(r *http.Request) (*http.Response, error) {
			return answer(200, io.MultiReader(strings.NewReader("x"), contextBody{r.Context()})), nil
		}, "no data for 30s", 200},
		"error body": {func(r *http.Request) (*http.Response, error) {
			return answer(400, contextBody{r.Context()}), nil
		}, "no data for 30s", 400},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				count := &bodies{base: tt.transport}
				o := quick()
				o.Retry.Max = 1
				o.Transport = count
				begin := time.Now()
				err := newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil))
				if took := time.Since(begin).Round(time.Second); took != time.Minute {
					t.Errorf("two attempts took %v, want a minute", took)
				}
				e := failure(t, err)
				if e.Kind != history.ErrUnavailable || e.Attempts != 2 || e.HTTPStatus != tt.status {
					t.Errorf("got %v", err)
				}
				if !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %q, want %q in it", err, tt.want)
				}
				if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
					t.Errorf("%v matches a context error, but the caller's context is alive", err)
				}
				if timeout, ok := errors.AsType[net.Error](err); !ok || !timeout.Timeout() {
					t.Errorf("%v is no time-out of the network's kind", err)
				}
				if opened, closed := count.opened.Load(), count.closed.Load(); opened != closed {
					t.Errorf("%d bodies opened, %d closed", opened, closed)
				}
			})
		})
	}
}

// drip is a body that brings a byte after each wait, if the request is still wanted then.
type drip struct {
	ctx  context.Context
	wait time.Duration
	left int
}

func (d *drip) Read(p []byte) (int, error) {
	if d.left == 0 {
		return 0, io.EOF
	}
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(d.wait):
	}
	d.left--
	p[0] = 'x'
	return 1, nil
}

// TestSlownessIsNoTimeout: neither a consumer that takes hours nor an answer that comes in slowly is cut off.
func TestSlownessIsNoTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &history.Options{Transport: transport(func(r *http.Request) (*http.Response, error) {
			<-time.After(29 * time.Second)
			return answer(200, &drip{ctx: r.Context(), wait: 29 * time.Second, left: 10}), nil
		})}
		call := get("http://cloud.test/", nil)
		got := 0
		call.Read = func(_ context.Context, r *exchange.Reply) error {
			for p := make([]byte, 1); ; <-time.After(3 * time.Hour) {
				n, err := r.Body.Read(p)
				got += n
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return err
				}
			}
		}
		if err := newExchange(t, o).Do(t.Context(), call); err != nil || got != 10 {
			t.Errorf("got %d bytes, %v, want 10 and no error", got, err)
		}
	})
}

// TestNoAttemptTimeout: a negative AttemptTimeout waits as long as the caller does.
func TestNoAttemptTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := &history.Options{
			Retry: history.Retry{AttemptTimeout: -1},
			Transport: transport(func(*http.Request) (*http.Response, error) {
				<-time.After(24 * time.Hour)
				return text(200, ""), nil
			}),
		}
		if err := newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil)); err != nil {
			t.Error(err)
		}
	})
}

// TestDrainingTakesNoTime: an answer that was decoded whole does not wait for an end that does not come.
func TestDrainingTakesNoTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		count := &bodies{base: transport(func(r *http.Request) (*http.Response, error) {
			return answer(200, contextBody{r.Context()}), nil
		})}
		call := get("http://cloud.test/", nil)
		call.Read = func(context.Context, *exchange.Reply) error { return nil }
		begin := time.Now()
		if err := newExchange(t, &history.Options{Transport: count}).Do(t.Context(), call); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took > 100*time.Millisecond {
			t.Errorf("Do took %v", took)
		}
		count.check(t, 1)
	})
}

// TestTheBodyIsClosedWhenReadPanics: Read runs the body of a consumer's loop.
func TestTheBodyIsClosedWhenReadPanics(t *testing.T) {
	t.Parallel()
	count := &bodies{base: transport(func(r *http.Request) (*http.Response, error) {
		return answer(200, contextBody{r.Context()}), nil
	})}
	call := get("http://cloud.test/", nil)
	call.Read = func(context.Context, *exchange.Reply) error { panic("the consumer's") }
	func() {
		defer func() {
			if got := recover(); got != "the consumer's" {
				t.Errorf("recovered %v, want the consumer's panic", got)
			}
		}()
		_ = newExchange(t, &history.Options{Transport: count}).Do(t.Context(), call)
	}()
	count.check(t, 1)
}

// TestOddTransports: what a transport must not do, and some do.
func TestOddTransports(t *testing.T) {
	t.Parallel()
	o := quick()
	o.Retry.Max = -1
	count := &bodies{base: transport(func(*http.Request) (*http.Response, error) {
		return text(200, "x"), errors.New("both an answer and an error")
	})}
	o.Transport = count
	if err := newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil)); !errors.Is(err, history.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	count.check(t, 1)
	o.Transport = transport(func(*http.Request) (*http.Response, error) { return nil, nil })
	if err := newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil)); !errors.Is(err, history.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}

// TestHoldIsMoreTimeForTheHeaders: a long poll that was asked for is no time-out.
func TestHoldIsMoreTimeForTheHeaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		o := quick()
		o.Retry.Max = -1
		o.Transport = transport(silent)
		call := get("http://cloud.test/", nil)
		call.Hold = time.Minute
		begin := time.Now()
		err := newExchange(t, o).Do(t.Context(), call)
		if took := time.Since(begin).Round(time.Second); took != 90*time.Second {
			t.Errorf("the attempt took %v, want the hold of 1m0s and the time-out of 30s", took)
		}
		if e := failure(t, err); e.Kind != history.ErrUnavailable || !strings.Contains(err.Error(), "no answer within 1m30s") {
			t.Errorf("got %v", err)
		}
	})
}
