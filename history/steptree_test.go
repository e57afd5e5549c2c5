// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

func ExampleExecution_Walk() {
	e := history.Execution{Steps: []history.Step{
		{ID: "pack", Children: []history.Step{{ID: "pack[1]", Children: []history.Step{{ID: "wrap"}}}, {ID: "pack[2]"}}},
		{ID: "ship"},
	}}
	for depth, step := range e.Walk() {
		fmt.Println(strings.Repeat("  ", depth) + step.ID)
	}
	// Output:
	// pack
	//   pack[1]
	//     wrap
	//   pack[2]
	// ship
}

func TestWalkPointsIntoTheExecutionAndCanBeLeft(t *testing.T) {
	t.Parallel()
	e := history.Execution{Steps: []history.Step{{ID: "a", Children: []history.Step{{ID: "b"}, {ID: "c"}}}, {ID: "d"}}}
	var seen []string
	for _, s := range e.Walk() {
		seen = append(seen, s.ID)
		if s.Status = history.Failed; s.ID == "b" {
			break
		}
	}
	equal(t, "steps", []string{"a", "b"}, seen)
	equal(t, "status of a step inside", history.Failed, e.Steps[0].Children[0].Status)
}
