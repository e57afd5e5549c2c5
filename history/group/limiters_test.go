// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"fmt"
	"sync"
	"testing"

	"golang.org/x/time/rate"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
)

func TestLimitersAreSharedByAccountAndOperation(t *testing.T) {
	t.Parallel()
	made := map[string]int{}
	limiters := group.NewLimiters(func(account, operation string) history.Limiter {
		made[account+" "+operation]++
		if operation == "Free" {
			return nil
		}
		return rate.NewLimiter(5, 50)
	})
	var running sync.WaitGroup
	got := make([]map[string]history.Limiter, 8)
	for i := range got {
		running.Go(func() {
			got[i] = map[string]history.Limiter{}
			for _, account := range []string{"one", "two"} {
				limit := limiters.RateLimit(account) // each client has its own options
				for _, op := range []string{"List", "Describe", "Free"} {
					got[i][account+" "+op] = limit.Limiter(op)
				}
			}
		})
	}
	running.Wait()
	equal(t, "made", map[string]int{"one List": 1, "one Describe": 1, "one Free": 1, "two List": 1, "two Describe": 1, "two Free": 1}, made)
	seen := map[history.Limiter]string{}
	for key, limiter := range got[0] {
		if (limiter == nil) != (key == "one Free" || key == "two Free") {
			t.Errorf("the limiter of %s is %v", key, limiter)
		}
		if other, ok := seen[limiter]; ok && limiter != nil {
			t.Errorf("%s and %s have the same limiter", key, other)
		}
		seen[limiter] = key
		for i := range got {
			if got[i][key] != limiter {
				t.Errorf("client %d has another limiter for %s", i, key)
			}
		}
	}
}

func ExampleLimiters() {
	limiters := group.NewLimiters(func(account, operation string) history.Limiter {
		fmt.Println("made for", account, operation)
		return rate.NewLimiter(5, 50)
	})
	shanghai := history.Options{RateLimit: limiters.RateLimit("account-1")}
	hangzhou := history.Options{RateLimit: limiters.RateLimit("account-1")}

	// A client asks for the limiter of each request that it makes.
	a := shanghai.RateLimit.Limiter("GetExecutionHistory")
	b := hangzhou.RateLimit.Limiter("GetExecutionHistory")
	fmt.Println(a == b)
	// Output:
	// made for account-1 GetExecutionHistory
	// true
}
