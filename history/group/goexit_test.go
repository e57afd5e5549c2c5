// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// A read that ends its goroutine, as t.FailNow does, fails its own target; it takes nobody's turn away, and no time.
func TestReadThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	for name, ends := range map[string]func(i int) bool{
		"one":          func(i int) bool { return i == 1 },
		"every fifth":  func(i int) bool { return i%5 == 4 },
		"all":          func(int) bool { return true },
		"all but one":  func(i int) bool { return i != 2 },
		"every second": func(i int) bool { return i%2 == 0 },
	} {
		for _, concurrency := range []int{1, 2, 32} {
			for _, perClient := range []int{1, 8} {
				for _, n := range []int{5, 200} {
					t.Run(fmt.Sprintf("%s of %d, %d at once, %d per client", name, n, concurrency, perClient), func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) {
							readSome(t, &group.Options{Concurrency: concurrency, PerClient: perClient}, n, ends)
						})
					})
				}
			}
		}
	}
}

// readSome reads n targets of one client, some of which end their goroutines.
func readSome(t *testing.T, opts *group.Options, n int, ends func(i int) bool) {
	g := groupOf(t, opts, newSource("x", 0, 0))
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	gone := map[history.Ref]bool{}
	want, counts := []string{}, group.Counts{}
	for i := range n {
		ref := refOf("x", 0, i)
		if gone[ref] = ends(i); gone[ref] {
			want, counts.Failed = append(want, history.FormatRef(ref)+": unknown"), counts.Failed+1
		} else {
			want, counts.Read = append(want, history.FormatRef(ref)+": read"), counts.Read+1
		}
	}
	slices.Sort(want)
	var busy gauge
	begin := time.Now()
	read := group.Each(ctx, g, refsOf(n, "x"), func(_ context.Context, _ *history.Client, ref history.Ref) (string, error) {
		busy.add("x", 1)
		defer busy.add("x", -1)
		<-time.After(time.Second)
		if gone[ref] {
			runtime.Goexit()
		}
		return "read", nil
	})
	equal(t, "results", want, outcomes(t, read, func(value string) string { return value }))
	equal(t, "counts", map[string]group.Counts{"Each": counts}, g.Counts())
	most := min(opts.Concurrency, opts.PerClient, n)
	equal(t, "most at work", most, busy.most["x"])
	equal(t, "time", time.Duration((n+most-1)/most)*time.Second, time.Since(begin))
}

// The error says what happened. Counts and Ignore take it as any other.
func TestErrorOfAReadThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	refs := slices.Values([]history.Ref{refOf("x", 0, 7)})
	end := func(context.Context, *history.Client, history.Ref) (int, error) { runtime.Goexit(); return 1, nil }
	for r, err := range group.Each(t.Context(), groupOf(t, nil, newSource("x", 0, 0)), refs, end) {
		failure, ok := errors.AsType[*history.Error](r.Err)
		if err != nil || !ok || !strings.Contains(failure.Message, "runtime.Goexit") {
			t.Fatalf("the result is %v, %v, want an error that names runtime.Goexit", r, err)
		}
		equal(t, "target", refOf("x", 0, 7), r.Target)
		equal(t, "client of the error", []string{"script", "x"}, []string{failure.Provider, failure.Scope})
	}
	g := groupOf(t, &group.Options{Ignore: []error{history.ErrUnknown}}, newSource("x", 0, 0))
	equal(t, "results", 0, len(outcomes(t, group.Each(t.Context(), g, refs, end), func(int) string { return "" })))
	equal(t, "counts", map[string]group.Counts{"Each": {Skipped: 1}}, g.Counts())
}

// Also a source may end the goroutine, wherever on the way: what is behind it is missing, and a result says so.
func TestSourceThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	good := []string{
		"script://y/flow-0/exec-0: exec-0 succeeded 1 steps", "script://y/flow-0/exec-1: exec-1 failed 1 steps",
	}
	for op, want := range map[string][]string{
		historytest.OpWorkflowPages:  {"script://x: unknown"},
		historytest.OpExecutionPages: {"script://x/flow-0: unknown"},
		historytest.OpEventPages:     {"script://x/flow-0/exec-0: unknown", "script://x/flow-0/exec-1: unknown"},
		historytest.OpDescribe:       {"script://x/flow-0/exec-0: unknown", "script://x/flow-0/exec-1: unknown"},
	} {
		t.Run(op, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				x := newSource("x", 1, 2)
				x.Inject(historytest.Fault{Op: op, Times: -1, Hook: func(context.Context, historytest.Call) { runtime.Goexit() }})
				g := groupOf(t, &group.Options{Concurrency: 2, PerClient: 1}, x, newSource("y", 1, 2))
				equal(t, "results", slices.Concat(want, good), outcomes(t, g.ReadAll(t.Context(), history.ExecutionQuery{}), executionName))
			})
		})
	}
}

// Events that were read before are delivered.
func TestEventsUntilTheGoroutineEnds(t *testing.T) {
	t.Parallel()
	src := newSource("x", 1, 1)
	src.Inject(historytest.Fault{
		Op: historytest.OpEventPages, After: 1, Times: -1, Hook: func(context.Context, historytest.Call) { runtime.Goexit() },
	})
	seq := groupOf(t, nil, src).EventsEach(t.Context(), refsOf(1, "x"))
	equal(t, "results", []string{
		"script://x/flow-0/exec-0: ExecutionStarted", "script://x/flow-0/exec-0: StepEntered", "script://x/flow-0/exec-0: unknown",
	}, outcomes(t, seq, func(e history.Event) string { return string(e.Type) }))
}

// References that end their goroutine are not at their end: what was found is read, and the last pair says that more is missing.
func TestReferencesThatEndTheirGoroutine(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 5, 200} {
		t.Run(fmt.Sprint(n, " before"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				refs := func(yield func(history.Ref) bool) {
					for ref := range refsOf(n, "x") {
						if !yield(ref) {
							return
						}
					}
					runtime.Goexit()
				}
				results, pairs := 0, 0
				var last error
				g := groupOf(t, &group.Options{Concurrency: 2}, newSource("x", 1, n))
				for r, err := range g.ReadEach(t.Context(), refs) {
					pairs++
					if last = err; err == nil && r.Err == nil {
						results++
					}
				}
				equal(t, "results and pairs", []int{n, n + 1}, []int{results, pairs})
				if failure, ok := errors.AsType[*history.Error](last); !ok || !strings.Contains(failure.Message, "runtime.Goexit") {
					t.Errorf("the loop ended with %v, want an error that names runtime.Goexit", last)
				}
			})
		})
	}
}

// A bubble ends only when all its goroutines have ended.
func TestLeavingAtAReadThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	for _, perClient := range []int{1, 8} {
		synctest.Test(t, func(t *testing.T) {
			g := groupOf(t, &group.Options{Concurrency: 4, PerClient: perClient}, newSource("x", 0, 0))
			endless := func(yield func(history.Ref) bool) {
				for i := 0; yield(refOf("x", 0, i)); i++ {
				}
			}
			end := func(context.Context, *history.Client, history.Ref) (int, error) { runtime.Goexit(); return 0, nil }
			for r, err := range group.Each(t.Context(), g, endless, end) {
				if err != nil || r.Err == nil {
					t.Error("the first pair is", r, err)
				}
				synctest.Wait()
				break
			}
		})
	}
}

// A panic on the way out, in a deferred call, is passed on as any other.
func TestPanicOfAGoroutineThatEnds(t *testing.T) {
	t.Parallel()
	defer func() { equal(t, "panic", any("on the way out"), recover()) }()
	end := func(context.Context, *history.Client, history.Ref) (int, error) {
		defer panic("on the way out")
		runtime.Goexit()
		return 0, nil
	}
	for range group.Each(t.Context(), groupOf(t, nil, newSource("x", 0, 0)), refsOf(3, "x"), end) {
	}
}
