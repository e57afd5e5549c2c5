// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
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

// TestDeepSteps: steps in one another that nobody told the end of take a time that grows with their number. That of its square
// would be half a minute.
func TestDeepSteps(t *testing.T) {
	t.Parallel()
	const depth, enough = 50_000, 5 * time.Second
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	var steps []history.Step
	for range depth {
		steps = []history.Step{{Kind: history.StepNode, Status: history.Stopped, Entered: at, Children: steps}}
	}
	began := time.Now()
	noScreen := func(io.Writer) (screen, bool) { return screen{}, false }
	c := &call{tool: &tool{out: io.Discard, screen: noScreen}, format: wideFormat}
	if err := c.showSteps(history.Execution{Started: at, Ended: at.Add(time.Hour), Steps: steps}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > enough {
		t.Errorf("%d steps in one another took %v, more than %v", depth, took, enough)
	}
}
