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

	"github.com/flowhistory/flowhistory/history"
)

// outage is a service that is down for a while. It takes its time for an answer.
type outage struct {
	takes      time.Duration
	down, back time.Time
	fails      func(*http.Request) (*http.Response, error)

	mu        sync.Mutex
	asked     []time.Time // requests while it was down
	first     time.Time   // the first success after that
	successes int         // after that
}

func (o *outage) RoundTrip(r *http.Request) (*http.Response, error) {
	<-time.After(o.takes)
	if o.isDown(time.Now()) {
		return o.fails(r)
	}
	return text(200, ""), nil
}

// isDown notes a request that came now.
func (o *outage) isDown(now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if now.Before(o.down) {
		return false
	}
	if now.Before(o.back) {
		o.asked = append(o.asked, now)
		return true
	}
	if o.successes++; o.first.IsZero() {
		o.first = now
	}
	return false
}

// TestAnOutageIsNotHammered has 64 goroutines call, and call again at once, before, during and after an outage of a minute.
func TestAnOutageIsNotHammered(t *testing.T) {
	t.Parallel()
	refused := func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") }
	tests := map[string]struct {
		callers int
		retry   history.Retry
		fails   func(*http.Request) (*http.Response, error)
		within  time.Duration // of the service's return comes the first success
	}{
		// Somebody always waits for the next slot, and the slots are 4 s apart at most, 20 times MinWait.
		"64 callers":                     {64, history.Retry{}, refused, 4 * time.Second},
		"64 callers, 503":                {64, history.Retry{}, says(503, "Busy"), 4 * time.Second},
		"64 callers, stalled":            {64, history.Retry{}, silent, 4 * time.Second},
		"64 callers that do not retry":   {64, history.Retry{Max: -1}, refused, 4 * time.Second},
		"64 callers that do not give up": {64, history.Retry{Max: 1000}, refused, 4 * time.Second},
		"20 callers that do not give up": {20, history.Retry{Max: 1000}, refused, 4 * time.Second},
		"one caller":                     {1, history.Retry{}, refused, 4 * time.Second},
		"one caller that does not retry": {1, history.Retry{Max: -1}, refused, 4 * time.Second},
		// A caller by itself sleeps between its attempts, in the end for up to MaxWait.
		"one caller that does not give up": {1, history.Retry{Max: 1000}, refused, 20 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &outage{takes: 500 * time.Millisecond, fails: tt.fails}
				service.down = time.Now().Add(2 * time.Second)
				service.back = service.down.Add(time.Minute)
				x := newExchange(t, &history.Options{Transport: service, Retry: tt.retry})
				ctx, cancel := context.WithDeadline(t.Context(), service.back.Add(25*time.Second))
				defer cancel()
				var all sync.WaitGroup
				for range tt.callers {
					all.Go(func() {
						for ctx.Err() == nil {
							_ = x.Do(ctx, get("http://cloud.test/", nil))
						}
					})
				}
				all.Wait()
				if n := len(service.asked); n > 120 {
					t.Errorf("%d requests in the 60 s of the outage, want 120 at most", n)
				}
				// Those that were under way when it began could not know, nor those before the tenth failure.
				checkPace(t, service.asked[min(tt.callers+10, len(service.asked)):])
				if took := service.first.Sub(service.back); service.first.IsZero() || took > tt.within+service.takes {
					t.Errorf("the first success came %v after the service, want %v at most", took, tt.within)
				}
				// Soon all of them are at it again. Each could do 50.
				if least := tt.callers * 20; tt.within < 20*time.Second && service.successes < least {
					t.Errorf("%d successes in the 25 s after the outage, want %d", service.successes, least)
				}
			})
		})
	}
}

// checkPace makes sure that there are at most two requests in any second.
func checkPace(t *testing.T, at []time.Time) {
	t.Helper()
	for i := range max(len(at)-2, 0) {
		if apart := at[i+2].Sub(at[i]); apart < time.Second {
			t.Errorf("three requests within %v, at %v", apart, at[i])
		}
	}
}

// failsFor is a service that fails for one path only, and at once.
func failsFor(path string) transport {
	return func(r *http.Request) (*http.Response, error) {
		<-time.After(time.Millisecond)
		if r.URL.Path == path {
			return text(500, "Broken in itself"), nil
		}
		return text(200, ""), nil
	}
}

// TestOneBrokenExecutionStopsNoOther: callers that hammer what is broken in itself make the service look as if it were out.
func TestOneBrokenExecutionStopsNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newExchange(t, &history.Options{Transport: failsFor("/broken"), Retry: history.Retry{Max: -1}})
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 32 {
			all.Go(func() {
				call := get("http://cloud.test/broken", nil)
				call.Target = "broken"
				for ctx.Err() == nil {
					_ = x.Do(ctx, call)
				}
			})
		}
		for range 20 {
			<-time.After(10 * time.Second) // the consumer's time for a page
			begin := time.Now()
			call := get("http://cloud.test/", nil)
			call.Target = "fine"
			if err := x.Do(t.Context(), call); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begin); took > 4*time.Second {
				t.Errorf("a page took %v, want the next slot's", took)
			}
		}
		cancel()
		all.Wait()
	})
}

// out makes an exchange whose service is out, as ten calls have found.
func out(t *testing.T, o *history.Options) func(context.Context) error {
	t.Helper()
	if o.Transport == nil {
		o.Transport = &script{answers: []func(*http.Request) (*http.Response, error){says(503, "Busy")}}
	}
	x := newExchange(t, o)
	for range 10 {
		_ = x.Do(t.Context(), get("http://cloud.test/", nil))
	}
	return func(ctx context.Context) error { return x.Do(ctx, get("http://cloud.test/", nil)) }
}

// TestAnOutageAndADeadline: who cannot wait for the next request of the client fails at once, and is told why.
func TestAnOutageAndADeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		do := out(t, &history.Options{Retry: history.Retry{Max: -1}})
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		begin := time.Now()
		err := do(ctx)
		e := failure(t, err)
		if !errors.Is(err, context.DeadlineExceeded) || e.Kind != "" || e.Attempts != 0 || time.Since(begin) != 0 {
			t.Errorf("got %v after %v, want DeadlineExceeded at once", err, time.Since(begin))
		}
		const want = "the last 10 requests of this client failed, the latest with HTTP 503 Busy; the next request may go out in "
		if !strings.HasPrefix(e.Message, want) {
			t.Errorf("got message %q, want %q and a time", e.Message, want)
		}
	})
}

func TestACancelEndsTheWaitForAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		do := out(t, &history.Options{Retry: history.Retry{Max: -1}})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*time.Millisecond, cancel)
		begin := time.Now()
		if err := do(ctx); !errors.Is(err, context.Canceled) || time.Since(begin) != 100*time.Millisecond {
			t.Errorf("got %v after %v, want Canceled after 100ms", err, time.Since(begin))
		}
	})
}

// TestAWaitForAnOutageEnds: a caller that is patient without an end is told after MaxWait, without a request of its own.
func TestAWaitForAnOutageEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{answers: []func(*http.Request) (*http.Response, error){says(503, "Busy")}}
		do := out(t, &history.Options{Transport: s, Retry: history.Retry{Max: -1}})
		var all sync.WaitGroup
		unsent := make([]int, 64)
		for i := range unsent {
			all.Go(func() {
				begin := time.Now()
				e := failure(t, do(t.Context()))
				if e.Attempts == 0 {
					unsent[i] = 1
					if time.Since(begin) != 20*time.Second || !strings.HasSuffix(e.Message, "this attempt was not sent") {
						t.Errorf("got %v after %v, want a failure after 20s that says so", e, time.Since(begin))
					}
				}
				if e.Kind != history.ErrUnavailable {
					t.Errorf("got %v, want ErrUnavailable", e)
				}
			})
		}
		all.Wait()
		sum := 0
		for _, n := range unsent {
			sum += n
		}
		if sent := len(s.at) - 10; sum == 0 || sum+sent != 64 {
			t.Errorf("%d calls failed without a request, %d with one, want 64 in all and some of each", sum, sent)
		}
	})
}

// TestABudgetCanBeTurnedOff: then all that holds a request back is its own backoff.
func TestABudgetCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		do := out(t, &history.Options{Retry: history.Retry{Max: -1, Budget: -1}})
		begin := time.Now()
		for range 100 {
			_ = do(t.Context())
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("a hundred failures took %v, want no time", took)
		}
	})
}

// TestTheLastErrorNamesWhatSupportAsksFor also when the last attempt was not sent.
func TestTheLastErrorNamesWhatSupportAsksFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		busy := says(503, "Busy come back", "X-Request-Id", "r-1")
		x := newExchange(t, &history.Options{
			Transport: &script{answers: []func(*http.Request) (*http.Response, error){busy}},
			// The tenth failure is the first call's, and the next slots are far away.
			Retry: history.Retry{Max: 10, MinWait: 10 * time.Second, MaxWait: 11 * time.Second},
		})
		var all sync.WaitGroup
		var errs [16]*history.Error
		for i := range errs {
			all.Go(func() { errs[i] = failure(t, x.Do(t.Context(), get("http://cloud.test/", nil))) })
		}
		all.Wait()
		unsent := 0
		for _, e := range errs {
			text := e.Error()
			if strings.Contains(text, "not sent") {
				unsent++
			}
			wants := []string{"unavailable: Busy: ", "HTTP 503", "request id r-1", " attempt", " in "}
			if e.Attempts == 0 { // there is no answer of its own to tell of
				wants = []string{"unavailable: ", "HTTP 503 Busy", "nothing was sent in "}
			}
			for _, want := range wants {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in %q", want, text)
				}
			}
		}
		if unsent == 0 {
			t.Error("every last attempt was sent: this proves nothing")
		}
	})
}
