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

// census counts what there is in a tree, and in events.
type census struct {
	Steps, Branches, Iterations, Attempts int
	Started, Ended                        int // steps
	FailedAttempts                        int
}

// nodes are all nodes of a tree by ID. An ID that is there twice fails the test.
func nodes(t *testing.T, steps []history.Step, into map[string]history.Step) {
	t.Helper()
	for i, s := range steps {
		if _, ok := into[s.ID]; ok {
			t.Errorf("the ID %q is there twice", s.ID)
		}
		if i > 0 && s.FirstEvent <= steps[i-1].FirstEvent {
			t.Errorf("%s is behind %s and begins at event %d", s.ID, steps[i-1].ID, s.FirstEvent)
		}
		into[s.ID] = s
		nodes(t, s.Children, into)
	}
}

func censusOfTree(all map[string]history.Step) (c census) {
	for _, s := range all {
		switch s.Kind {
		case history.BranchNode:
			c.Branches++
		case history.IterationNode:
			c.Iterations++
		default:
			c.Steps++
			if !s.Started.IsZero() {
				c.Started++
			}
			if !s.Ended.IsZero() {
				c.Ended++
			}
		}
		c.Attempts += len(s.Attempts)
		for _, a := range s.Attempts {
			if !a.Ended.IsZero() && a.Status != history.Succeeded {
				c.FailedAttempts++
			}
		}
	}
	return c
}

func censusOfEvents(g historytest.Generated) (c census) {
	for _, e := range g.Events {
		switch e.Type {
		case history.StepEntered:
			c.Steps++
		case history.BranchEntered:
			c.Branches++
		case history.IterationEntered:
			c.Iterations++
		case history.StepStarted:
			c.Started++
		case history.StepSucceeded, history.StepFailed:
			c.Ended++
		case history.TaskScheduled:
			c.Attempts++
		case history.TaskFailed, history.TaskSubmitFailed, history.TaskTimedOut:
			c.FailedAttempts++
		}
	}
	return c
}

// TestTruthCountsWhatTheEventsCount also checks that the IDs are unique and the nodes in order.
func TestTruthCountsWhatTheEventsCount(t *testing.T) {
	t.Parallel()
	forSeeds(t, 400, func(t *testing.T, g historytest.Generated) {
		all := map[string]history.Step{}
		nodes(t, g.Execution.Steps, all)
		want, got := censusOfEvents(g), censusOfTree(all)
		if g.Variant.UnscheduledRetries { // attempts after the first have no event that is only theirs
			want.Attempts = got.Attempts
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("census mismatch (-events +truth):\n%s", diff)
		}
	})
}

// TestTruthPointsAtItsEvents checks each node against the events that it says are its first and its last.
func TestTruthPointsAtItsEvents(t *testing.T) {
	t.Parallel()
	forSeeds(t, 400, func(t *testing.T, g historytest.Generated) {
		all := map[string]history.Step{}
		nodes(t, g.Execution.Steps, all)
		for id, s := range all {
			first, last := g.Events[s.FirstEvent-1], g.Events[s.LastEvent-1]
			entered, ok := map[history.StepKind]history.EventType{
				history.StepNode: history.StepEntered, history.BranchNode: history.BranchEntered, history.IterationNode: history.IterationEntered,
			}[s.Kind]
			if !ok || first.Type != entered || first.Time != s.Entered {
				t.Errorf("%s was entered at %v; its first event is %+v", id, s.Entered, first)
			}
			if first.Step != s.Name && !(g.Variant.Unnamed && s.Kind != history.StepNode) {
				t.Errorf("%s has the name %q; its first event is %+v", id, s.Name, first)
			}
			if !s.Ended.IsZero() && last.Time != s.Ended {
				t.Errorf("%s ended at %v; its last event is %+v", id, s.Ended, last)
			}
			if open := slices.Contains(g.Open, id); open != (s.Ended.IsZero() || !s.Status.Terminal() || last.Type.Scope() == history.TaskScope) {
				t.Errorf("%s: open = %v, ended %v, %s, last event %s", id, open, s.Ended, s.Status, last.Type)
			}
		}
	})
}

// TestTruthOfRootCause checks what can be said of a root cause without knowing how it came about.
func TestTruthOfRootCause(t *testing.T) {
	t.Parallel()
	forSeeds(t, 400, func(t *testing.T, g historytest.Generated) {
		all := map[string]history.Step{}
		nodes(t, g.Execution.Steps, all)
		cause, status := g.RootCause, g.Execution.Status
		if want := status.Terminal() && status != history.Succeeded; cause.Found != want {
			t.Errorf("Found = %v, want %v", cause.Found, want)
		}
		if cause.Found && cause.Status != status {
			t.Errorf("Status = %s, want %s", cause.Status, status)
		}
		if status == history.Failed && len(cause.Path) == 0 {
			t.Error("the execution failed by no step")
		}
		steps := g.Execution.Steps
		for _, id := range cause.Path {
			i := slices.IndexFunc(steps, func(s history.Step) bool { return s.ID == id })
			if i < 0 {
				t.Fatalf("Path is %v; there is no %s", cause.Path, id)
			}
			if s := steps[i].Status; status != history.Failed && s != status || status == history.Failed && s != history.Failed && s != history.TimedOut {
				t.Errorf("%s of Path is %s", id, s)
			}
			steps = steps[i].Children
		}
		for _, id := range cause.Survived {
			if s := all[id]; s.Status != history.Succeeded || len(s.Attempts) < 2 {
				t.Errorf("%s survived: %+v", id, s)
			}
		}
		for _, id := range cause.Caught {
			if s := all[id]; s.Status != history.Failed && s.Status != history.TimedOut || slices.Contains(cause.Path, id) {
				t.Errorf("%s was caught: %+v", id, s)
			}
		}
	})
}

// TestTruthByHand compares one execution of the documented kind, of pass steps only, with what its events say by eye.
func TestTruthByHand(t *testing.T) {
	t.Parallel()
	g := historytest.Generate(3, &historytest.GenerateOptions{
		MaxEvents: 10, Fill: true, Variant: &historytest.Variant{}, Only: []historytest.Construct{historytest.Pass},
	})
	var events []history.Event
	at := func(id int64) time.Time { return g.Events[id-1].Time }
	for i, e := range g.Events {
		events = append(events, history.Event{ID: int64(i) + 1, Cause: int64(i), Type: e.Type, Step: e.Step})
	}
	a, b := g.Execution.Steps[0], g.Execution.Steps[1]
	want := []history.Event{
		{ID: 1, Type: history.ExecutionStarted},
		{ID: 2, Cause: 1, Type: history.StepEntered, Step: a.Name},
		{ID: 3, Cause: 2, Type: history.StepStarted, Step: a.Name},
		{ID: 4, Cause: 3, Type: history.StepSucceeded, Step: a.Name},
		{ID: 5, Cause: 4, Type: history.StepExited, Step: a.Name},
		{ID: 6, Cause: 5, Type: history.StepEntered, Step: b.Name},
		{ID: 7, Cause: 6, Type: history.StepStarted, Step: b.Name},
		{ID: 8, Cause: 7, Type: history.StepSucceeded, Step: b.Name},
		{ID: 9, Cause: 8, Type: history.StepExited, Step: b.Name},
		{ID: 10, Cause: 9, Type: history.ExecutionSucceeded},
	}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
	step := func(s history.Step, first int64) history.Step {
		return history.Step{
			ID: s.Name, Name: s.Name, Kind: history.StepNode, Status: history.Succeeded,
			Entered: at(first), Started: at(first + 1), Ended: at(first + 3), FirstEvent: first, LastEvent: first + 3,
			Input: g.Events[first].Detail.Input(), Output: g.Events[first+1].Detail.Output(),
		}
	}
	truth := history.Execution{
		Ref: g.Events[0].Ref, Status: history.Succeeded, Started: at(1), Ended: at(10),
		Input: g.Events[0].Detail.Input(), Output: g.Events[9].Detail.Output(),
		Steps: []history.Step{step(a, 2), step(b, 6)},
	}
	if diff := cmp.Diff(truth, g.Execution); diff != "" {
		t.Errorf("truth mismatch (-want +got):\n%s", diff)
	}
}
