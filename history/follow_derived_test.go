// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// derived is a source whose events are derived, so that one may appear behind others with a higher ID: at each time
// there are the events of a list. Its cursors hold the IDs that were delivered, as those of AOM do in their own way.
func derived(there func() []int64, last int64) *historytest.Source {
	src := &historytest.Source{}
	src.Add(history.Execution{Ref: ref, Status: history.Running})
	src.OnEventPages = func(_ context.Context, q history.EventQuery) pageSeq {
		p, _ := q.From.Position() // "" is the beginning
		p.Ref = ref
		seen := strings.Fields(p.Token)
		page := history.Page[history.Event]{}
		for _, id := range there() {
			if text := strconv.FormatInt(id, 10); !strings.Contains(" "+p.Token+" ", " "+text+" ") {
				e := history.Event{Ref: ref, ID: id, Type: history.StepStarted, Derived: true}
				if id == last {
					e.Type = history.ExecutionSucceeded
				}
				page.Items, seen = append(page.Items, e), append(seen, text)
				p.LastEvent = max(p.LastEvent, id)
			}
		}
		p.Token = strings.Join(seen, " ")
		page.Resume = history.NewCursor(p)
		return historytest.Pages(nil, page)
	}
	return src
}

// TestFollowLateFacts: a derived event that appears late is delivered when it appears, once, also across an
// interruption.
func TestFollowLateFacts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		steps := [][]int64{{10, 20}, {10, 20, 30}, {10, 15, 20, 30}, {10, 15, 20, 30}, {5, 10, 15, 20, 25, 30, 99}}
		src := derived(func() []int64 { return steps[min(int(time.Since(start)/time.Minute), len(steps)-1)] }, 99)
		c, q := history.NewClient(src, nil), history.EventQuery{Ref: ref}
		var got []int64
		for {
			ended := true
			for page, err := range c.FollowPages(t.Context(), q) {
				if err != nil {
					t.Fatal(err)
				}
				got, q.From = append(got, ids(page.Items)...), page.Resume
				if ended = page.Next == ""; len(page.Items) > 0 {
					break // another process goes on from here
				}
			}
			if ended {
				break
			}
		}
		equal(t, "events", []int64{10, 20, 30, 15, 5, 25, 99}, got)

		start = time.Now()
		all, took, err := follow(t, c, history.EventQuery{Ref: ref})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "events of one walk", got, ids(all))
		if took < 4*time.Minute || took > 4*time.Minute+15*time.Second {
			t.Errorf("it ended after %s, want within a poll of 4m", took)
		}
	})
}
