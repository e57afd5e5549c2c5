// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// limited makes an exchange whose operation Get has a burst of 4 and then 2 requests a second.
func limited(t *testing.T, o *history.Options) *exchange.Exchange {
	t.Helper()
	s := service()
	s.Quotas = map[string]exchange.Quota{"Get": {Burst: 4, PerSecond: 2}, "Free": {}}
	if o.Transport == nil {
		o.Transport = transport(func(*http.Request) (*http.Response, error) { return text(200, ""), nil })
	}
	x, err := exchange.New(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	one := rate.NewLimiter(1, 1)
	tests := map[string]struct {
		limit history.RateLimit
		op    string
		want  time.Duration // of 10 requests
	}{
		"quota":              {history.RateLimit{}, "Get", 3 * time.Second},
		"half of it":         {history.RateLimit{Share: 0.5}, "Get", 8 * time.Second},
		"a crumb":            {history.RateLimit{Share: 0.01}, "Get", 450 * time.Second},
		"off":                {history.RateLimit{Off: true}, "Get", 0},
		"no quota":           {history.RateLimit{}, "Other", 0},
		"empty quota":        {history.RateLimit{}, "Free", 0},
		"one's own":          {history.RateLimit{Limiter: func(string) history.Limiter { return one }}, "Get", 9 * time.Second},
		"one's own, none":    {history.RateLimit{Limiter: func(string) history.Limiter { return nil }}, "Get", 0},
		"one's own, a nil *": {history.RateLimit{Limiter: func(string) history.Limiter { return (*rate.Limiter)(nil) }}, "Get", 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				x := limited(t, &history.Options{RateLimit: tt.limit})
				call := get("http://cloud.test/", nil)
				call.Op = tt.op
				begin := time.Now()
				for range 10 {
					if err := x.Do(t.Context(), call); err != nil {
						t.Fatal(err)
					}
				}
				if took := time.Since(begin).Round(time.Millisecond); took != tt.want {
					t.Errorf("ten requests took %v, want %v", took, tt.want)
				}
			})
		})
	}
}

// TestRetriesAreRequestsToo: each attempt passes the limiter, and the attempt is signed only then.
func TestRetriesAreRequestsToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []func(*http.Request) (*http.Response, error){says(503, ""), says(503, ""), says(200, "")}}
		one := rate.NewLimiter(0.1, 1)
		x := limited(t, &history.Options{
			Transport: s,
			RateLimit: history.RateLimit{Limiter: func(string) history.Limiter { return one }},
			Retry:     history.Retry{MaxWait: 1},
		})
		call := get("http://cloud.test/", nil)
		var signed []time.Time
		sign := call.Sign
		call.Sign = func(ctx context.Context) (exchange.Signed, error) {
			signed = append(signed, time.Now())
			return sign(ctx)
		}
		if err := x.Do(t.Context(), call); err != nil {
			t.Fatal(err)
		}
		for i := range s.at {
			if !s.at[i].Equal(signed[i]) {
				t.Errorf("request %d was signed at %v and sent at %v", i, signed[i], s.at[i])
			}
		}
		if took := s.at[2].Sub(s.at[0]).Round(time.Second); took != 20*time.Second {
			t.Errorf("three attempts took %v, want 20s", took)
		}
	})
}

// TestARateWaitBeyondTheDeadlineFailsAtOnce, and it takes no token from those who have time.
func TestARateWaitBeyondTheDeadlineFailsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := limited(t, &history.Options{})
		call := get("http://cloud.test/", nil)
		for range 4 {
			if err := x.Do(t.Context(), call); err != nil {
				t.Fatal(err)
			}
		}
		begin := time.Now()
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			err := x.Do(ctx, call)
			cancel()
			if e := failure(t, err); !errors.Is(err, context.DeadlineExceeded) || e.Kind != "" || e.Attempts != 0 {
				t.Errorf("got %v, want DeadlineExceeded before any attempt", err)
			}
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("ten failures took %v, want no time", took)
		}
		if err := x.Do(t.Context(), call); err != nil || time.Since(begin) != 500*time.Millisecond {
			t.Errorf("got %v after %v, want a request after 500ms", err, time.Since(begin))
		}
	})
}

// TestALimiterThatFails is tried again like anything else that may pass.
func TestALimiterThatFails(t *testing.T) {
	t.Parallel()
	o := quick()
	o.RateLimit.Limiter = func(string) history.Limiter { return failing{} }
	err := newExchange(t, o).Do(t.Context(), get("http://cloud.test/", nil))
	if e := failure(t, err); e.Kind != history.ErrThrottled || e.Attempts != 0 {
		t.Errorf("got %v, want ErrThrottled before any attempt", err)
	}
}

// TestALimiterThatFailsBeforeADeadline cannot be told from one that has no time, so its own words must not be lost.
func TestALimiterThatFailsBeforeADeadline(t *testing.T) {
	t.Parallel()
	o := quick()
	o.RateLimit.Limiter = func(string) history.Limiter { return failing{} }
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := newExchange(t, o).Do(ctx, get("http://cloud.test/", nil))
	if e := failure(t, err); !strings.Contains(e.Message, "the store of the tokens is down") {
		t.Errorf("got %v, want what the limiter said in it", err)
	}
}

type failing struct{}

func (failing) Wait(context.Context) error { return errors.New("the store of the tokens is down") }
