// SPDX-License-Identifier: Apache-2.0

package historytest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// forSeeds generates executions of all sizes and checks each; every fifth is still running.
func forSeeds(t *testing.T, n int, check func(t *testing.T, g historytest.Generated)) {
	t.Helper()
	for seed := range uint64(n) {
		g := historytest.Generate(seed, &historytest.GenerateOptions{MaxEvents: 10 + int(seed)%500, Running: seed%5 == 4})
		if check(t, g); t.Failed() {
			t.Fatalf("seed %d, variant %+v", seed, g.Variant)
		}
	}
}

func TestGenerateIsDeterministic(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		o := historytest.GenerateOptions{Running: seed%2 == 1}
		if diff := cmp.Diff(historytest.Generate(seed, &o), historytest.Generate(seed, &o)); diff != "" {
			t.Errorf("seed %d: two runs mismatch:\n%s", seed, diff)
		}
	}
	if cmp.Equal(historytest.Generate(1, nil).Events, historytest.Generate(2, nil).Events) {
		t.Error("two seeds give the same events")
	}
}

func TestGeneratedEventsAreThoseOfAWholeHistory(t *testing.T) {
	t.Parallel()
	forSeeds(t, 400, func(t *testing.T, g historytest.Generated) {
		if n := len(g.Events); n < 1 || n > 10+int(g.Seed)%500 {
			t.Errorf("there are %d events", n)
		}
		for i, e := range g.Events {
			first, last := i == 0, i == len(g.Events)-1
			switch {
			case e.ID != int64(i)+1:
				t.Errorf("event %d has the ID %d", i, e.ID)
			case e.Ref != g.Execution.Ref || e.Derived || !e.Type.Known():
				t.Errorf("event %d is %+v", e.ID, e)
			case e.Cause >= e.ID || (e.Cause == 0) != first:
				t.Errorf("event %d has the cause %d", e.ID, e.Cause)
			case (e.Type == history.ExecutionStarted) != first:
				t.Errorf("event %d is a %s", e.ID, e.Type)
			case e.Type.Terminal() && !last, last && e.Type.Terminal() != g.Execution.Status.Terminal():
				t.Errorf("event %d of %d is a %s", e.ID, len(g.Events), e.Type)
			case !first && e.Time.Before(g.Events[i-1].Time):
				t.Errorf("event %d has the time %v, after %v", e.ID, e.Time, g.Events[i-1].Time)
			case e.Time.Location() != time.UTC || e.Time != e.Time.Truncate(time.Millisecond):
				t.Errorf("event %d has the time %v", e.ID, e.Time)
			}
		}
	})
}

func TestGenerateOptions(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, 1, 2, 3, 4, 5, 6_789_000, time.FixedZone("", 3600))
	g := historytest.Generate(7, &historytest.GenerateOptions{
		Start: start, Ref: history.Ref{Scope: "us-west-1", Execution: "mine"}, Variant: &historytest.Variant{Unnamed: true},
	})
	want := history.Ref{Provider: "alibaba", Scope: "us-west-1", Workflow: "generated", Execution: "mine"}
	if diff := cmp.Diff(want, g.Execution.Ref); diff != "" {
		t.Errorf("Ref mismatch (-want +got):\n%s", diff)
	}
	if want := time.Date(2027, 1, 2, 2, 4, 5, 6_000_000, time.UTC); g.Execution.Started != want {
		t.Errorf("Started = %v, want %v", g.Execution.Started, want)
	}
	if want := (historytest.Variant{Unnamed: true}); g.Variant != want {
		t.Errorf("Variant = %+v, want %+v", g.Variant, want)
	}
	if want := historytest.Generate(7, nil).Execution.Ref; want.Execution != "run-7" {
		t.Errorf("the execution of seed 7 is %q by default, want run-7", want.Execution)
	}
}

func TestGenerateFill(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		for _, most := range []int{8, 100, 1000, historytest.LargestMaxEvents, 2 * historytest.LargestMaxEvents} {
			g := historytest.Generate(seed, &historytest.GenerateOptions{MaxEvents: most, Fill: true})
			bound := min(most, historytest.LargestMaxEvents)
			// The failure of a step cuts off what runs beside it, which can be a lot.
			if n := len(g.Events); n > bound || n < bound/2 && bound > 100 {
				t.Errorf("seed %d: %d events, want about %d", seed, n, bound)
			}
		}
	}
}

func TestGenerateRunning(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		whole := historytest.Generate(seed, nil)
		part := historytest.Generate(seed, &historytest.GenerateOptions{Running: true})
		n := len(part.Events)
		if n >= len(whole.Events) || !slices.Equal(part.Events, whole.Events[:n]) {
			t.Errorf("seed %d: the running execution's events are not the first of the ended one's", seed)
		}
		if part.Execution.Status != history.Running || !part.Execution.Ended.IsZero() || part.RootCause.Found {
			t.Errorf("seed %d: the running execution is %s, ended %v, cause %+v", seed, part.Execution.Status, part.Execution.Ended, part.RootCause)
		}
	}
}

func TestGenerateShowsEveryConstruct(t *testing.T) {
	t.Parallel()
	seen := map[historytest.Construct]int{}
	statuses := map[history.Status]int{}
	forSeeds(t, 400, func(_ *testing.T, g historytest.Generated) {
		for _, c := range g.Constructs {
			seen[c]++
		}
		statuses[g.Execution.Status]++
	})
	for _, c := range historytest.Constructs() {
		if seen[c] < 10 {
			t.Errorf("%d of 400 executions show the construct %s", seen[c], c)
		}
	}
	for _, s := range []history.Status{history.Running, history.Succeeded, history.Failed, history.TimedOut, history.Stopped} {
		if statuses[s] < 10 {
			t.Errorf("%d of 400 executions are %s", statuses[s], s)
		}
	}
}

func TestGenerateOnly(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ only, also []historytest.Construct }{
		"pass":     {only: []historytest.Construct{historytest.Pass}},
		"task":     {only: []historytest.Construct{historytest.Task}},
		"failure":  {only: []historytest.Construct{historytest.Pass, historytest.Failure}, also: []historytest.Construct{historytest.Task}},
		"parallel": {only: []historytest.Construct{historytest.Parallel}, also: []historytest.Construct{historytest.Pass}},
		"loop":     {only: []historytest.Construct{historytest.Loop, historytest.Wait}, also: []historytest.Construct{historytest.Choice}},
		"retry":    {only: []historytest.Construct{historytest.Foreach, historytest.Task, historytest.Retry, historytest.Stop}},
		"catch":    {only: []historytest.Construct{historytest.Task, historytest.Catch, historytest.TaskTimeout}},
		"fail":     {only: []historytest.Construct{historytest.Fail, historytest.Choice, historytest.Wait}, also: []historytest.Construct{historytest.Failure}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := map[historytest.Construct]bool{}
			for seed := range uint64(200) {
				for _, c := range historytest.Generate(seed, &historytest.GenerateOptions{Only: test.only}).Constructs {
					seen[c] = true
				}
			}
			for _, c := range test.only {
				if !seen[c] {
					t.Errorf("no execution shows %s", c)
				}
				delete(seen, c)
			}
			for c := range seen {
				if !slices.Contains(test.also, c) {
					t.Errorf("an execution shows %s", c)
				}
			}
		})
	}
}
