// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/flowhistory/flowhistory/history"
)

// failsOnce walks over a source whose first request fails and is made again, and returns how many requests that took.
func (t *trial) failsOnce(change func(*history.Options)) int {
	t.Helper()
	t.place.Fail(history.ErrUnavailable, 0, 1)
	before := t.requests()
	if _, err := collect(t.sourceWalk(t.place.Source(t.options(retries(1), change)))(t.Context(), "", 2)); err != nil {
		t.Fatalf("a walk whose first attempt failed: %v", err)
	}
	return t.requests() - before
}

// Options.Observe hears of each attempt: of what it was one, which, and how it ended.
func sourceIsObserved(t *trial) {
	if !t.wired() {
		return
	}
	var calls []history.Call // without a lock: it is called where the range is
	made := t.failsOnce(func(o *history.Options) {
		o.Observe = func(_ context.Context, c history.Call) { calls = append(calls, c) }
	})
	if len(calls) != made {
		t.Fatalf("%d attempts were observed, want %d", len(calls), made)
	}
	src := t.source()
	for i, c := range calls {
		failed, attempt := i == 0, 1
		if i == 1 { // the same request again
			attempt = 2
		}
		if c.Provider != src.Provider() || c.Scope != src.Scope() || c.Op == "" {
			t.Errorf("request %d is of %q, %q, operation %q", i+1, c.Provider, c.Scope, c.Op)
		}
		if c.Attempt != attempt || c.Status == 0 || !failed && c.Status/100 != 2 || (c.Err != nil) != failed || c.Retry != failed {
			t.Errorf("request %d: attempt %d, status %d, error %v, retry %t; want attempt %d, failed %t",
				i+1, c.Attempt, c.Status, c.Err, c.Retry, attempt, failed)
		}
	}
}

// Options.Logger gets a record of each attempt: a Warn of one that failed, a Debug of each other.
func sourceLogsItsAttempts(t *trial) {
	if !t.wired() {
		return
	}
	var log bytes.Buffer
	made := t.failsOnce(func(o *history.Options) {
		o.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	warn, debug := strings.Count(log.String(), "level=WARN"), strings.Count(log.String(), "level=DEBUG")
	if warn < 1 || debug < made-1 {
		t.Errorf("%d records are of level Warn and %d Debug, want 1 and %d at least:\n%s", warn, debug, made-1, &log)
	}
}

// RateLimit.Limiter is asked before each attempt, and nothing is sent against its will.
func sourceAsksTheLimiter(t *trial) {
	if !t.wired() {
		return
	}
	var asked, sent, early atomic.Int64
	refusal := errors.New("the limiter's own reason")
	limited := func(answer error) func(*history.Options) {
		return func(o *history.Options) {
			o.RateLimit.Limiter = func(operation string) history.Limiter {
				if operation == "" {
					t.Error("the limiter of no operation is asked for")
				}
				return limiter(func() error { asked.Add(1); return answer })
			}
			o.Transport = transport(func(r *http.Request) (*http.Response, error) {
				if sent.Add(1) > asked.Load() {
					early.Add(1)
				}
				return t.bodies.RoundTrip(r)
			})
		}
	}
	t.failsOnce(limited(nil))
	if n := early.Load(); n > 0 {
		t.Errorf("%d of %d requests were sent before the limiter was asked for them", n, sent.Load())
	}
	before := sent.Load()
	_, err := collect(t.sourceWalk(t.place.Source(t.options(limited(refusal))))(t.Context(), "", 2))
	if n := sent.Load() - before; n > 0 || err == nil {
		t.Errorf("%d requests were sent against the limiter's will, and the error is %v", n, err)
	}
}

// limiter is a history.Limiter of one answer.
type limiter func() error

func (l limiter) Wait(context.Context) error { return l() }

// transport is an http.RoundTripper.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// An answer beyond Options.MaxResponseBytes is ErrTooLarge.
func sourceBoundsItsAnswers(t *trial) {
	if !t.wired() {
		return
	}
	tiny := t.options(func(o *history.Options) { o.MaxResponseBytes = 16 }) // less than any one item
	pages, err := collect(t.sourceWalk(t.place.Source(tiny))(t.Context(), "", 2))
	t.fails("a walk with MaxResponseBytes 16", err, history.ErrTooLarge)
	if len(pages) > 0 {
		t.Errorf("%d pages came", len(pages))
	}
}
