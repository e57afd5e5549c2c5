// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// prompt is how soon a call must return when its context ends.
const prompt = 50 * time.Millisecond

// signal is closed when something was reached for the first time.
type signal struct {
	once sync.Once
	c    chan struct{}
}

func newSignal() *signal { return &signal{c: make(chan struct{})} }

func (s *signal) reached() { s.once.Do(func() { close(s.c) }) }

// phase is a place at which a call can be held. It makes a client whose calls are held there, and says when one is.
type phase func(t *testing.T) (*history.Client, <-chan struct{})

func phases() map[string]phase {
	return map[string]phase{
		"dial":        heldInDial,
		"headers":     heldBeforeHeaders,
		"body":        heldInBody,
		"backoff":     heldInBackoff,
		"rate limit":  heldByRateLimit,
		"credentials": heldByCredentials,
	}
}

// heldInDial has a dialer that takes no notice of its context.
func heldInDial(t *testing.T) (*history.Client, <-chan struct{}) {
	dialing, over := newSignal(), make(chan struct{})
	t.Cleanup(func() { close(over) })
	o := quick()
	o.Transport = &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		dialing.reached()
		<-over
		return nil, errors.New("over")
	}}
	return open(t, good(), o), dialing.c
}

func heldBeforeHeaders(t *testing.T) (*history.Client, <-chan struct{}) {
	srv, client := start(t, nil, run(3))
	srv.Inject(alibabatest.Fault{Hang: true, Times: -1})
	asked := newSignal()
	go func() {
		if srv.Wait(t.Context(), "", 1) == nil {
			asked.reached()
		}
	}()
	return client, asked.c
}

// watchedBody tells when the first bytes of a body were read.
type watchedBody struct {
	io.ReadCloser
	read *signal
}

func (b watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.read.reached()
	}
	return n, err
}

// roundTrip makes a function a transport.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func heldInBody(t *testing.T) (*history.Client, <-chan struct{}) {
	reading := newSignal()
	inner := &http.Transport{}
	t.Cleanup(inner.CloseIdleConnections)
	o := quick()
	o.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := inner.RoundTrip(r)
		if err == nil {
			resp.Body = watchedBody{resp.Body, reading}
		}
		return resp, err
	})
	srv, client := start(t, o, run(3))
	srv.Inject(alibabatest.Fault{HangAfter: 20, Times: -1})
	return client, reading.c
}

func heldInBackoff(t *testing.T) (*history.Client, <-chan struct{}) {
	failed := newSignal()
	srv, client := start(t, &history.Options{Observe: func(context.Context, history.Call) { failed.reached() }}, run(3))
	srv.Inject(alibabatest.Fault{Code: "Throttling.User", Header: http.Header{"Retry-After": {"15"}}, Times: -1})
	return client, failed.c
}

// never is a limiter that lets nothing pass.
type never struct{ asked *signal }

func (l never) Wait(ctx context.Context) error {
	l.asked.reached()
	<-ctx.Done()
	return ctx.Err()
}

func heldByRateLimit(t *testing.T) (*history.Client, <-chan struct{}) {
	waiting := newSignal()
	_, client := start(t, &history.Options{RateLimit: history.RateLimit{
		Limiter: func(string) history.Limiter { return never{waiting} },
	}}, run(3))
	return client, waiting.c
}

// heldByCredentials has a function that takes no notice of its context.
func heldByCredentials(t *testing.T) (*history.Client, <-chan struct{}) {
	asked, over := newSignal(), make(chan struct{})
	t.Cleanup(func() { close(over) })
	srv := alibabatest.NewServer(t, nil)
	return open(t, asking(srv, func(context.Context) (alibaba.Credentials, error) {
		asked.reached()
		<-over
		return alibaba.Credentials{}, errors.New("over")
	}), quick()), asked.c
}

// A context that is cancelled ends a call at once, whatever it is doing, and the error says whose doing it was.
//
// It is measured up to three times, because a busy machine may take its time once.
func TestCancelInEveryPhase(t *testing.T) {
	for name, held := range phases() {
		for op := range operations(nil) {
			t.Run(name+" "+op, func(t *testing.T) {
				took := time.Hour
				for range 3 {
					if took = cancelled(t, held, op); took <= prompt {
						return
					}
				}
				t.Errorf("returned %v after the cancel, want within %v", took, prompt)
			})
		}
	}
}

// cancelled cancels a call while it is held, and returns how long that took.
func cancelled(t *testing.T, held phase, op string) time.Duration {
	t.Helper()
	client, ready := held(t)
	reason := errors.New("the user went home")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := make(chan error, 1)
	go func() { done <- operations(client)[op](ctx) }()
	select {
	case <-ready:
	case err := <-done:
		t.Fatalf("it returned before it was held: %v", err)
	}
	began := time.Now()
	cancel(reason)
	err := <-done
	took := time.Since(began)
	e := failure(t, err)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, reason) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v does not match context.Canceled and the cause, or matches a deadline too", err)
	}
	if e.Kind != "" || e.Op != op {
		t.Errorf("Kind %q, Op %q, want none and %s", e.Kind, e.Op, op)
	}
	return took
}

// A deadline ends a call the same way. A wait that cannot end before it fails without waiting.
func TestDeadlineInEveryPhase(t *testing.T) {
	const deadline = 100 * time.Millisecond
	for name, held := range phases() {
		t.Run(name, func(t *testing.T) {
			took := time.Hour
			for range 3 {
				client, _ := held(t)
				ctx, cancel := context.WithTimeout(t.Context(), deadline)
				defer cancel()
				began := time.Now()
				_, err := client.Describe(ctx, ref())
				took = time.Since(began)
				if e := failure(t, err); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || e.Kind != "" {
					t.Errorf("%v, want one that matches context.DeadlineExceeded only", err)
				}
				if took <= deadline+prompt {
					return
				}
			}
			t.Errorf("returned after %v, want at most %v", took, deadline+prompt)
		})
	}
}

// A backoff beyond the deadline is not begun, and the error still tells what the service said.
func TestDeadlineBeforeBackoff(t *testing.T) {
	t.Parallel()
	client, _ := heldInBackoff(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	began := time.Now()
	_, err := client.Describe(ctx, ref())
	e := failure(t, err)
	if took := time.Since(began); took > 5*time.Second || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v after %v, want DeadlineExceeded at once", err, took)
	}
	if e.Code != "Throttling.User" || e.HTTPStatus != 400 || e.RequestID == "" || e.RetryAfter != 15*time.Second || e.Kind != "" {
		t.Errorf("%#v does not tell what the service said", e)
	}
}

// Nothing is sent for a context that is over, and a page already read is delivered first.
func TestCancelledBefore(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(30))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got []history.Event
	var end error
	for event, err := range client.Events(ctx, history.EventQuery{Ref: ref(), PageSize: 10}) {
		if err != nil {
			end = err
			break
		}
		got = append(got, event)
		cancel()
	}
	e := failure(t, end)
	if !errors.Is(end, context.Canceled) || len(got) != 10 || srv.Count("") != 1 {
		t.Errorf("%d events in %d requests, then %v; want the page of 10 and then the end", len(got), srv.Count(""), end)
	}
	if rest := walk(t, client, history.EventQuery{Ref: ref(), From: e.Cursor}); len(rest) != 20 {
		t.Errorf("%d events from the error's cursor, want 20", len(rest))
	}
	srv.ResetRequests()
	for op, call := range operations(client) {
		if err := call(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", op, err)
		}
	}
	if n := srv.Count(""); n != 0 {
		t.Errorf("%d requests on a dead context", n)
	}
}

// An attempt that takes too long is not the caller's context: it is tried again.
func TestAttemptTimeoutIsNotTheCallers(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]alibabatest.Fault{"headers": {Hang: true}, "body": {HangAfter: 20}} {
		o := quick()
		o.Retry.AttemptTimeout = 200 * time.Millisecond
		o.Retry.Max = 1
		srv, client := start(t, o, run(3))
		srv.Inject(fault)
		if got := len(walk(t, client, history.EventQuery{Ref: ref()})); got != 3 {
			t.Errorf("%s: %d events after one time-out, want 3", name, got)
		}
		fault.Times = -1
		srv.Inject(fault)
		_, err := client.Describe(t.Context(), ref())
		if !errors.Is(err, history.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want an ErrUnavailable that matches no context", name, err)
		}
	}
}
