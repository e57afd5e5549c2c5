// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

// A detail of any depth is folded, asked for its parts and written without ending the program; what is read of it is what
// its methods read, and it comes back to the byte.
func TestHostileDeepDetails(t *testing.T) {
	t.Parallel()
	for _, levels := range []int{900, 9_000, 10_001, 100_000} {
		for _, value := range []string{
			strings.Repeat("[", levels) + strings.Repeat("]", levels),
			strings.Repeat(`{"a":`, levels) + "1" + strings.Repeat("}", levels),
			strings.Repeat("[", levels), // without an end
		} {
			d := history.Detail(`{"input":` + value + `,"output":` + value + `,"error":"E"}`)
			e := fold(t, []history.Event{
				{Ref: ref, ID: 1, Type: history.ExecutionStarted, Detail: d},
				{Ref: ref, ID: 2, Type: history.ExecutionSucceeded, Detail: d},
			})
			if e.Input != d.Input() || e.Output != d.Output() {
				t.Errorf("%d levels: Fold reads %d and %d bytes, the methods %d and %d", levels, len(e.Input), len(e.Output), len(d.Input()), len(d.Output()))
			}
			out, err := json.Marshal(history.Event{Ref: ref, ID: 1, Detail: d})
			if err != nil {
				t.Fatalf("%d levels: %v", levels, err)
			}
			var back history.Event
			if err := json.Unmarshal(out, &back); err != nil || back.Detail != d {
				t.Errorf("%d levels: %d bytes came back as %d, error %v", levels, len(d), len(back.Detail), err)
			}
		}
	}
}

// Steps that are entered in one another, 20,000 deep, are folded and walked over without ending the program.
func TestHostileDeepSteps(t *testing.T) {
	t.Parallel()
	const levels = 20_000
	var folder history.Folder
	for i := range int64(levels) {
		folder.Add(history.Event{Ref: ref, ID: i + 1, Cause: i, Type: history.StepEntered, Step: "a", Time: began})
	}
	e := folder.Execution()
	nodes, deepest := 0, 0
	for depth := range e.Walk() {
		nodes, deepest = nodes+1, max(deepest, depth)
	}
	if nodes != levels {
		t.Errorf("%d steps %d deep, want %d", nodes, deepest, levels)
	}
	e.RootCause()
	e.CriticalPath()
}
