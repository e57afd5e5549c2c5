// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// Between two views everything that a view shows may change: names, order, attempts, what is cut off.
func TestFolderIsFoldInAWatchedExecution(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ events, tree string }{
		"a late event begins a step before one on top that has its name": {`
			1 0 ExecutionStarted -
			2 1 StepEntered fork
			3 2 StepStarted fork
			4 3 BranchEntered fork
			10 3 StepSucceeded fork
			11 10 StepExited fork
			12 11 StepEntered a
			13 12 StepStarted a
			5 4 StepEntered a
			6 5 StepStarted a`, `
			running
			  fork succeeded
			    fork[1] running
			      a running
			  a#2 running
			`},
		"a late event begins a step before another": {`
			1 0 ExecutionStarted -
			10 1 StepEntered a
			11 10 StepStarted a
			12 11 TaskScheduled a
			5 1 StepEntered a
			6 5 StepStarted a
			13 12 TaskFailed a {"error":"e"}`, `
			running
			  a running
			  a#2 running +failed
			`},
		"a task is tried again and again": {`
			1 0 ExecutionStarted -
			2 1 StepEntered a
			3 2 StepStarted a
			4 3 TaskScheduled a
			5 4 TaskFailed a {"error":"first"}
			6 5 TaskScheduled a
			7 6 TaskStarted a
			8 7 TaskTimedOut a
			9 8 TaskScheduled a
			10 9 StepEntered b
			11 10 TaskSucceeded a {"output":1}
			12 11 StepSucceeded a`, `
			running
			  a succeeded +failed +timed_out +succeeded
			  b running
			`},
		"the execution ends with steps and attempts open, and goes on": {`
			1 0 ExecutionStarted -
			2 1 StepEntered a
			3 2 StepStarted a
			4 3 TaskScheduled a
			5 4 ExecutionStopped -
			6 4 TaskSucceeded a
			7 6 StepSucceeded a
			8 7 StepEntered b`, `
			stopped
			  a succeeded +succeeded
			  b stopped
			`},
		"names look like IDs": {`
			1 0 ExecutionStarted -
			2 1 StepEntered a
			3 2 StepStarted a
			4 3 BranchEntered a
			5 4 StepEntered a[1]
			6 4 StepEntered a#2
			7 3 BranchEntered b#1
			8 7 StepEntered a
			9 8 StepEntered a[2]`, `
			running
			  a running
			    a[1] running
			      a[1]#2 running
			      a#2 running
			    a[2] running
			      a#3 running
			        a[2]#2 running
			`},
		"names look like IDs, and a late event gives them to others": {`
			1 0 ExecutionStarted -
			2 1 StepEntered a
			3 2 StepStarted a
			8 3 StepEntered a[1]
			9 3 BranchEntered a
			10 9 StepEntered b
			5 3 BranchEntered a
			11 10 StepStarted b`, `
			running
			  a running
			    a[1] running
			    a[1]#2 running
			    a[2] running
			      b running
			`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events := script(t, tt.events)
			var f history.Folder
			for i, e := range events {
				f.Add(e)
				got, want := f.Execution(), fold(t, events[:i+1])
				if !reflect.DeepEqual(want, got) {
					equal(t, fmt.Sprintf("after event %d: execution", e.ID), want, got)
				}
			}
			equal(t, "tree", trim(tt.tree), outline(f.Execution()))
		})
	}
}

// What is handed out is in order, each with its own ID, though it was watched in another order.
func TestFolderHandsOutInOrder(t *testing.T) {
	t.Parallel()
	var f history.Folder
	var handed *history.Step
	for _, e := range script(t, `
		1 0 ExecutionStarted -
		2 1 StepEntered choice
		3 2 StepStarted choice
		10 3 StepEntered x
		5 3 StepEntered y
		11 3 StepSucceeded choice`) {
		if s := f.Add(e); s != nil {
			handed = s
		}
		if e.ID == 10 {
			f.Execution()
		}
	}
	equal(t, "what was handed out", "running\n  choice succeeded\n    y running\n    x running\n",
		outline(history.Execution{Status: history.Running, Steps: []history.Step{*handed}}))
}

// Lists share an array, but what is appended to one does not reach the next.
func TestFoldedListsEndWhereTheyEnd(t *testing.T) {
	t.Parallel()
	e := fold(t, historytest.Generate(3, nil).Events)
	attempts := 0
	check := func(steps []history.Step) {
		if len(steps) != cap(steps) {
			t.Errorf("%d steps have room for %d", len(steps), cap(steps))
		}
	}
	check(e.Steps)
	for _, s := range e.Walk() {
		check(s.Children)
		if attempts += len(s.Attempts); len(s.Attempts) != cap(s.Attempts) {
			t.Errorf("%d attempts have room for %d", len(s.Attempts), cap(s.Attempts))
		}
	}
	if attempts < 2 {
		t.Errorf("there are %d attempts", attempts)
	}
}

// The last attempt decides what a step's output is, also when it has none.
func TestFoldTakesTheOutputOfTheLastAttempt(t *testing.T) {
	t.Parallel()
	e := fold(t, script(t, `
		1 0 ExecutionStarted -
		2 1 StepEntered a
		3 2 StepStarted a
		4 3 TaskScheduled a
		5 4 TaskSucceeded a {"output":1}
		6 5 TaskScheduled a
		7 6 TaskSucceeded a {}`))
	equal(t, "output", history.Detail(""), e.Steps[0].Output)
}

// A derived end is a record of the whole step: it replaces what events said of attempts.
func TestFoldTakesADerivedEndForTheWholeStep(t *testing.T) {
	t.Parallel()
	events := script(t, `
		1 0 ExecutionStarted -
		2 1 StepStarted a
		3 2 TaskScheduled a
		4 3 TaskFailed a {"error":"e"}
		5 4 TaskScheduled a
		6 2 StepSucceeded a {"status":"success","function_execution_id":"inv"}`)
	events[1].Derived, events[5].Derived = true, true
	want := []history.Attempt{{Started: at(2), Ended: at(6), Status: history.Succeeded, InvocationID: "inv"}}
	equal(t, "attempts", want, fold(t, events).Steps[0].Attempts)
}

// A step that ends when the execution has ended already comes with what is in it cut off, though it was watched before.
func TestFolderHandsOutWhatWasCutOff(t *testing.T) {
	t.Parallel()
	events := script(t, `
		1 0 ExecutionStarted -
		2 1 StepEntered fork
		3 2 StepStarted fork
		4 3 BranchEntered fork
		5 4 StepEntered a
		6 5 StepStarted a
		7 6 TaskScheduled a
		8 7 ExecutionTimedOut -
		9 3 StepFailed fork`)
	var f history.Folder
	var handed *history.Step
	for _, e := range events {
		if s := f.Add(e); s != nil {
			handed = s
		}
		if e.ID < 8 {
			f.Execution()
		}
	}
	equal(t, "what was handed out", trim(`
		timed_out
		  fork failed
		    fork[1] timed_out
		      a timed_out +timed_out
	`), outline(history.Execution{Status: history.TimedOut, Steps: []history.Step{*handed}}))
}
