// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// TestEndOf: what nobody told the end of ends as the timeline has it.
func TestEndOf(t *testing.T) {
	t.Parallel()
	at := func(second int) time.Time { return time.Date(2026, 11, 1, 8, 0, second, 0, time.UTC) }
	late := history.Step{Kind: history.StepNode, Status: history.Stopped, Entered: at(10), Attempts: []history.Attempt{{Started: at(11)}}}
	ended := history.Step{Kind: history.StepNode, Status: history.Failed, Entered: at(1), Ended: at(6)}
	for name, test := range map[string]struct {
		step history.Step
		over time.Time
		want time.Time
	}{
		"told":          {ended, at(9), at(6)},
		"not told":      {history.Step{Entered: at(1)}, at(9), at(9)},
		"not over":      {late, time.Time{}, time.Time{}},
		"began later":   {late, at(9), at(11)},
		"holds it":      {history.Step{Kind: history.BranchNode, Status: history.Stopped, Children: []history.Step{late}}, at(9), at(11)},
		"failed branch": {history.Step{Kind: history.BranchNode, Status: history.Failed, Children: []history.Step{ended}}, at(9), at(6)},
	} {
		steps, known := []history.Step{test.step}, lastKnown{}
		known.add(steps)
		if got := endOf(&steps[0], test.over, known); !got.Equal(test.want) {
			t.Errorf("%s: it ended at %v, want %v", name, got, test.want)
		}
	}
}

// TestDeepSteps: steps in one another that nobody told the end of are shown one by one, each with the end of what it is in. In
// quadratic time this would take minutes.
func TestDeepSteps(t *testing.T) {
	t.Parallel()
	const depth = 30_000
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	var steps []history.Step
	for range depth {
		steps = []history.Step{{Kind: history.StepNode, Status: history.Stopped, Entered: at, Children: steps}}
	}
	var out strings.Builder
	noScreen := func(io.Writer) (screen, bool) { return screen{}, false }
	c := &call{tool: &tool{out: &out, screen: noScreen}, format: wideFormat}
	if err := c.showSteps(history.Execution{Started: at, Ended: at.Add(time.Hour), Steps: steps}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "09:00:00"); got != depth {
		t.Errorf("%d of %d steps ended with the execution", got, depth)
	}
}
