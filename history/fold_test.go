// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"errors"
	"iter"
	"math"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

func TestFoldTree(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, events, want string }{
		{"the history that FnF documents", `
			1 0 ExecutionStarted - {"input":{}}
			2 1 StepEntered pass1 {"input":{},"local":{}}
			3 2 StepStarted pass1 {"input":{}}
			4 3 StepSucceeded pass1 {"output":{}}
			5 4 StepExited pass1 {"local":{}}
			6 5 StepEntered pass2`, `
			running
			  pass1 succeeded
			  pass2 running
			`},
		{"retries: the failed attempt is the cause of the next", `
			1 0 ExecutionStarted -
			2 1 StepEntered call
			3 2 StepStarted call
			4 3 TaskScheduled call
			5 4 TaskStarted call
			6 5 TaskTimedOut call
			7 6 TaskScheduled call
			8 7 TaskStarted call
			9 8 TaskSubmitted call
			10 9 TaskSucceeded call
			11 10 StepSucceeded call
			12 11 StepExited call
			13 12 ExecutionSucceeded -`, `
			succeeded
			  call succeeded +timed_out +succeeded
			`},
		{"branches that interleave, of steps with the same name", `
			1 0 ExecutionStarted -
			2 1 StepEntered each
			3 2 StepStarted each
			4 3 IterationEntered each
			5 3 IterationEntered each
			6 4 StepEntered work
			7 5 StepEntered work
			8 7 StepStarted work
			9 6 StepStarted work
			10 9 StepSucceeded work
			11 8 StepFailed work
			12 10 StepExited work
			13 12 IterationExited each
			14 11 IterationExited each
			15 14 StepFailed each
			16 15 ExecutionFailed -`, `
			failed
			  each failed
			    each[1] succeeded
			      work succeeded
			    each[2] failed
			      work#2 failed
			`},
		{"a loop by a choice in which the chosen step runs", `
			1 0 ExecutionStarted -
			2 1 StepEntered poll
			3 2 StepExited poll
			4 3 StepEntered done
			5 4 StepStarted done
			6 5 StepEntered sleep
			7 6 StepSucceeded sleep
			8 7 StepExited sleep
			9 8 StepSucceeded done
			10 9 StepExited done
			11 10 StepEntered poll
			12 11 ExecutionStopped -`, `
			stopped
			  poll ` + `
			  done succeeded
			    sleep succeeded
			  poll#2 stopped
			`},
		{"a failure that is caught, and one that cuts off a branch", `
			1 0 ExecutionStarted -
			2 1 StepEntered a
			3 2 StepFailed a
			4 3 StepEntered both
			5 4 StepStarted both
			6 5 BranchEntered -
			7 5 BranchEntered -
			8 6 StepEntered x
			9 7 StepEntered y
			10 9 StepFailed y
			11 10 ExecutionFailed -`, `
			failed
			  a failed
			  both failed
			    both[1] stopped
			      x stopped
			    both[2] failed
			      y failed
			`},
		{"an execution that took too long", `
			1 0 ExecutionStarted -
			2 1 StepEntered slow
			3 2 StepStarted slow
			4 3 TaskScheduled slow
			5 4 TaskStarted slow
			6 1 ExecutionTimedOut -`, `
			timed_out
			  slow timed_out +timed_out
			`},
		{"a step that failed with its attempt still open", `
			1 0 ExecutionStarted -
			2 1 StepEntered a
			3 2 TaskScheduled a
			4 3 StepFailed a
			5 1 ExecutionTimedOut -`, `
			timed_out
			  a failed +timed_out
			`},
		{"names that look like the IDs of others", `
			1 0 ExecutionStarted -
			2 1 StepEntered a
			3 2 StepExited a
			4 3 StepEntered a
			5 4 StepExited a
			6 5 StepEntered a#2
			7 6 StepExited a#2`, `
			running
			  a ` + `
			  a#2 ` + `
			  a#2#2 ` + `
			`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "tree", trim(tt.want), outline(fold(t, script(t, tt.events))))
		})
	}
}

func TestFoldFillsEveryField(t *testing.T) {
	t.Parallel()
	got := fold(t, script(t, `
		1 0 ExecutionStarted - {"input":{"order":1}}
		2 1 StepEntered pay {"input":{"order":1},"local":{}}
		3 2 StepStarted pay {"input":{"order":2}}
		4 3 TaskScheduled pay
		5 4 TaskStarted pay
		6 4 TaskSubmitFailed pay {"error":"FC.ResourceThrottled","cause":"too many"}
		7 6 TaskStarted pay
		8 7 TaskSucceeded pay {"output":{"receipt":7}}
		9 8 StepSucceeded pay
		10 9 StepExited pay {"local":{}}
		11 10 StepEntered ship
		12 11 StepStarted ship {"input":{"to":"me"}}
		13 12 TaskScheduled ship
		14 13 TaskFailed ship {"error":"lost","cause":"at sea"}
		15 14 StepFailed ship
		16 15 ExecutionSucceeded - {"output":{"paid":true}}`))
	want := history.Execution{
		Ref: ref, Status: history.Succeeded, Started: at(1), Ended: at(16), Input: `{"order":1}`, Output: `{"paid":true}`,
		Steps: []history.Step{{
			ID: "pay", Name: "pay", Kind: history.StepNode, Status: history.Succeeded, Entered: at(2), Started: at(3), Ended: at(10),
			Input: `{"order":1}`, Output: `{"receipt":7}`, FirstEvent: 2, LastEvent: 10,
			Attempts: []history.Attempt{
				{Scheduled: at(4), Started: at(5), Ended: at(6), Status: history.Failed, Failure: &history.Failure{Code: "FC.ResourceThrottled", Cause: "too many"}},
				{Started: at(7), Ended: at(8), Status: history.Succeeded},
			},
		}, {
			ID: "ship", Name: "ship", Kind: history.StepNode, Status: history.Failed, Entered: at(11), Started: at(12), Ended: at(15),
			Input: `{"to":"me"}`, FirstEvent: 11, LastEvent: 15, Failure: &history.Failure{Code: "lost", Cause: "at sea"},
			Attempts: []history.Attempt{
				{Scheduled: at(13), Ended: at(14), Status: history.Failed, Failure: &history.Failure{Code: "lost", Cause: "at sea"}},
			},
		}},
	}
	equal(t, "execution", want, got)
}

// Behind the largest ID there is none, so the smallest is late.
func TestFoldTakesTheSmallestIDBehindTheLargest(t *testing.T) {
	t.Parallel()
	var events []history.Event
	for _, id := range []int64{math.MaxInt64 - 1, math.MaxInt64, math.MinInt64} {
		events = append(events, history.Event{Ref: ref, ID: id, Cause: math.MaxInt64 - 1, Type: history.StepEntered, Time: began})
	}
	want := []string{"missing_start defect 0", "missing_events defect 1", "broken_chain warning 9223372036854775806", "out_of_order warning -9223372036854775808"}
	equal(t, "diagnostics", want, codes(fold(t, events)))
}

func TestFoldReturnsWhatItHasWithAnError(t *testing.T) {
	t.Parallel()
	events := script(t, `
		1 0 ExecutionStarted -
		2 1 StepEntered a`)
	broken := errors.New("broken")
	e, err := history.Fold(func(yield func(history.Event, error) bool) {
		for _, e := range events {
			yield(e, nil)
		}
		yield(history.Event{}, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("error is %v, want %v", err, broken)
	}
	equal(t, "diagnostics", []history.Diagnostic{{
		Code: "read_cut_short", Severity: history.Defect, Text: "what follows event 2 was not read: broken",
	}}, e.Diagnostics)
	equal(t, "tree", "running\n  a running\n", outline(e))
}

func TestFoldRefusesTwoExecutions(t *testing.T) {
	t.Parallel()
	events := script(t, `
		1 0 ExecutionStarted -
		2 1 StepEntered a
		3 2 StepStarted a`)
	own := events[2].Ref
	for _, other := range []history.Ref{
		{Provider: "other", Scope: own.Scope, Workflow: own.Workflow, Execution: own.Execution},
		{Provider: own.Provider, Scope: "other", Workflow: own.Workflow, Execution: own.Execution},
		{Provider: own.Provider, Scope: own.Scope, Workflow: "other", Execution: own.Execution},
		{Provider: own.Provider, Scope: own.Scope, Workflow: own.Workflow, Execution: "other"},
	} {
		events[2].Ref = other
		e, err := history.Fold(iter.Seq2[history.Event, error](sequence(events)))
		if !errors.Is(err, history.ErrInvalid) {
			t.Errorf("%v: error is %v, want ErrInvalid", other, err)
		}
		equal(t, "diagnostics", []string{"read_cut_short defect 0"}, codes(e))
		equal(t, "tree", "running\n  a running\n", outline(e))

		var f history.Folder
		for _, e := range events {
			f.Add(e)
		}
		equal(t, "diagnostics of a Folder", []string{"other_execution defect 3"}, codes(f.Execution()))
	}
}
