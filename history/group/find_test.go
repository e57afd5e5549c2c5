// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// However many targets a client has that does not answer, those of the others are found, also when they are found later.
func TestSlowClientDoesNotStopTheFinding(t *testing.T) {
	t.Parallel()
	const each = 200 // more than wait for their turn, and are at work
	for method, read := range map[string]func(context.Context, *group.Group) iter.Seq2[history.Ref, error]{
		"ReadAll": func(ctx context.Context, g *group.Group) iter.Seq2[history.Ref, error] {
			return targets(g.ReadAll(ctx, history.ExecutionQuery{}))
		},
		"ReadAll of a workflow": func(ctx context.Context, g *group.Group) iter.Seq2[history.Ref, error] {
			return targets(g.ReadAll(ctx, history.ExecutionQuery{Workflow: "flow-0"}))
		},
		"EventsAll": func(ctx context.Context, g *group.Group) iter.Seq2[history.Ref, error] {
			return targets(g.EventsAll(ctx, history.ExecutionQuery{}))
		},
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				slow, quick := newSource("slow", 1, each), newSource("quick", 1, each)
				slow.Inject(historytest.Fault{Op: historytest.OpEventPages, Times: -1, Hang: true})
				quick.Inject(historytest.Fault{Op: historytest.OpExecutionPages, Times: -1, Delay: time.Second})
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				done, ended := map[history.Ref]bool{}, error(nil)
				for target, err := range read(ctx, groupOf(t, nil, slow, quick)) {
					if ended = err; err == nil {
						done[target] = true
					}
				}
				equal(t, "executions of the quick client", each, len(done))
				if !errors.Is(ended, context.DeadlineExceeded) {
					t.Errorf("the loop ended with %v, want DeadlineExceeded", ended)
				}
			})
		})
	}
}

// targets are the targets of results that are no failures.
func targets[T any](seq iter.Seq2[group.Result[T], error]) iter.Seq2[history.Ref, error] {
	return func(yield func(history.Ref, error) bool) {
		for r, err := range seq {
			if r.Err == nil && !yield(r.Target, err) {
				return
			}
		}
	}
}
