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
