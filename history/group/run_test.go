// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// refsOf are n executions of each scope in turn.
func refsOf(n int, scopes ...string) iter.Seq[history.Ref] {
	return func(yield func(history.Ref) bool) {
		for i := range n {
			for _, scope := range scopes {
				if !yield(refOf(scope, 0, i)) {
					return
				}
			}
		}
	}
}

// gauge measures how many are at work at once, all together and of each scope.
type gauge struct {
	mu        sync.Mutex
	now, most map[string]int
}

func (g *gauge) add(scope string, n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.now == nil {
		g.now, g.most = map[string]int{}, map[string]int{}
	}
	for _, key := range []string{scope, "all"} {
		g.now[key] += n
		g.most[key] = max(g.most[key], g.now[key])
	}
}

func TestConcurrencyIsBounded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		opts *group.Options
		want map[string]int
		took time.Duration // 20 reads of a second by each of three clients
	}{
		{nil, map[string]int{"a": 8, "b": 8, "c": 8, "all": 24}, 3 * time.Second},
		{&group.Options{PerClient: 20}, map[string]int{"all": 32}, 2 * time.Second},
		{&group.Options{PerClient: 2, Concurrency: 6}, map[string]int{"a": 2, "b": 2, "c": 2, "all": 6}, 10 * time.Second},
		{&group.Options{PerClient: 9, Concurrency: 1}, map[string]int{"a": 1, "b": 1, "c": 1, "all": 1}, time.Minute},
	} {
		t.Run(fmt.Sprintf("%+v", tt.opts), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := groupOf(t, tt.opts, newSource("a", 0, 0), newSource("b", 0, 0), newSource("c", 0, 0))
				var busy gauge
				begin := time.Now()
				read := group.Each(t.Context(), g, refsOf(20, "a", "b", "c"), func(ctx context.Context, c *history.Client, _ history.Ref) (int, error) {
					busy.add(c.Scope(), 1)
					defer busy.add(c.Scope(), -1)
					<-time.After(time.Second)
					return 1, nil
				})
				equal(t, "number of results", 60, len(outcomes(t, read, func(int) string { return "" })))
				equal(t, "time", tt.took, time.Since(begin))
				for scope, most := range tt.want {
					equal(t, "most at work of "+scope, most, busy.most[scope])
				}
			})
		})
	}
}

// A client that does not answer keeps nobody waiting but its own targets.
func TestSlowClientDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		slow, quick := newSource("slow", 1, 20), newSource("quick", 1, 20)
		slow.Inject(historytest.Fault{Times: -1, Hang: true})
		g := groupOf(t, nil, slow, quick)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		count, ended := 0, error(nil)
		for r, err := range g.ReadEach(ctx, refsOf(20, "slow", "quick")) {
			if ended = err; err == nil && r.Err == nil {
				count++
			}
		}
		equal(t, "results of the quick client", 20, count)
		if !errors.Is(ended, context.DeadlineExceeded) {
			t.Errorf("the loop ended with %v, want DeadlineExceeded", ended)
		}
	})
}

// A loop that takes nothing is not read ahead of, however much there is.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := newSource("x", 1, 1000)
		g := groupOf(t, &group.Options{PerClient: 3}, src)
		taken := 0
		for r, err := range g.ReadEach(t.Context(), func(yield func(history.Ref) bool) {
			for i := 0; yield(refOf("x", 0, i%1000)); i++ { // without an end
				taken++
			}
		}) {
			if err != nil || r.Err != nil {
				t.Fatal(err, r.Err)
			}
			synctest.Wait()
			break
		}
		if calls := len(src.Calls()); calls > 3*4+3 { // the fourth execution may have been begun
			t.Errorf("%d requests were made for one result", calls)
		}
		if taken > 100 {
			t.Errorf("%d references were taken for one result", taken)
		}
	})
}

func TestContextEndsTheLoop(t *testing.T) {
	t.Parallel()
	why := errors.New("the operator went home")
	for name, begin := range map[string]func(context.Context) (context.Context, context.CancelFunc){
		"canceled":          context.WithCancel,
		"canceled, a cause": func(ctx context.Context) (context.Context, context.CancelFunc) { return causing(ctx, why) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := groupOf(t, nil, newSource("x", 4, 50), newSource("y", 4, 50))
			ctx, cancel := begin(t.Context())
			defer cancel()
			var results, failures int
			var ended []error
			for r, err := range g.ReadAll(ctx, history.ExecutionQuery{}) {
				switch {
				case err != nil:
					ended = append(ended, err)
				case r.Err != nil:
					failures++
				default:
					results++
				}
				if results == 3 {
					cancel()
				}
			}
			if len(ended) != 1 || !errors.Is(ended[0], context.Canceled) || !errors.Is(ended[0], context.Cause(ctx)) {
				t.Errorf("the errors of pairs are %v, want one that is the context's", ended)
			}
			if _, ok := errors.AsType[*history.Error](ended[0]); !ok {
				t.Errorf("the pair's error is %T, want *history.Error", ended[0])
			}
			if failures > 0 || results > 3+2*32 {
				t.Errorf("%d targets failed and %d results came, though the context ended at the third", failures, results)
			}
		})
	}
}

func causing(ctx context.Context, why error) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	return ctx, func() { cancel(why) }
}

func TestNothingIsAskedOnADeadContext(t *testing.T) {
	t.Parallel()
	src := newSource("x", 1, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	pairs := 0
	for _, err := range groupOf(t, nil, src).ReadAll(ctx, failed()) {
		if pairs++; !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v, want context.Canceled", err)
		}
	}
	equal(t, "pairs", 1, pairs)
	equal(t, "requests", 0, len(src.Calls()))
}

// A context that ends when all was read cuts nothing short.
func TestContextThatEndsBehindTheLastResultIsNoError(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for r, err := range groupOf(t, nil, newSource("x", 1, 1)).Executions(ctx, history.ExecutionQuery{Workflow: "flow-0"}) {
		if err != nil || r.Err != nil {
			t.Error(err, r.Err)
		}
		cancel()
	}
}

// A request that the deadline leaves no time for is a failure of its target; the others go on.
func TestDeadlineThatCannotBeMetIsAResult(t *testing.T) {
	t.Parallel()
	g := groupOf(t, nil, newSource("x", 1, 2), newSource("y", 1, 2))
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	tooLate := &history.Error{Message: "no time", Err: context.DeadlineExceeded}
	read := func(ctx context.Context, c *history.Client, ref history.Ref) (history.Execution, error) {
		if c.Scope() == "y" {
			return history.Execution{}, tooLate
		}
		return c.Describe(ctx, ref)
	}
	var ok, late int
	for r, err := range group.Each(ctx, g, refsOf(2, "x", "y"), read) {
		switch {
		case err != nil:
			t.Errorf("the pair's error is %v, and the context lives", err)
		case errors.Is(r.Err, context.DeadlineExceeded):
			late++
		case r.Err == nil:
			ok++
		}
	}
	equal(t, "results and failures", []int{2, 2}, []int{ok, late})
}

// A bubble ends only when all its goroutines have ended.
func TestLeavingLeavesNoGoroutine(t *testing.T) {
	t.Parallel()
	type results = iter.Seq2[group.Result[history.Execution], error]
	for name, leave := range map[string]func(results){
		"at the end":      func(seq results) { _, _ = history.Collect(seq) },
		"at the first":    func(seq results) { _, _ = history.Collect(history.Limit(seq, 1)) },
		"in the middle":   func(seq results) { _, _ = history.Collect(history.Limit(seq, 17)) },
		"by a panic":      func(seq results) { defer func() { _ = recover() }(); panicIn(seq) },
		"by a pull's end": func(seq results) { next, stop := iter.Pull2(seq); _, _, _ = next(); stop() },
	} {
		for _, hang := range []bool{false, true} {
			if hang && name == "at the end" { // there is none
				continue
			}
			t.Run(fmt.Sprintf("%s, others hang: %v", name, hang), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					x, y := newSource("x", 3, 20), newSource("y", 3, 20)
					if hang {
						y.Inject(historytest.Fault{Times: -1, After: 2, Hang: true})
					}
					leave(groupOf(t, nil, x, y).ReadAll(t.Context(), history.ExecutionQuery{}))
					synctest.Wait()
				})
			})
		}
	}
}

func panicIn[T any](seq iter.Seq2[T, error]) {
	for range seq {
		panic("in the loop body")
	}
}

// What a source panics with reaches the one who can recover from it.
func TestPanicReachesTheCaller(t *testing.T) {
	t.Parallel()
	for _, op := range []string{historytest.OpWorkflowPages, historytest.OpExecutionPages, historytest.OpEventPages, historytest.OpDescribe} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			src := newSource("x", 2, 4)
			src.Inject(historytest.Fault{Op: op, Hook: func(context.Context, historytest.Call) { panic("in " + op) }})
			defer func() { equal(t, "panic", any("in "+op), recover()) }()
			for range groupOf(t, nil, src, newSource("y", 2, 4)).ReadAll(t.Context(), history.ExecutionQuery{}) {
			}
		})
	}
	t.Run("references", func(t *testing.T) {
		t.Parallel()
		defer func() { equal(t, "panic", any("in the references"), recover()) }()
		for range groupOf(t, nil, newSource("x", 1, 1)).ReadEach(t.Context(), func(func(history.Ref) bool) { panic("in the references") }) {
		}
	})
}

// The loop body, and other loops beside it, may use the group.
func TestLoopsMayUseTheGroup(t *testing.T) {
	t.Parallel()
	g := groupOf(t, &group.Options{Concurrency: 1, PerClient: 1}, newSource("x", 2, 6), newSource("y", 2, 6))
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			for r, err := range g.Executions(t.Context(), failed()) {
				if err != nil || r.Err != nil {
					t.Error(err, r.Err)
					return
				}
				inner, err := history.Collect(g.ReadEach(t.Context(), slices.Values([]history.Ref{r.Value.Ref})))
				if err != nil || len(inner) != 1 || inner[0].Err != nil {
					t.Errorf("the inner loop has %v, %v", inner, err)
				}
				_ = g.Counts()
			}
		})
	}
	running.Wait()
	equal(t, "counts", map[string]group.Counts{"Executions": {Read: 48}, "ReadEach": {Read: 48}}, g.Counts())
}
