// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// TestFollowThousand follows 1,000 executions at once that grow with random pauses, from a source that fails now and
// then, repeats events, sends empty pages and does not know an execution right after its start. Half of them are read
// from a source that can hold a call.
func TestFollowThousand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var all sync.WaitGroup
		for i := range 1000 {
			run := newRun(uint64(i))
			var src history.Source = run
			if i%2 == 0 {
				src = holdingRun{run}
			}
			all.Go(func() { run.follow(t, history.NewClient(src, nil)) })
		}
		all.Wait()
	})
}

// run is one execution and the source that serves it. It grows by a plan, as time passes. Only one goroutine reads it.
type run struct {
	*historytest.Source // for what a source says about itself
	ref                 history.Ref
	rnd                 *rand.Rand
	events              []history.Event
	at                  []time.Time // when each is there
	calls               int
	faults              int
}

func newRun(seed uint64) *run {
	r := &run{
		Source: &historytest.Source{},
		ref:    history.Ref{Provider: "script", Scope: "test", Workflow: "flow", Execution: fmt.Sprintf("exec-%d", seed)},
		rnd:    rand.New(rand.NewPCG(seed, 1)),
	}
	at := time.Now().Add(time.Duration(r.rnd.IntN(20)) * time.Second) // a start that is not known at once
	for i, e := range events(2 + r.rnd.IntN(40)) {
		e.Ref, e.ID = r.ref, int64(i+1)*int64(1+seed%3) // IDs with and without gaps
		r.events, r.at = append(r.events, e), append(r.at, at)
		at = at.Add(r.pause())
	}
	return r
}

// pause is mostly short, sometimes none, and hardly ever long.
func (r *run) pause() time.Duration {
	switch n := r.rnd.IntN(500); {
	case n == 0:
		return time.Duration(r.rnd.IntN(int(2 * time.Hour)))
	case n < 200:
		return 0
	default:
		return time.Duration(r.rnd.IntN(int(5 * time.Second)))
	}
}

// follow reads all of it, goes on behind each error, and checks what came and when.
func (r *run) follow(t *testing.T, c *history.Client) {
	q := history.EventQuery{Ref: r.ref}
	var got []history.Event
	for {
		more, err := history.Collect(c.Follow(t.Context(), q))
		got = append(got, more...)
		if err == nil {
			break
		}
		e, ok := errors.AsType[*history.Error](err)
		if !ok || !e.Retryable() {
			t.Errorf("%s: %v", r.ref.Execution, err)
			return
		}
		q.From = e.Cursor
	}
	if !slices.Equal(got, r.events) {
		t.Errorf("%s: the events are %v, want %v", r.ref.Execution, ids(got), ids(r.events))
	}
	if late := time.Since(r.at[len(r.at)-1]); late > 15*time.Second {
		t.Errorf("%s: it ended %s after the terminal event", r.ref.Execution, late)
	}
	calls := r.calls
	if _, err := history.Collect(c.Follow(t.Context(), history.EventQuery{Ref: r.ref, From: history.After(got[len(got)-1])})); err != nil || r.calls != calls {
		t.Errorf("%s: behind the end there were %d requests and the error %v", r.ref.Execution, r.calls-calls, err)
	}
}

// visible is how many events there are by now.
func (r *run) visible() int {
	n, _ := slices.BinarySearchFunc(r.at, time.Now().Add(1), time.Time.Compare)
	return n
}

// fault is what goes wrong with a call, nil mostly.
func (r *run) fault() error {
	r.calls++
	switch {
	case r.visible() == 0:
		return history.ErrExecutionNotFound
	case r.rnd.IntN(12) > 0:
		return nil
	}
	r.faults++
	return []error{history.ErrUnavailable, history.ErrThrottled}[r.rnd.IntN(2)]
}

func (r *run) Describe(context.Context, history.Ref) (history.Execution, error) {
	e := history.Execution{Ref: r.ref, Status: history.Running}
	if r.visible() == len(r.events) {
		e.Status = history.Succeeded
	}
	return e, r.fault()
}

// EventPages serves pages of all sizes. Each begins with up to three events that came before.
func (r *run) EventPages(ctx context.Context, q history.EventQuery) pageSeq {
	return history.Paged(ctx, q.From, func(_ context.Context, from history.Cursor) (history.Page[history.Event], error) {
		if err := r.fault(); err != nil {
			return history.Page[history.Event]{}, err
		}
		p, _ := from.Position() // "" is the beginning
		behind := slices.IndexFunc(r.events, func(e history.Event) bool { return e.ID > p.LastEvent })
		end := min(r.visible(), behind+r.rnd.IntN(6))
		page := history.Page[history.Event]{Items: slices.Clone(r.events[max(0, behind-r.rnd.IntN(4)):end])}
		place := history.Position{Ref: r.ref, LastEvent: p.LastEvent}
		if end > behind {
			place.LastEvent = r.events[end-1].ID
		}
		page.Resume = history.NewCursor(place)
		if end < r.visible() {
			place.Token = fmt.Sprint("page-", r.calls) // a new one even behind a page that brought nothing
			page.Next = history.NewCursor(place)
		}
		return page, nil
	})
}

// holdingRun is a run whose end can be waited for.
type holdingRun struct{ *run }

func (r holdingRun) Wait(ctx context.Context, ref history.Ref, d time.Duration) (history.Execution, error) {
	timer := time.NewTimer(max(0, min(d, time.Until(r.at[len(r.at)-1]))))
	defer timer.Stop()
	select {
	case <-timer.C:
		return r.Describe(ctx, ref)
	case <-ctx.Done():
		return history.Execution{}, ctx.Err()
	}
}
