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
		"it becomes known with which step the execution failed, and then another one": {`
			1 0 ExecutionStarted -
			2 1 StepEntered fork
			3 2 StepStarted fork
			4 3 BranchEntered fork
			5 4 StepEntered a
			6 5 TaskScheduled a
			7 3 BranchEntered fork
			8 7 StepEntered b
			9 8 TaskScheduled b
			10 0 ExecutionFailed -
			11 9 StepFailed b
			12 6 StepFailed a`, `
			failed
			  fork failed
			    fork[1] failed
			      a failed +failed
			    fork[2] stopped
			      b failed +stopped
			`},
		"a step fails behind the end, and its name came late": {`
			1 0 ExecutionStarted -
			10 1 StepEntered a
			11 10 StepStarted a
			12 11 TaskScheduled a
			5 1 StepEntered b
			13 12 ExecutionFailed -
			14 12 StepFailed a`, `
			failed
			  b stopped
			  a failed +failed
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
			for every := 1; every <= len(events); every++ {
				var f history.Folder
				for i, e := range events {
					if f.Add(e); (i+1)%every > 0 {
						continue
					}
					got, want := f.Execution(), fold(t, events[:i+1])
					if !reflect.DeepEqual(want, got) {
						equal(t, fmt.Sprintf("after event %d, watched every %d: execution", e.ID, every), want, got)
					}
				}
				equal(t, fmt.Sprintf("tree, watched every %d", every), trim(tt.tree), outline(f.Execution()))
			}
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

	events[5].Type, events[5].Detail = history.StepFailed, `{"status":"fail","output":{"fail":[{"code":"7","log":"no"}]}}`
	failure := &history.Failure{Code: "7", Cause: "no"}
	want = []history.Attempt{{Started: at(2), Ended: at(6), Status: history.Failed, Failure: failure}}
	got := fold(t, events).Steps[0]
	equal(t, "attempts of a failed one", want, got.Attempts)
	equal(t, "failure", failure, got.Failure)

	events = script(t, `
		1 0 StepStarted a
		7 1 StepEntered b
		9 1 StepSucceeded a {"status":"success","function_execution_id":"inv"}
		4 1 TaskScheduled a
		5 4 TaskFailed a
		6 5 TaskScheduled a`)
	events[0].Derived, events[2].Derived = true, true
	got = fold(t, events).Steps[0]
	ids := []string{}
	for _, a := range got.Attempts {
		ids = append(ids, a.InvocationID)
	}
	equal(t, "invocations", []string{"inv", ""}, ids)
}

// What does not change from view to view is shared, from the second one on: a view costs nothing for the attempts of a step
// that only has a child that changes.
func TestFolderSharesAttempts(t *testing.T) {
	t.Parallel()
	var f history.Folder
	add := func(lines string) history.Execution {
		for _, e := range script(t, lines) {
			f.Add(e)
		}
		return f.Execution()
	}
	add(`
		1 0 ExecutionStarted -
		2 1 StepEntered a
		3 2 StepStarted a
		4 3 TaskScheduled a
		5 4 TaskFailed a
		6 3 StepEntered b`)
	before := add(`7 6 TaskScheduled b`)
	changed := add(`8 7 TaskStarted b`)
	renamed := add(`20 3 StepEntered c
		10 3 StepEntered d`)
	ended := add(`30 29 ExecutionStopped -
		31 6 StepFailed b`)
	for name, e := range map[string]history.Execution{"a child changed": changed, "an event came late": renamed, "the end": ended} {
		if &before.Steps[0].Attempts[0] != &e.Steps[0].Attempts[0] {
			t.Errorf("%s: the attempts were made again", name)
		}
	}
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
