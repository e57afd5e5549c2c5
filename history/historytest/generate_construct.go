// SPDX-License-Identifier: Apache-2.0

package historytest

import "slices"

// Construct is something that a generated execution may have in it.
type Construct string

// The constructs. The first eight are the kinds of steps of FnF's flow language.
const (
	Pass     Construct = "pass"
	Task     Construct = "task"
	Wait     Construct = "wait"
	Choice   Construct = "choice"
	Parallel Construct = "parallel"
	Foreach  Construct = "foreach"
	Succeed  Construct = "succeed" // a step that ends the execution
	Fail     Construct = "fail"    // a step that ends the execution

	Loop             Construct = "loop"              // a choice that goes back to an earlier step
	Retry            Construct = "retry"             // a task with more than one attempt
	Catch            Construct = "catch"             // a failed step, and another that goes on from there
	Callback         Construct = "callback"          // a task that is submitted and answers later (waitForCallback, sync)
	SubmitFailure    Construct = "submit_failure"    // an attempt that could not be submitted
	TaskTimeout      Construct = "task_timeout"      // an attempt that took too long
	Failure          Construct = "failure"           // an execution that failed by a step that nothing caught
	ExecutionTimeout Construct = "execution_timeout" // an execution that took too long
	Stop             Construct = "stop"              // an execution that somebody stopped
)

// Constructs returns all constructs. The slice is the caller's own.
func Constructs() []Construct {
	return []Construct{Pass, Task, Wait, Choice, Parallel, Foreach, Succeed, Fail, Loop, Retry, Catch, Callback,
		SubmitFailure, TaskTimeout, Failure, ExecutionTimeout, Stop}
}

// constructSet says which constructs there are in something.
type constructSet map[Construct]bool

// allowing is the set of the given constructs, of all if none is given.
func allowing(only []Construct) constructSet {
	if len(only) == 0 {
		only = Constructs()
	}
	set := constructSet{}
	for _, c := range only {
		set[c] = true
	}
	return set
}

// list is the set in the order of Constructs.
func (s constructSet) list() []Construct {
	return slices.DeleteFunc(Constructs(), func(c Construct) bool { return !s[c] })
}
