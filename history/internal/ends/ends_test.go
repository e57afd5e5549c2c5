// SPDX-License-Identifier: Apache-2.0

package ends_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/internal/ends"
)

// at is a time so many seconds after a beginning, none for a negative number.
func at(seconds int) time.Time {
	if seconds < 0 {
		return time.Time{}
	}
	return time.Date(2026, time.November, 1, 8, 0, seconds, 0, time.UTC)
}

// node was entered and ended at some seconds.
func node(id string, kind history.StepKind, status history.Status, entered, ended int, children ...history.Step) history.Step {
	return history.Step{ID: id, Kind: kind, Status: status, Entered: at(entered), Ended: at(ended), Children: children}
}

func TestUntold(t *testing.T) {
	t.Parallel()
	const step, branch = history.StepNode, history.BranchNode
	late := node("late", step, history.Stopped, 10, -1)
	late.Started = at(11)
	tried := node("tried", step, history.Stopped, 1, -1)
	tried.Attempts = []history.Attempt{{Started: at(2), Ended: at(3)}, {Scheduled: at(7)}}
	tests := map[string]struct {
		over  int
		steps []history.Step
		want  map[string]int // seconds, by ID
	}{
		"told":            {9, []history.Step{node("a", step, history.Failed, 5, 3)}, nil},
		"with the rest":   {9, []history.Step{node("a", step, history.Stopped, 1, -1)}, map[string]int{"a": 9}},
		"not at all":      {-1, []history.Step{node("a", step, history.Running, 1, -1, late)}, nil},
		"no times":        {9, []history.Step{node("a", step, "", -1, -1)}, map[string]int{"a": 9}},
		"entered after":   {9, []history.Step{node("a", branch, history.Stopped, 10, -1)}, map[string]int{"a": 10}},
		"started after":   {9, []history.Step{late}, map[string]int{"late": 11}},
		"tried after":     {6, []history.Step{tried}, map[string]int{"tried": 7}},
		"holds what came": {9, []history.Step{node("a", branch, history.Stopped, 1, -1, late)}, map[string]int{"a": 11, "late": 11}},
		"in what ended":   {-1, []history.Step{node("a", step, history.Failed, 1, 9, tried, late)}, map[string]int{"tried": 9, "late": 11}},
		"failed branch": {
			9, []history.Step{node("a", branch, history.Failed, 1, -1, node("b", step, history.Stopped, 1, -1), node("c", step, history.Failed, 2, 6))},
			map[string]int{"a": 6, "b": 6},
		},
		"failed branch that runs": {
			-1, []history.Step{node("a", branch, history.TimedOut, 1, -1, node("b", step, history.Failed, 2, 6))}, map[string]int{"a": 6},
		},
		"failed branch with more": {
			20, []history.Step{node("a", branch, history.Failed, 1, -1, late, node("c", step, history.Failed, 2, 6))}, map[string]int{"a": 11, "late": 11},
		},
		"failed branch, last step open": {
			9, []history.Step{node("a", branch, history.Failed, 1, -1, node("b", step, history.Failed, 2, -1))}, map[string]int{"a": 9, "b": 9},
		},
		"failed step": {9, []history.Step{node("a", step, history.Failed, 1, -1, node("b", branch, history.Failed, 2, 6))}, map[string]int{"a": 9}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, got := map[string]time.Time{}, map[string]time.Time{}
			for id, second := range test.want {
				want[id] = at(second)
			}
			for s, end := range ends.Untold(test.steps, at(test.over)) {
				got[s.ID] = end
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("ends mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
