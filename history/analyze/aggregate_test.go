// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

func TestAggregate(t *testing.T) {
	t.Parallel()
	first := execution(0, 10,
		with(step("pay", 0, 4), func(s *history.Step) { s.Attempts = make([]history.Attempt, 3) }),
		step("each", 4, 10, iteration("each", 1, step("item", 4, 6)), iteration("each", 2, failing(step("item", 6, 10), "E"))))
	second := execution(0, 6, with(step("pay", 0, 6), func(s *history.Step) { s.Status = history.TimedOut }))
	second.Status, second.Execution = history.Failed, "exec-2"
	running := execution(0, 0, with(step("pay", 0, 0), func(s *history.Step) { s.Status, s.Ended = history.Running, time.Time{} }))
	running.Status, running.Ended = history.Running, time.Time{}
	other := history.Execution{Ref: history.Ref{Provider: "another", Workflow: "flow"}, Status: history.Stopped}

	var a analyze.Aggregate
	for _, e := range []history.Execution{first, second, running, other} {
		a.Add(e)
	}
	seconds := func(n int) time.Duration { return time.Duration(n) * time.Second }
	durations := func(s analyze.Stats, low, p50, p95, high int) analyze.Stats {
		s.Min, s.P50, s.P95, s.Max = seconds(low), seconds(p50), seconds(p95), seconds(high)
		return s
	}
	want := analyze.Report{Workflows: []analyze.WorkflowStats{
		{Ref: history.Ref{Provider: "another", Workflow: "flow"}, Stats: analyze.Stats{Count: 1, Ended: 1}},
		{
			Ref:   history.Ref{Provider: "script", Scope: "test", Workflow: "flow"},
			Stats: durations(analyze.Stats{Count: 3, Ended: 2, Failed: 1, FailureRate: 0.5}, 6, 6, 10, 10),
			Steps: []analyze.StepStats{
				{Path: "each", Kind: history.StepNode, Stats: durations(analyze.Stats{Count: 1, Ended: 1}, 6, 6, 6, 6)},
				{Path: "each/each", Kind: history.IterationNode, Stats: durations(analyze.Stats{Count: 2, Ended: 2}, 2, 2, 4, 4)},
				{Path: "each/each/item", Kind: history.StepNode,
					Stats: durations(analyze.Stats{Count: 2, Ended: 2, Failed: 1, FailureRate: 0.5}, 2, 2, 4, 4)},
				{Path: "pay", Kind: history.StepNode,
					Stats: durations(analyze.Stats{Count: 3, Ended: 2, Failed: 1, FailureRate: 0.5, Retries: 2}, 4, 4, 6, 6)},
			},
		},
	}}
	equal(t, "report", want, a.Report())
}

func TestAggregateOfNothing(t *testing.T) {
	t.Parallel()
	var a, b analyze.Aggregate
	a.Merge(&b)
	a.Merge(nil)
	equal(t, "report", analyze.Report{Workflows: []analyze.WorkflowStats{}}, a.Report())
}

// The quantiles of a report are within 1% of those that are found by sorting all durations.
func TestAggregateQuantiles(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 0))
		var a analyze.Aggregate
		var exact []time.Duration
		for range 1 + r.IntN(400) {
			d := time.Duration(math.Exp(3*r.NormFloat64()) * float64(time.Second))
			exact = append(exact, d)
			a.Add(execution(0, 0, with(step("a", 0, 0), func(s *history.Step) { s.Ended = at(0).Add(d) })))
		}
		slices.Sort(exact)
		n := len(exact)
		got := a.Report().Workflows[0].Steps[0]
		if got.Min != exact[0] || got.Max != exact[n-1] {
			t.Errorf("seed %d: min %s and max %s, want %s and %s", seed, got.Min, got.Max, exact[0], exact[n-1])
		}
		near(t, "p50", exact[(n*50+99)/100-1], got.P50)
		near(t, "p95", exact[(n*95+99)/100-1], got.P95)
	}
}

func near(t *testing.T, what string, want, got time.Duration) {
	t.Helper()
	if (got - want).Abs() > want/100 {
		t.Errorf("%s is %s, want %s within 1%%", what, got, want)
	}
}

// However executions are spread over aggregates, and in whatever order these are merged, the report is the same, and so
// is the state.
func TestAggregateMerge(t *testing.T) {
	t.Parallel()
	for seed := range uint64(15) {
		r := rand.New(rand.NewPCG(seed, 0))
		var whole analyze.Aggregate
		parts := make([]analyze.Aggregate, 1+r.IntN(4))
		for range r.IntN(30) {
			e := randomExecution(r, 40)
			e.Workflow = fmt.Sprint("flow-", r.IntN(3))
			whole.Add(e)
			parts[r.IntN(len(parts))].Add(e)
		}
		var merged analyze.Aggregate
		for _, i := range r.Perm(len(parts)) {
			before := marshal(t, parts[i])
			merged.Merge(&parts[i])
			equal(t, "part after merging", before, marshal(t, parts[i]))
		}
		equal(t, "report", marshal(t, whole.Report()), marshal(t, merged.Report()))
		equal(t, "state", marshal(t, whole), marshal(t, merged))
	}
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A merged aggregate shares nothing with those that it came from.
func TestAggregateMergeCopies(t *testing.T) {
	t.Parallel()
	e := execution(0, 10, step("a", 0, 1))
	var from, to analyze.Aggregate
	from.Add(e)
	to.Merge(&from)
	before := from.Report()
	to.Add(e)
	equal(t, "report of the source", before, from.Report())
	to.Merge(&to)
	if got := to.Report().Workflows[0].Count; got != 4 {
		t.Errorf("2 executions merged with themselves are %d", got)
	}
}

func TestAggregateMaxPaths(t *testing.T) {
	t.Parallel()
	e := execution(0, 10, step("a", 0, 1), step("fork", 1, 2, branch("fork", 1, step("b", 1, 2))))
	unknown := history.Execution{Ref: history.Ref{Workflow: "other"}, Steps: e.Steps}
	for _, tc := range []struct {
		name    string
		max     int
		paths   int // kept, that of the workflow included
		dropped int64
	}{
		{"default", 0, 2 * 5, 0},
		{"no limit", -1, 2 * 5, 0},
		{"as many as there are", 10, 10, 0},
		{"room for one workflow", 5, 5, 5},
		{"room for some of one", 3, 3, 2 + 5},
		{"what is known is counted on", 1, 1, 4 + 5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			a := analyze.Aggregate{MaxPaths: tc.max}
			a.Add(e)
			a.Add(unknown)
			all := &analyze.Aggregate{}
			all.Add(e)
			all.Add(unknown)
			merged := analyze.Aggregate{MaxPaths: tc.max}
			merged.Merge(all)
			read := analyze.Aggregate{MaxPaths: tc.max}
			if err := json.Unmarshal([]byte(marshal(t, all)), &read); err != nil {
				t.Fatal(err)
			}
			for what, r := range map[string]analyze.Report{"added": a.Report(), "merged": merged.Report(), "read": read.Report()} {
				paths, counted := 0, r.Dropped
				for _, w := range r.Workflows {
					paths += 1 + len(w.Steps)
					counted += w.Count
					for _, s := range w.Steps {
						counted += s.Count
					}
				}
				if paths != tc.paths || counted != 10 {
					t.Errorf("%s: %d paths and %d counted or dropped, want %d and 10", what, paths, counted, tc.paths)
				}
			}
			equal(t, "dropped", tc.dropped, a.Report().Dropped)
		})
	}
}

// What has no room is counted once, wherever it had none.
func TestAggregateMergeCountsWhatHasNoRoom(t *testing.T) {
	t.Parallel()
	another := execution(0, 1, step("a", 0, 1), step("b", 0, 1))
	another.Workflow = "another"
	var small, full, large analyze.Aggregate
	small.MaxPaths, full.MaxPaths = 1, 1
	full.Add(execution(0, 1))
	for range 3 {
		small.Add(another)
		large.Add(another)
	}
	full.Merge(&large)
	if got := full.Report().Dropped; got != 9 {
		t.Errorf("%d of three executions with two steps each were dropped by the merge, want 9", got)
	}
	full.Merge(&small)
	if got := full.Report().Dropped; got != 9+9 {
		t.Errorf("%d were dropped after another merge, want 18", got)
	}
}

// A report is in order of the references, and what took the same time each time took it in all its numbers.
func TestAggregateReportOrder(t *testing.T) {
	t.Parallel()
	var a analyze.Aggregate
	want := []history.Ref{
		{Provider: "alibaba", Scope: "b", Workflow: "z"}, {Provider: "huawei", Scope: "a", Workflow: "y"},
		{Provider: "huawei", Scope: "b", Workflow: "v"}, {Provider: "huawei", Scope: "b", Workflow: "w"}, {Provider: "huawei", Scope: "c", Workflow: "a"},
	}
	for range 5 {
		for _, i := range []int{4, 1, 3, 0, 2} {
			e := execution(0, 10)
			e.Ref = want[i]
			a.Add(e)
		}
	}
	var got []history.Ref
	for _, w := range a.Report().Workflows {
		got = append(got, w.Ref)
		equal(t, "durations", [4]time.Duration{10 * time.Second, 10 * time.Second, 10 * time.Second, 10 * time.Second}, [4]time.Duration{w.Min, w.P50, w.P95, w.Max})
	}
	equal(t, "workflows", want, got)
}

// Adding allocates nothing once the paths and the range of durations are known, so no number of executions takes more
// memory. (Not parallel: it counts the allocations of the whole process.)
func TestAggregateMemoryDoesNotGrow(t *testing.T) {
	e := randomExecution(rand.New(rand.NewPCG(1, 1)), 100)
	var a analyze.Aggregate
	a.Add(e)
	if n := testing.AllocsPerRun(100, func() { a.Add(e) }); n != 0 {
		t.Errorf("adding one more execution allocates %v times, want none", n)
	}
}

func TestAggregateOfParallelWorkers(t *testing.T) {
	t.Parallel()
	const workers, each = 8, 50
	parts := make([]analyze.Aggregate, workers)
	var wg sync.WaitGroup
	for i := range parts {
		wg.Go(func() {
			for range each {
				parts[i].Add(execution(0, i+1, step("a", 0, i+1)))
			}
		})
	}
	wg.Wait()
	var all analyze.Aggregate
	for i := range parts {
		all.Merge(&parts[i])
	}
	got := all.Report().Workflows[0].Stats
	near(t, "p50", 4*time.Second, got.P50)
	want := analyze.Stats{Count: workers * each, Ended: workers * each, Min: time.Second, Max: workers * time.Second}
	equal(t, "stats", want, got, cmp.FilterPath(func(p cmp.Path) bool {
		return p.Last().String() == ".P50" || p.Last().String() == ".P95"
	}, cmp.Ignore()))
}
