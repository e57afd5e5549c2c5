// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// endsAt is a source whose execution runs until d from now.
func endsAt(d time.Duration) *historytest.Source {
	src := &historytest.Source{}
	src.Add(history.Execution{Ref: ref, Status: history.Running})
	end := time.Now().Add(d)
	src.Inject(historytest.Fault{Times: -1, Hook: func(context.Context, historytest.Call) {
		if !time.Now().Before(end) {
			src.Add(history.Execution{Ref: ref, Status: history.Succeeded})
		}
	}})
	return src
}

func TestWaitPolls(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name           string
		ends, interval time.Duration
		calls          int
		atMost         time.Duration
	}{
		{"ended before", 0, 0, 1, 0},
		{"soon", time.Second, 0, 2, 3 * time.Second},
		{"the interval grows", time.Minute, 0, 9, 80 * time.Second}, // 2, 3, 4.5, 6.75, 10.1, 15, 15, 15 s
		{"an interval of the caller's", time.Minute, time.Hour, 2, 2 * time.Hour},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				src := endsAt(tc.ends)
				c := history.NewClient(src, &history.ClientOptions{PollInterval: tc.interval})
				start := time.Now()
				e, err := c.Wait(t.Context(), ref)
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "status", history.Succeeded, e.Status)
				equal(t, "calls", tc.calls, len(src.Calls()))
				if took := time.Since(start); took < tc.ends || took > tc.atMost {
					t.Errorf("it took %s, want between %s and %s", took, tc.ends, tc.atMost)
				}
			})
		})
	}
}

// holding is a source that can hold a call.
type holding struct {
	*historytest.Source
	hold  time.Duration // at most; 0 = it cannot, and says so by answering at once
	waits int
	asked history.Ref // the last time
}

func (h *holding) Wait(ctx context.Context, ref history.Ref, d time.Duration) (history.Execution, error) {
	h.waits++
	h.asked = ref
	timer := time.NewTimer(min(d, h.hold))
	defer timer.Stop()
	select {
	case <-timer.C:
		return h.Describe(ctx, ref)
	case <-ctx.Done():
		return history.Execution{}, ctx.Err()
	}
}

func TestWaitHoldsTheCall(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		hold   time.Duration
		waits  int
		atMost time.Duration
	}{
		{"held as long as asked for", time.Hour, 2, 2 * time.Minute},
		{"held for less", 30 * time.Second, 3, 90 * time.Second},
		// Nine with the exact intervals of 2 s to 15 s; ten when they are a twentieth shorter, as they may be by chance.
		{"a call that is not held is not made again at once", 0, 10, 2 * time.Minute},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				src := &holding{Source: endsAt(70 * time.Second), hold: tc.hold}
				start := time.Now()
				e, err := history.NewClient(src, nil).Wait(t.Context(), history.Ref{Workflow: ref.Workflow, Execution: ref.Execution})
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "status", history.Succeeded, e.Status)
				equal(t, "what the source was asked for", ref, src.asked)
				if src.waits > tc.waits || time.Since(start) > tc.atMost {
					t.Errorf("it took %d calls and %s, want at most %d and %s", src.waits, time.Since(start), tc.waits, tc.atMost)
				}
			})
		})
	}
}

func TestWaitEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for name, held := range map[string]bool{"polling": false, "holding": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var src history.Source = endsAt(time.Hour)
				if held {
					src = &holding{Source: endsAt(time.Hour), hold: time.Hour}
				}
				c := history.NewClient(src, nil)
				ctx, cancel := context.WithCancelCause(t.Context())
				start := time.Now()
				time.AfterFunc(time.Second, func() { cancel(errCause) })
				_, err := c.Wait(ctx, ref)
				if !errors.Is(err, context.Canceled) || !errors.Is(err, errCause) || time.Since(start) != time.Second {
					t.Errorf("canceled after 1 s it took %s, error %v", time.Since(start), err)
				}
			})
		})
	}
}

// A wait that cannot end before the deadline is not begun.
func TestWaitFailsAtOnceWhenTheDeadlineIsTooShort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := history.NewClient(endsAt(time.Hour), nil).Wait(ctx, ref)
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 0 {
			t.Errorf("it took %s, error %v", time.Since(start), err)
		}
		if e := asError(t, err); e.Kind != "" || e.Op != "Wait" || e.Provider != "script" {
			t.Errorf("the error is %+v", *e)
		}
	})
}

func TestWaitFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := endsAt(time.Hour)
		c := history.NewClient(src, nil)
		if _, err := c.Wait(t.Context(), history.Ref{Workflow: "flow"}); !errors.Is(err, history.ErrInvalid) {
			t.Errorf("without an execution: %v", err)
		}
		equal(t, "calls", 0, len(src.Calls()))
		src.ClearFaults()
		src.Inject(historytest.Fault{After: 1, Err: history.ErrPermission})
		if _, err := c.Wait(t.Context(), ref); !errors.Is(err, history.ErrPermission) {
			t.Errorf("with an error later on: %v", err)
		}
	})
}
