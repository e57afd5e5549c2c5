// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func TestCriticalPath(t *testing.T) {
	t.Parallel()
	step := func(id string, begin, end int, children ...history.Step) history.Step {
		s := history.Step{ID: id, Kind: history.StepNode, Entered: at(begin), Children: children}
		if end > 0 {
			s.Ended = at(end)
		}
		return s
	}
	for _, tt := range []struct {
		name  string
		steps []history.Step
		want  string
	}{
		{"nothing", nil, ""},
		{"one behind the other", []history.Step{step("a", 0, 2), step("b", 2, 3), step("c", 4, 9)}, "a b c"},
		{"steps without duration", []history.Step{step("a", 1, 1), step("b", 1, 1), step("c", 1, 2)}, "a b c"},
		{"the slowest branch", []history.Step{
			step("a", 0, 2),
			step("p", 2, 9, step("p[1]", 2, 5, step("x", 2, 5)), step("p[2]", 2, 8, step("y", 2, 4), step("z", 4, 8))),
			step("b", 9, 10),
		}, "a p p[2] y z b"},
		{"iterations, two at a time", []history.Step{
			step("e", 0, 9, step("e[1]", 0, 3), step("e[2]", 0, 4), step("e[3]", 3, 8), step("e[4]", 4, 7)),
		}, "e e[1] e[3]"},
		{"one that has not ended", []history.Step{step("a", 0, 2), step("p", 2, 0, step("p[1]", 2, 9), step("p[2]", 2, 0))}, "a p p[2]"},
		{"one without any time", []history.Step{step("a", 0, 2), {ID: "b"}}, "a"},
		{"one with an end only", []history.Step{step("a", 0, 2), {ID: "b", Ended: at(5)}, step("c", 5, 6)}, "a b c"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "path", tt.want, strings.Join(stepIDs(history.Execution{Steps: tt.steps}.CriticalPath()), " "))
		})
	}
}

// The path of a finished execution runs through its last step, and no step of a level begins before the one in front of
// it on the path has ended.
func TestCriticalPathOfGeneratedExecutions(t *testing.T) {
	t.Parallel()
	forSeeds(t, 500, func(t *testing.T, seed uint64) {
		e := historytest.Generate(seed, nil).Execution
		parent, last := map[*history.Step]*history.Step{}, map[*history.Step]*history.Step{}
		for _, s := range e.Walk() {
			for i := range s.Children {
				parent[&s.Children[i]] = s
			}
		}
		path := e.CriticalPath()
		for _, s := range path {
			if before := last[parent[s]]; before != nil && s.Entered.Before(before.Ended) {
				t.Errorf("%s begins before %s has ended", s.ID, before.ID)
			}
			last[parent[s]] = s
		}
		if n := len(e.Steps); n > 0 && last[nil] != &e.Steps[n-1] {
			t.Errorf("the path does not end with %s: %v", e.Steps[n-1].ID, stepIDs(path))
		}
	})
}
