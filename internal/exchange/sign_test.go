// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// passing is an error that says of itself whether it may pass.
type passing bool

func (p passing) Error() string   { return "the token service is busy" }
func (p passing) Retryable() bool { return bool(p) }

func TestErrorsOfSign(t *testing.T) {
	t.Parallel()
	fails := func(err error) func() (exchange.Signed, error) {
		return func() (exchange.Signed, error) { return exchange.Signed{}, err }
	}
	asks := func(r *http.Request) func() (exchange.Signed, error) {
		return func() (exchange.Signed, error) { return exchange.Signed{Request: r}, nil }
	}
	throttled, invalid := &history.Error{Kind: history.ErrThrottled}, &history.Error{Kind: history.ErrInvalid}
	token := &http.Request{
		URL: &url.URL{Scheme: "https", Host: "cloud.test"}, Header: http.Header{"X-Auth-Token": {"test-token\n"}},
	}
	tests := map[string]struct {
		sign  func() (exchange.Signed, error)
		want  history.Kind
		says  string
		calls int
	}{
		"error": {func() (exchange.Signed, error) {
			return exchange.Signed{Secrets: []string{"test-access-key-id"}}, errors.New("no key test-access-key-id here")
		}, history.ErrUnauthenticated, "signing failed: no key [redacted] here", 1},
		"panic": {func() (exchange.Signed, error) {
			panic("a text that may hold a key nobody knows of")
		}, history.ErrUnauthenticated, "signing failed: panic with a string", 1},
		"runtime panic": {func() (exchange.Signed, error) {
			var keys []string
			return exchange.Signed{Secrets: keys[:1]}, nil
		}, history.ErrUnauthenticated, "signing failed: panic: runtime error: slice bounds out of range", 1},
		"exit": {func() (exchange.Signed, error) {
			runtime.Goexit()
			return exchange.Signed{}, nil
		}, history.ErrUnauthenticated, "signing failed: the goroutine was ended", 1},
		"own time-out":    {fails(context.DeadlineExceeded), history.ErrUnauthenticated, "signing failed", 1},
		"may pass":        {fails(passing(true)), history.ErrUnavailable, "busy", 5},
		"may not pass":    {fails(passing(false)), history.ErrUnauthenticated, "busy", 1},
		"throttled":       {fails(throttled), history.ErrThrottled, "", 5},
		"invalid":         {fails(invalid), history.ErrInvalid, "", 1},
		"no request":      {asks(nil), history.ErrInvalid, "no request", 1},
		"no scheme":       {asks(&http.Request{URL: &url.URL{}}), history.ErrInvalid, "scheme", 1},
		"no host":         {asks(&http.Request{URL: &url.URL{Scheme: "https"}}), history.ErrInvalid, "host", 1},
		"token with a LF": {asks(token), history.ErrUnauthenticated, "X-Auth-Token", 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := quick()
			o.Transport = transport(func(*http.Request) (*http.Response, error) {
				t.Error("a request was sent")
				return text(200, ""), nil
			})
			s := service()
			s.Secrets = []string{"static-secret"}
			x, err := exchange.New(s, o)
			if err != nil {
				t.Fatal(err)
			}
			calls := 0
			call := get("", nil)
			call.Sign = func(context.Context) (exchange.Signed, error) { calls++; return tt.sign() }
			err = x.Do(t.Context(), call)
			e := failure(t, err)
			if e.Kind != tt.want || !strings.Contains(err.Error(), tt.says) || calls != tt.calls || e.Attempts != 0 {
				t.Errorf("got %v of kind %q after %d calls, want kind %q, %q, %d calls",
					err, e.Kind, calls, tt.want, tt.says, tt.calls)
			}
			if errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "static-secret") {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestAHangingSignDoesNotHoldUpTheCaller: a credential may ignore the context altogether.
func TestAHangingSignDoesNotHoldUpTheCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		call := get("", nil)
		call.Sign = func(context.Context) (exchange.Signed, error) { <-release; return exchange.Signed{}, nil }
		begin := time.Now()
		err := newExchange(t, quick()).Do(ctx, call)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Second {
			t.Errorf("got %v after %v, want DeadlineExceeded after 1s", err, time.Since(begin))
		}
	})
}
