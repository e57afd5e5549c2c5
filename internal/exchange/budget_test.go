// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// TestTheBudgetLeavesRetriesAloneThatHelp: a service that fails now and then is read as fast as without a budget, and one
// that hardly ever answers is not.
func TestTheBudgetLeavesRetriesAloneThatHelp(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	tests := map[string]struct {
		fails func(n int) bool
		waits bool
	}{
		"never":                {func(int) bool { return false }, false},
		"every third":          {func(n int) bool { return n%3 == 0 }, false},
		"every second":         {func(n int) bool { return n%2 == 0 }, false},
		"three of ten":         {func(int) bool { return random.Float64() < 0.3 }, false},
		"a few at a time":      {func(n int) bool { return n%100 < 8 }, false},
		"four of five":         {func(n int) bool { return n%5 != 0 }, true},
		"all but every eighth": {func(n int) bool { return n%8 != 0 }, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := 0
				waited := time.Duration(0)
				x := newExchange(t, &history.Options{
					Retry:   history.Retry{Max: 20, MinWait: time.Millisecond, MaxWait: 2 * time.Millisecond},
					Observe: func(_ context.Context, c history.Call) { waited += c.Waited },
					Transport: transport(func(*http.Request) (*http.Response, error) {
						if n++; tt.fails(n) {
							return text(503, "Busy"), nil
						}
						return text(200, ""), nil
					}),
				})
				for range 300 {
					if err := x.Do(t.Context(), get("http://cloud.test/", nil)); err != nil {
						t.Fatal(err)
					}
				}
				if tt.waits != (waited > 0) {
					t.Errorf("%d requests for 300 calls waited %v for the budget, want some time: %v", n, waited, tt.waits)
				}
			})
		})
	}
}

// TestTheBudgetIsTheClients: retries of all calls come from one bucket, and the one that finds it empty waits for its slot
// or fails because of its deadline.
func TestTheBudgetIsTheClients(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		// Each call fails, but for one that keeps the service from looking as if it were out, without paying for much.
		x := newExchange(t, &history.Options{
			Retry: history.Retry{Max: 4, MinWait: 100 * time.Millisecond, Budget: 4},
			Transport: transport(func(r *http.Request) (*http.Response, error) {
				if r.URL.Path == "/fine" {
					return text(200, ""), nil
				}
				return text(503, "Busy"), nil
			}),
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		attempts := 0
		for range 3 {
			e := failure(t, x.Do(ctx, get("http://cloud.test/broken", nil)))
			attempts += e.Attempts
			if err := x.Do(ctx, get("http://cloud.test/fine", nil)); err != nil {
				t.Fatal(err)
			}
		}
		soon, end := context.WithTimeout(t.Context(), 150*time.Millisecond)
		defer end()
		err := x.Do(soon, get("http://cloud.test/broken", nil))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v after %d attempts of others, want DeadlineExceeded", err, attempts)
		}
	})
}

// TestNotFoundIsNoOutage: the service answers, so callers that ask for what is not there hold nobody up.
func TestNotFoundIsNoOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		x := newExchange(t, &history.Options{
			Transport: transport(func(*http.Request) (*http.Response, error) { return text(404, "Gone"), nil }),
		})
		begin := time.Now()
		for range 100 {
			if err := x.Do(t.Context(), get("http://cloud.test/", nil)); !errors.Is(err, history.ErrNotFound) {
				t.Fatalf("got %v, want ErrNotFound", err)
			}
		}
		if took := time.Since(begin); took != 0 {
			t.Errorf("a hundred answers took %v, want no time", took)
		}
	})
}
