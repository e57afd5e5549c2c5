// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// crowded is a service most of whose quota is used up by others: it lets fewer requests pass than it documents.
type crowded struct {
	mu              sync.Mutex
	limit           *rate.Limiter
	served, refused int
}

func (c *crowded) RoundTrip(*http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.limit.Allow() {
		c.served++
		return text(200, ""), nil
	}
	c.refused++
	return text(400, "Throttling.User"), nil
}

// reset starts the counts over.
func (c *crowded) reset() (served, refused int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	served, refused = c.served, c.refused
	c.served, c.refused = 0, 0
	return served, refused
}

// quota10 makes an exchange that may make 20 requests at once and then 10 a second, for Get and for Other.
func quota10(t *testing.T, o *history.Options) *exchange.Exchange {
	t.Helper()
	s := service()
	q := exchange.Quota{Burst: 20, PerSecond: 10}
	s.Quotas = map[string]exchange.Quota{"Get": q, "Other": q}
	x, err := exchange.New(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// TestTheRateAdaptsToThrottling has eight callers share a client of a service that allows a fifth of its quota, and later all.
func TestTheRateAdaptsToThrottling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		cloud := &crowded{limit: rate.NewLimiter(2, 4)}
		x := quota10(t, &history.Options{Transport: cloud, Retry: history.Retry{Max: 20}})
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for ctx.Err() == nil {
					if err := x.Do(ctx, get("http://cloud.test/", nil)); err != nil && ctx.Err() == nil {
						t.Error(err)
					}
				}
			})
		}
		<-time.After(time.Minute)
		cloud.reset()
		<-time.After(5 * time.Minute)
		served, refused := cloud.reset()
		if served < 450 { // of 600
			t.Errorf("%d requests passed in 5 minutes, want three quarters of 600 at least", served)
		}
		if refused > served/3 {
			t.Errorf("%d requests were throttled and %d served: the rate does not adapt", refused, served)
		}

		cloud.limit.SetLimit(1000)
		cloud.limit.SetBurst(1000)
		<-time.After(30 * time.Second)
		cloud.reset()
		<-time.After(time.Minute)
		if served, refused := cloud.reset(); served < 595 || served > 605 || refused != 0 {
			t.Errorf("after the recovery %d requests passed in a minute and %d were throttled, want the quota, 600, and none",
				served, refused)
		}
		cancel()
		all.Wait()
	})
}

// TestOneThrottlingCountsOnce: requests that were under way together are throttled together, and the rate halves once.
// Other operations keep theirs.
func TestOneThrottlingCountsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		throttle := true
		x := quota10(t, &history.Options{
			Retry: history.Retry{Max: -1},
			Transport: transport(func(*http.Request) (*http.Response, error) {
				<-time.After(time.Second)
				if throttle {
					return text(429, ""), nil
				}
				return text(200, ""), nil
			}),
		})
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() { _ = x.Do(t.Context(), get("http://cloud.test/", nil)) })
		}
		all.Wait()
		throttle = false
		timed := func(op string, n int) time.Duration {
			begin := time.Now()
			for range n {
				all.Go(func() {
					call := get("http://cloud.test/", nil)
					call.Op = op
					_ = x.Do(t.Context(), call)
				})
			}
			all.Wait()
			return time.Since(begin) - time.Second
		}
		// Half of 10 a second, growing by a third of a request a second each second.
		if took := timed("Get", 10); took < 1700*time.Millisecond || took > 2*time.Second {
			t.Errorf("10 requests after a throttling took %v, want half the rate", took)
		}
		if took := timed("Other", 20); took != 0 {
			t.Errorf("20 requests of another operation took %v, want its burst", took)
		}
	})
}

// TestWhoseRateDoesNotAdapt: without limits of our own there is nothing to adapt; a Limiter of the user's is left alone.
func TestWhoseRateDoesNotAdapt(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]history.RateLimit{
		"off":       {Off: true},
		"one's own": {Limiter: func(string) history.Limiter { return rate.NewLimiter(rate.Inf, 1) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				x := quota10(t, &history.Options{
					RateLimit: limit,
					Retry:     history.Retry{Max: -1},
					Transport: transport(func(*http.Request) (*http.Response, error) { return text(429, ""), nil }),
				})
				begin := time.Now()
				for range 100 {
					_ = x.Do(t.Context(), get("http://cloud.test/", nil))
				}
				if took := time.Since(begin); took != 0 {
					t.Errorf("a hundred throttled requests took %v, want no time", took)
				}
			})
		})
	}
}

// TestRetryAfterPausesTheOperation: what the service says to one call, it says to the client.
func TestRetryAfterPausesTheOperation(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		limit  history.RateLimit
		header string
		want   time.Duration
	}{
		"five seconds":  {history.RateLimit{}, "5", 5 * time.Second},
		"above MaxWait": {history.RateLimit{}, "1000000000", 20 * time.Second},
		"limits off":    {history.RateLimit{Off: true}, "5", 5 * time.Second},
		"nonsense":      {history.RateLimit{Off: true}, "-5", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: []func(*http.Request) (*http.Response, error){
					says(503, "Busy", "Retry-After", tt.header), says(200, ""),
				}}
				var waited time.Duration
				x := quota10(t, &history.Options{
					Transport: s, RateLimit: tt.limit, Retry: history.Retry{Max: -1},
					Observe: func(_ context.Context, c history.Call) { waited = c.Waited },
				})
				begin := time.Now()
				call := get("http://cloud.test/", nil)
				_ = x.Do(t.Context(), call)
				other := call
				other.Op = "Other"
				if err := x.Do(t.Context(), other); err != nil || time.Since(begin) != 0 {
					t.Errorf("another operation: got %v after %v, want no wait", err, time.Since(begin))
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if tt.want > 0 {
					err := x.Do(ctx, call)
					if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(failure(t, err).Message, "the service wants no Get for") ||
						time.Since(begin) != 0 {
						t.Errorf("with a deadline: got %v after %v, want a failure at once", err, time.Since(begin))
					}
				}
				if err := x.Do(t.Context(), call); err != nil || time.Since(begin) != tt.want || waited != tt.want {
					t.Errorf("got %v after %v, observed as %v, want a wait of %v", err, time.Since(begin), waited, tt.want)
				}
			})
		})
	}
}
