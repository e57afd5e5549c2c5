// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"fmt"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func ExampleExecution_RootCause() {
	e := history.Execution{Status: history.Failed, Steps: []history.Step{
		{ID: "reserve", Kind: history.StepNode, Status: history.Succeeded, Attempts: []history.Attempt{{Status: history.Failed}, {Status: history.Succeeded}}},
		{ID: "notify", Kind: history.StepNode, Status: history.Failed, Ended: at(1), Failure: &history.Failure{Code: "MailDown"}},
		{ID: "pay", Kind: history.StepNode, Status: history.Failed, Entered: at(1), Ended: at(2), Failure: &history.Failure{Code: "CardRefused", Cause: "limit reached"}},
	}}
	r, ok := e.RootCause()
	fmt.Println(ok, r.Path[len(r.Path)-1].ID, r.Failure.Code)
	for _, s := range r.Survived {
		fmt.Println("survived:", s.ID)
	}
	for _, s := range r.Caught {
		fmt.Println("caught:", s.ID)
	}
	// Output:
	// true pay CardRefused
	// survived: reserve
	// caught: notify
}

func TestRootCause(t *testing.T) {
	t.Parallel()
	failed := func(id string, begin, end int, failure *history.Failure, children ...history.Step) history.Step {
		return history.Step{ID: id, Kind: history.StepNode, Status: history.Failed, Entered: at(begin), Ended: at(end), LastEvent: int64(end), Failure: failure, Children: children}
	}
	succeeded := func(id string, begin, end int) history.Step {
		return history.Step{ID: id, Kind: history.StepNode, Status: history.Succeeded, Started: at(begin), Ended: at(end)}
	}
	open := func(id string, status history.Status, children ...history.Step) history.Step {
		return history.Step{ID: id, Kind: history.StepNode, Status: status, Entered: at(1), Children: children}
	}
	branch := func(id string, status history.Status, children ...history.Step) history.Step {
		return history.Step{ID: id, Kind: history.BranchNode, Status: status, Entered: at(1), Children: children}
	}
	a, b := &history.Failure{Code: "A"}, &history.Failure{Code: "B"}
	for _, tt := range []struct {
		name   string
		status history.Status
		steps  []history.Step
		want   historytest.RootCause
	}{
		{"running", history.Running, []history.Step{failed("x", 1, 2, a), open("y", history.Running)},
			historytest.RootCause{}},
		{"succeeded after a failure that was caught", history.Succeeded, []history.Step{failed("x", 1, 2, a), succeeded("y", 2, 3)},
			historytest.RootCause{Caught: []string{"x"}}},
		{"unknown status", "", []history.Step{failed("x", 1, 2, a)},
			historytest.RootCause{}},
		{"failed without a step", history.Failed, nil,
			historytest.RootCause{}},
		{"failed behind a step that succeeded", history.Failed, []history.Step{failed("x", 1, 2, a), succeeded("y", 2, 3)},
			historytest.RootCause{Caught: []string{"x"}}},
		{"failed without a reason", history.Failed, []history.Step{failed("x", 1, 2, nil)},
			historytest.RootCause{Found: true, Status: history.Failed, Path: []string{"x"}}},
		{"the reason is known above only", history.Failed, []history.Step{failed("p", 1, 5, a, branch("p[1]", history.Failed, failed("x", 1, 2, nil)))},
			historytest.RootCause{Found: true, Status: history.Failed, Path: []string{"p", "p[1]", "x"}, Failure: *a}},
		{"of two failed branches the one with the step's failure", history.Failed,
			[]history.Step{failed("p", 1, 5, a, branch("p[1]", history.Failed, failed("x", 1, 2, a)), branch("p[2]", history.Failed, failed("y", 1, 3, b)))},
			historytest.RootCause{Found: true, Status: history.Failed, Path: []string{"p", "p[1]", "x"}, Failure: *a}},
		{"of two failed branches the one that failed last", history.Failed,
			[]history.Step{failed("p", 1, 5, nil, branch("p[1]", history.Failed, failed("x", 1, 4, a)), branch("p[2]", history.Failed, failed("y", 1, 3, b)))},
			historytest.RootCause{Found: true, Status: history.Failed, Path: []string{"p", "p[1]", "x"}, Failure: *a}},
		{"nodes that overlap, as AOM lists them", history.Failed, []history.Step{failed("x", 1, 5, a), succeeded("y", 2, 4)},
			historytest.RootCause{Found: true, Status: history.Failed, Path: []string{"x"}, Failure: *a}},
		{"stopped", history.Stopped,
			[]history.Step{failed("x", 1, 2, a), open("p", history.Stopped, branch("p[1]", history.Stopped), branch("p[2]", history.Stopped, open("y", history.Stopped)))},
			historytest.RootCause{Found: true, Status: history.Stopped, Path: []string{"p", "p[1]"}}},
		{"timed out between two steps", history.TimedOut, []history.Step{succeeded("x", 1, 2)},
			historytest.RootCause{Found: true, Status: history.TimedOut}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "root cause", tt.want, truthOf(history.Execution{Status: tt.status, Steps: tt.steps}))
		})
	}
}

// What it takes to find the path does not grow with the square of its length: a path may be as deep as what a source or an
// archive sends. (Allocations cannot be counted beside other tests.)
func TestRootCauseOfADeepTree(t *testing.T) {
	const levels = 20_000
	for _, outer := range []history.StepKind{history.StepNode, history.BranchNode} {
		inner := history.Step{ID: fmt.Sprint(levels), Kind: history.StepNode, Status: history.Failed, Failure: &history.Failure{Code: "Deep"}}
		for i := levels - 1; i > 0; i-- {
			kind := history.StepNode
			if i%2 == 0 {
				kind = outer
			}
			inner = history.Step{ID: fmt.Sprint(i), Kind: kind, Status: history.Failed, Children: []history.Step{inner}}
		}
		e := history.Execution{Status: history.Failed, Steps: []history.Step{inner}}
		var got history.RootCause
		allocations := testing.AllocsPerRun(1, func() { got, _ = e.RootCause() })
		if allocations > 200 {
			t.Errorf("with %s in between: %v allocations", outer, allocations)
		}
		equal(t, "failure", history.Failure{Code: "Deep"}, got.Failure)
		equal(t, "length of the path", levels, len(got.Path))
		for i, s := range got.Path {
			if s.ID != fmt.Sprint(i+1) {
				t.Fatalf("step %d of the path is %s", i+1, s.ID)
			}
		}
	}
}
