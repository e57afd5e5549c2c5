// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// growing is a source whose execution gets one of n events after each pause, the terminal one last. The first is there
// from the start; the status changes with the last. Pauses repeat when there are fewer of them than events.
func growing(n int, pauses ...time.Duration) *historytest.Source {
	all := events(n)
	src := &historytest.Source{PageSize: 2}
	src.Add(history.Execution{Ref: ref, Status: history.Running, Started: began}, all[0])
	at := time.Duration(0)
	for i, e := range all[1:] {
		at += pauses[i%len(pauses)]
		time.AfterFunc(at, func() {
			if e.Type.Terminal() {
				src.Add(history.Execution{Ref: ref, Status: history.Succeeded, Started: began}, all...)
				return
			}
			src.Append(ref, e)
		})
	}
	return src
}

// count is how many calls of an operation a source was asked for.
func count(src *historytest.Source, op string) int {
	n := 0
	for _, c := range src.Calls() {
		if c.Op == op {
			n++
		}
	}
	return n
}

// follow reads to the end and tells when that was.
func follow(t *testing.T, c *history.Client, q history.EventQuery) ([]history.Event, time.Duration, error) {
	t.Helper()
	start := time.Now()
	got, err := history.Collect(c.Follow(t.Context(), q))
	return got, time.Since(start), err
}

// TestFollowEnds: exactly at the terminal event, and not before, whatever the history looks like on the way.
func TestFollowEnds(t *testing.T) {
	t.Parallel()
	const s, h = time.Second, time.Hour
	for _, tc := range []struct {
		name     string
		n        int
		pauses   []time.Duration
		ends     time.Duration // when the terminal event is there
		describe int           // at most so many questions about the status
	}{
		{"it ended before", 5, []time.Duration{0}, 0, 0},
		{"it grows fast", 50, []time.Duration{300 * time.Millisecond}, 14700 * time.Millisecond, 1},
		{"it grows slowly", 10, []time.Duration{5 * s}, 45 * s, 10},
		{"a pause of hours", 6, []time.Duration{s, s, 5 * h, s}, 5*h + 4*s, 1300},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				src := growing(tc.n, tc.pauses...)
				synctest.Wait()
				got, took, err := follow(t, history.NewClient(src, nil), history.EventQuery{Ref: ref})
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "events", upTo(tc.n), ids(got))
				if took < tc.ends || took > tc.ends+15*s {
					t.Errorf("it ended after %s, want within a poll of %s", took, tc.ends)
				}
				if n := count(src, historytest.OpDescribe); n > tc.describe {
					t.Errorf("the status was asked for %d times, want at most %d", n, tc.describe)
				}
			})
		})
	}
}

// TestFollowIgnoresWhatIsNoEnd: a status that is not terminal and a page without events are none.
func TestFollowIgnoresWhatIsNoEnd(t *testing.T) {
	t.Parallel()
	for _, status := range []history.Status{history.Pending, history.Paused, history.Running, ""} {
		t.Run("status "+string(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				src := &historytest.Source{}
				src.Add(history.Execution{Ref: ref, Status: status})
				src.Inject(historytest.Fault{Op: historytest.OpEventPages, Empty: true, Times: 3})
				time.AfterFunc(3*time.Hour, func() { src.Add(history.Execution{Ref: ref, Status: history.Succeeded}, events(3)...) })
				got, _, err := follow(t, history.NewClient(src, nil), history.EventQuery{Ref: ref})
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "events", upTo(3), ids(got))
			})
		})
	}
}

func TestFollowGoesOnFromACursor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := growing(6, time.Minute)
		got, _, err := follow(t, history.NewClient(src, nil), history.EventQuery{Ref: ref, From: history.After(withID(3))})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "events", []int64{4, 5, 6}, ids(got))
	})
}

// withID is an event of the usual execution, for cursors.
func withID(id int64) history.Event {
	return history.Event{Ref: ref, ID: id, Type: history.StepEntered}
}

// TestFollowBehindTheEnd: there is nothing to ask for, and no page to yield.
func TestFollowBehindTheEnd(t *testing.T) {
	t.Parallel()
	last := events(3)[2]
	c := history.NewClient(never(t), nil)
	for page, err := range c.FollowPages(t.Context(), history.EventQuery{Ref: ref, From: history.After(last)}) {
		t.Errorf("a page came: %+v, %v", page, err)
	}
}

// TestFollowChecksTheQuery: as all walks do, before any request.
func TestFollowChecksTheQuery(t *testing.T) {
	t.Parallel()
	other := history.Event{Ref: history.Ref{Provider: "script", Scope: "test", Workflow: "flow", Execution: "other"}, ID: 7}
	for _, tc := range []struct {
		name string
		q    history.EventQuery
		want history.Kind
	}{
		{"no execution", history.EventQuery{Ref: history.Ref{Workflow: "flow"}}, history.ErrInvalid},
		{"another provider", history.EventQuery{Ref: history.Ref{Provider: "cloud", Workflow: "flow", Execution: "exec"}}, history.ErrInvalid},
		{"a foreign cursor", history.EventQuery{Ref: ref, From: history.After(other)}, history.ErrCursor},
	} {
		_, err := history.Collect(history.NewClient(never(t), nil).Follow(t.Context(), tc.q))
		if e := asError(t, err); e.Kind != tc.want || e.Cursor != tc.q.From {
			t.Errorf("%s: the error is %v with cursor %q, want %v with the query's own", tc.name, err, e.Cursor, tc.want)
		}
	}
}

// TestFollowErrorsResume: any error ends it, and its cursor goes on with nothing lost and nothing repeated.
func TestFollowErrorsResume(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := growing(20, 0, 0, 3*time.Second)
		synctest.Wait() // the first three are there
		src.Inject(historytest.Fault{Op: historytest.OpEventPages, Err: history.ErrThrottled, Items: 1})
		src.Inject(historytest.Fault{Op: historytest.OpEventPages, After: 4, Err: history.ErrUnavailable})
		src.Inject(historytest.Fault{Op: historytest.OpDescribe, Err: history.ErrPermission})
		c, q := history.NewClient(src, nil), history.EventQuery{Ref: ref}
		var got []history.Event
		var kinds []history.Kind
		for {
			more, _, err := follow(t, c, q)
			got = append(got, more...)
			if err == nil {
				break
			}
			e := asError(t, err)
			kinds, q.From = append(kinds, e.Kind), e.Cursor
			if len(kinds) > 3 {
				t.Fatal(err)
			}
		}
		equal(t, "events", upTo(20), ids(got))
		if len(kinds) != 3 {
			t.Errorf("the errors were of the kinds %v, want one of each fault", kinds)
		}
	})
}

func TestFollowIsCanceledInAWait(t *testing.T) {
	t.Parallel()
	for _, hold := range []time.Duration{0, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			reason := errors.New("the user went home")
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(50*time.Second, func() { cancel(reason) })
			start := time.Now()
			c := history.NewClient(&holding{Source: growing(2, time.Hour), hold: hold}, nil)
			got, err := history.Collect(c.Follow(ctx, history.EventQuery{Ref: ref}))
			if !errors.Is(err, context.Canceled) || !errors.Is(err, reason) {
				t.Errorf("the error is %v, want that of the context and its cause", err)
			}
			equal(t, "took", 50*time.Second, time.Since(start))
			equal(t, "events", upTo(1), ids(got))
			equal(t, "cursor", history.After(got[0]), asError(t, err).Cursor)
		})
	}
}

// TestFollowHasNoTime: a wait that ends behind the deadline is not begun.
func TestFollowHasNoTime(t *testing.T) {
	t.Parallel()
	for _, hold := range []time.Duration{0, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			c := history.NewClient(&holding{Source: growing(2, time.Hour), hold: hold}, nil)
			got, err := history.Collect(c.Follow(ctx, history.EventQuery{Ref: ref}))
			if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
				t.Errorf("the error is %v (context: %v), want DeadlineExceeded before the deadline", err, ctx.Err())
			}
			if e := asError(t, err); e.Kind != "" || e.Cursor != history.After(got[0]) {
				t.Errorf("the error has kind %q and cursor %q", e.Kind, e.Cursor)
			}
		})
	}
}

// TestFollowIsLeft: what a consumer does not want is not read, and ranging again starts over.
func TestFollowIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := growing(9, time.Second)
		seq := history.NewClient(src, nil).Follow(t.Context(), history.EventQuery{Ref: ref})
		for range 2 {
			var got []int64
			for e, err := range history.Limit(seq, 4) {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, e.ID)
			}
			equal(t, "events", upTo(4), got)
		}
		if n := count(src, historytest.OpEventPages); n > 6 {
			t.Errorf("%d pages were read, want no more than needed", n)
		}
		synctest.Wait()
	})
}

// TestFollowLeavesOutRepeats: of a source that breaks its promises each event comes once, and none behind the end.
func TestFollowLeavesOutRepeats(t *testing.T) {
	t.Parallel()
	all := events(5)
	behind := all[3]
	behind.ID = 6
	page := func(next int64, items ...history.Event) history.Page[history.Event] {
		p := history.Page[history.Event]{Items: items, Resume: history.After(items[len(items)-1])}
		p.Next = history.After(withID(next))
		return p
	}
	src := &historytest.Source{}
	src.OnEventPages = func(context.Context, history.EventQuery) pageSeq {
		return historytest.Pages(nil, page(2, all[0], all[1]), page(4, all[0], all[1], all[2], all[3]), page(6, all[3], all[4], behind))
	}
	var got []int64
	var last history.Page[history.Event]
	for p, err := range history.NewClient(src, nil).FollowPages(t.Context(), history.EventQuery{Ref: ref}) {
		if err != nil {
			t.Fatal(err)
		}
		got, last = append(got, ids(p.Items)...), p
	}
	equal(t, "events", upTo(5), got)
	equal(t, "last page's cursors", fmt.Sprint("", history.After(all[4])), fmt.Sprint(last.Next, last.Resume))
}

// TestFollowLeavesOutWhatIsBeforeItsCursor: also when the source begins a little before it.
func TestFollowLeavesOutWhatIsBeforeItsCursor(t *testing.T) {
	t.Parallel()
	src := &historytest.Source{}
	src.OnEventPages = func(context.Context, history.EventQuery) pageSeq {
		return historytest.Pages(nil, history.Page[history.Event]{Items: events(5)})
	}
	got, err := history.Collect(history.NewClient(src, nil).Follow(t.Context(), history.EventQuery{Ref: ref, From: history.After(withID(3))}))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "events", []int64{4, 5}, ids(got))
}

// TestFollowCheckpointsOfABareSource: a page with a Next and no Resume is a checkpoint all the same.
func TestFollowCheckpointsOfABareSource(t *testing.T) {
	t.Parallel()
	all := events(3)
	src := &historytest.Source{}
	src.OnEventPages = func(context.Context, history.EventQuery) pageSeq {
		return historytest.Pages(nil, history.Page[history.Event]{Items: all[:2:2], Next: history.After(all[1])}, history.Page[history.Event]{Items: all[2:]})
	}
	var resume []history.Cursor
	for p, err := range history.NewClient(src, nil).FollowPages(t.Context(), history.EventQuery{Ref: ref}) {
		if err != nil {
			t.Fatal(err)
		}
		resume = append(resume, p.Resume)
	}
	equal(t, "checkpoints", fmt.Sprint([]history.Cursor{history.After(all[1]), history.After(all[2])}), fmt.Sprint(resume))
}
