// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

type pageSeq = iter.Seq2[history.Page[history.Event], error]

// TestFollowFindsNothingYet: right after a start an execution may be unknown. A workflow may not.
func TestFollowFindsNothingYet(t *testing.T) {
	t.Parallel()
	const s = time.Second
	for _, tc := range []struct {
		name    string
		appears time.Duration // 0 = never
		poll    time.Duration
		source  func() *historytest.Source
		want    history.Kind
		took    time.Duration // of a failure
	}{
		{"it appears", 20 * s, 0, func() *historytest.Source { return newWorkflow(1, 0) }, "", 0},
		{"it appears in the last moment", 30*s - 1, time.Hour, func() *historytest.Source { return newWorkflow(1, 0) }, "", 0},
		{"it never does", 0, 0, func() *historytest.Source { return newWorkflow(1, 0) }, history.ErrExecutionNotFound, 30 * s},
		{"no such workflow", 0, 0, func() *historytest.Source { return &historytest.Source{} }, history.ErrWorkflowNotFound, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				src := tc.source()
				if tc.appears > 0 {
					time.AfterFunc(tc.appears, func() { src.Add(history.Execution{Ref: ref, Status: history.Succeeded}, events(3)...) })
				}
				c := history.NewClient(src, &history.ClientOptions{PollInterval: tc.poll})
				got, took, err := follow(t, c, history.EventQuery{Ref: ref})
				if tc.want == "" {
					if err != nil {
						t.Fatal(err)
					}
					equal(t, "events", upTo(3), ids(got))
					return
				}
				if !errors.Is(err, tc.want) || took != tc.took {
					t.Errorf("the error is %v after %s, want %v after %s", err, took, tc.want, tc.took)
				}
			})
		})
	}
}

// TestFollowIncompleteHistory: an execution that has ended and whose events do not say so is no reason to ask for ever.
func TestFollowIncompleteHistory(t *testing.T) {
	t.Parallel()
	for _, hold := range []time.Duration{0, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			src := &holding{Source: &historytest.Source{}, hold: hold}
			src.Add(history.Execution{Ref: ref, Status: history.Failed}, events(5)[:3]...)
			if hold > 0 {
				src.hold = time.Nanosecond // it has ended, so that the answer comes at once
			}
			got, took, err := follow(t, history.NewClient(src, nil), history.EventQuery{Ref: ref})
			e := asError(t, err)
			if e.Kind != history.ErrUnavailable || !strings.Contains(e.Message, "history incomplete") {
				t.Errorf("the error is %v, want ErrUnavailable, history incomplete", err)
			}
			equal(t, "events", upTo(3), ids(got))
			equal(t, "cursor", history.After(got[2]), e.Cursor)
			equal(t, "reads", 1+1+2, count(src.Source, historytest.OpEventPages)) // all, nothing new, and two more
			equal(t, "questions", 1, count(src.Source, historytest.OpDescribe))
			if took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// TestFollowIncompleteLater: that is found out too when the execution ends in the middle of a silence, or of a busy time.
func TestFollowIncompleteLater(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name       string
		ends       time.Duration
		last       []history.Event // events that come then
		noticed    time.Duration   // at most so much later
		unreadable int             // questions that find no execution yet
	}{
		{"in a silence", 10 * time.Minute, nil, 20 * time.Second, 0},
		{"with an event", 20 * time.Second, events(5)[3:4], 20 * time.Second, 0},
		{"nobody knows it at first", 4 * time.Second, nil, 50 * time.Second, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				src := &historytest.Source{}
				known := events(5)[:3]
				src.Add(history.Execution{Ref: ref, Status: history.Running}, known...)
				if tc.unreadable > 0 {
					src.Inject(historytest.Fault{Op: historytest.OpDescribe, Err: history.ErrExecutionNotFound, Times: tc.unreadable})
				}
				time.AfterFunc(tc.ends, func() {
					known = append(known, tc.last...)
					src.Add(history.Execution{Ref: ref, Status: history.Stopped}, known...)
				})
				got, took, err := follow(t, history.NewClient(src, nil), history.EventQuery{Ref: ref})
				if !errors.Is(err, history.ErrUnavailable) {
					t.Errorf("the error is %v, want ErrUnavailable", err)
				}
				equal(t, "events", ids(known), ids(got))
				if took < tc.ends || took > tc.ends+tc.noticed {
					t.Errorf("it ended after %s, want within %s of %s", took, tc.noticed, tc.ends)
				}
			})
		})
	}
}

// TestFollowWaitsForTheRest: a history that is readable a little later than the status is whole all the same.
func TestFollowWaitsForTheRest(t *testing.T) {
	t.Parallel()
	for _, poll := range []time.Duration{0, 10 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			all := events(6)
			src := &historytest.Source{}
			src.Add(history.Execution{Ref: ref, Status: history.Succeeded}, all[:3]...)
			time.AfterFunc(1500*time.Millisecond, func() { src.Append(ref, all[3:5]...) })
			time.AfterFunc(4*time.Second, func() { src.Append(ref, all[5]) })
			got, _, err := follow(t, history.NewClient(src, &history.ClientOptions{PollInterval: poll}), history.EventQuery{Ref: ref})
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "events", upTo(6), ids(got))
		})
	}
}

// reads notes when a source was asked for events.
func reads(src *historytest.Source) *[]time.Time {
	var at []time.Time
	src.Inject(historytest.Fault{Op: historytest.OpEventPages, Times: -1, Hook: func(context.Context, historytest.Call) {
		at = append(at, time.Now())
	}})
	return &at
}

// TestFollowPace: the waits grow to 15 s while nothing happens, and begin anew when something does.
func TestFollowPace(t *testing.T) {
	t.Parallel()
	const s = time.Second
	for _, tc := range []struct {
		name     string
		interval time.Duration
		want     []time.Duration
	}{
		{"the default", 0, []time.Duration{2 * s, 2 * s, 3 * s, 4500 * time.Millisecond, 6750 * time.Millisecond, 10125 * time.Millisecond, 15 * s, 15 * s, 15 * s, 15 * s, 15 * s, 2 * s, 2 * s, 3 * s}},
		{"faster", 100 * time.Millisecond, []time.Duration{s / 10, s / 10, 150 * time.Millisecond, 225 * time.Millisecond}},
		{"slower", time.Minute, []time.Duration{time.Minute, time.Minute, time.Minute, time.Minute}},
	} {
		for _, hold := range []time.Duration{0, time.Hour} {
			t.Run(tc.name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					src := growing(3, 100*s, time.Hour)
					at := reads(src)
					c := history.NewClient(&holding{Source: src, hold: hold}, &history.ClientOptions{PollInterval: tc.interval})
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
					defer cancel()
					if _, err := history.Collect(c.Follow(ctx, history.EventQuery{Ref: ref})); !errors.Is(err, context.DeadlineExceeded) {
						t.Fatal(err)
					}
					for i, want := range tc.want {
						got := (*at)[i+1].Sub((*at)[i])
						if got < want*19/20 || got > want*21/20 || want >= 15*s && got > want {
							t.Errorf("wait %d was %s, want %s", i+1, got, want)
						}
					}
				})
			})
		}
	}
}

// noted is a source that can hold a call, and notes for how long it was to do so.
type noted struct {
	*historytest.Source
	holds []time.Duration
	end   time.Time
}

func (n *noted) Wait(ctx context.Context, ref history.Ref, d time.Duration) (history.Execution, error) {
	n.holds = append(n.holds, d)
	timer := time.NewTimer(min(d, time.Until(n.end)))
	defer timer.Stop()
	<-timer.C
	synctest.Wait() // the execution ends at the same moment
	return n.Describe(ctx, ref)
}

// TestFollowHoldsTheCall: where a call can be held the end comes at once, and no event later than elsewhere.
func TestFollowHoldsTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const ends = 10*time.Minute + 123*time.Millisecond
		src := &noted{Source: growing(2, ends), end: time.Now().Add(ends)}
		c := history.NewClient(src, &history.ClientOptions{PollInterval: 300 * time.Millisecond})
		got, took, err := follow(t, c, history.EventQuery{Ref: ref})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "events", upTo(2), ids(got))
		equal(t, "took", ends, took)
		for _, d := range src.holds {
			if d < time.Second || d > 15*time.Second {
				t.Errorf("a call was to be held for %s, want between 1 s and 15 s", d)
			}
		}
		if n := len(src.holds); n < 40 || n > 60 {
			t.Errorf("%d calls were held in ten minutes, want one for each wait", n)
		}
	})
}

// TestFollowPagesBeats: a page a read, empty ones too, each a checkpoint from which another walk can go on.
func TestFollowPagesBeats(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := newWorkflow(1, 0) // the execution is not known at first
		all := events(5)
		time.AfterFunc(3*time.Second, func() { src.Add(history.Execution{Ref: ref, Status: history.Running}, all[:3]...) })
		time.AfterFunc(time.Minute, func() { src.Add(history.Execution{Ref: ref, Status: history.Succeeded}, all...) })
		c := history.NewClient(src, nil)
		var sizes []int
		var checkpoints []history.Cursor
		for page, err := range c.FollowPages(t.Context(), history.EventQuery{Ref: ref, PageSize: 2}) {
			if err != nil {
				t.Fatal(err)
			}
			if page.Items == nil || page.Resume == "" || (page.Next == "") != (len(sizes) > 4 && len(page.Items) > 0) {
				t.Errorf("page %d: %+v", len(sizes), page)
			}
			sizes, checkpoints = append(sizes, len(page.Items)), append(checkpoints, page.Resume)
		}
		equal(t, "items", []int{0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 2}, sizes)
		equal(t, "reads", len(sizes), count(src, historytest.OpEventPages))
		read := 0
		for i, from := range checkpoints {
			read += sizes[i]
			rest, _, err := follow(t, c, history.EventQuery{Ref: ref, From: from})
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "rest", ids(all[read:]), ids(rest))
		}
	})
}

// TestPollIntervalsOfAnyLength: neither "never" nor the shortest interval there is makes a loop that asks all the time.
func TestPollIntervalsOfAnyLength(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		interval, lasts time.Duration
		calls           int // at most
	}{
		{math.MaxInt64, 30 * 24 * time.Hour, 80},
		{math.MaxInt64 / 2, 30 * 24 * time.Hour, 80},
		{time.Nanosecond, time.Minute, 80},
	} {
		for name, read := range map[string]func(context.Context, *history.Client) error{
			"Follow": func(ctx context.Context, c *history.Client) error {
				_, err := history.Collect(c.Follow(ctx, history.EventQuery{Ref: ref}))
				return err
			},
			"Wait": func(ctx context.Context, c *history.Client) error {
				_, err := c.Wait(ctx, ref)
				return err
			},
		} {
			t.Run(name+" "+tc.interval.String(), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					src := growing(2, tc.lasts)
					calls := 0
					src.Inject(historytest.Fault{Times: -1, Hook: func(context.Context, historytest.Call) {
						if calls++; calls > tc.calls {
							panic("it asks all the time")
						}
					}})
					err := read(t.Context(), history.NewClient(src, &history.ClientOptions{PollInterval: tc.interval}))
					if err != nil {
						t.Errorf("after %d calls: %v", calls, err)
					}
				})
			})
		}
	}
}

// TestFollowSaysThatNothingWasFound: a deadline that comes before the patience ends does not hide a wrong name.
func TestFollowSaysThatNothingWasFound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := history.Collect(history.NewClient(newWorkflow(1, 0), nil).Follow(ctx, history.EventQuery{Ref: ref}))
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "was not found so far") {
			t.Errorf("the error is %v, want DeadlineExceeded that tells what was missing", err)
		}
	})
}
