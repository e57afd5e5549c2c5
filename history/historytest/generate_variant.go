// SPDX-License-Identifier: Apache-2.0

package historytest

import "math/rand/v2"

// Variant is one reading of what FnF's documents say about histories. They leave a lot open, so that a reader of
// histories must be right with each. The zero value continues what the one documented history shows.
type Variant struct {
	// Causes says which event is the cause of another.
	Causes CauseRule
	// Join says what the end of a parallel or foreach step has as its cause.
	Join JoinRule
	// Details says what the details of events hold.
	Details DetailRule

	// Unnamed leaves the name of events of branches and iterations empty; else it is that of their step.
	Unnamed bool
	// ExitAfterFailure has a StepExited follow each StepFailed.
	ExitAfterFailure bool
	// CatchAfterExit makes the StepExited of a failed step the cause of the step that goes on from there; else it is
	// the StepFailed. Only with ExitAfterFailure.
	CatchAfterExit bool
	// Climb lets a failure that nothing catches climb: the branch exits, the step around it fails, and so on. Else the
	// execution ends at once; and a step that catches what failed inside it fails without an exit of the branch.
	Climb bool
	// FailFast cuts off the other branches when one fails; else the step waits for them. It matters where the step
	// around the branches fails.
	FailFast bool
	// Sequential has branches and iterations run one behind the other; else their events interleave by time.
	Sequential bool
	// NestedChoice has what a choice chooses run inside it; else behind it.
	NestedChoice bool
	// SilentEnd gives succeed and fail steps no event of their end but that of the execution.
	SilentEnd bool
	// UnscheduledRetries begins every attempt but the first with its TaskStarted; else with a TaskScheduled.
	UnscheduledRetries bool
	// EndByStart makes ExecutionStarted the cause of the event that ends the execution; else it is the last event
	// outside all branches, or the one of the failure. A silent end always has the last event of its step as its cause.
	EndByStart bool
	// LostCauses takes the cause from some events, where the name of the step leaves no doubt about which one is
	// meant. It is never drawn from a seed, since a fold has to complain about it.
	LostCauses bool
}

// CauseRule says which event is the cause of another.
type CauseRule int

// The rules of causes.
const (
	// CauseIsBefore: the event before it in the same branch, as the documented history has it.
	CauseIsBefore CauseRule = iota
	// CauseIsOpening: the event that opened what it goes on with. That of task events is TaskScheduled, that of a
	// step's end StepEntered, that of a branch's end BranchEntered, that of a TaskScheduled StepStarted. What opens a
	// step or branch is as with CauseIsBefore.
	CauseIsOpening
)

// JoinRule says what the end of a parallel or foreach step has as its cause.
type JoinRule int

// The rules of joins.
const (
	JoinLast  JoinRule = iota // the exit that came last
	JoinAny                   // any of the exits
	JoinStart                 // the step's own StepStarted
)

// DetailRule says what the details of events hold.
type DetailRule int

// The rules of details.
const (
	DetailsFull   DetailRule = iota // every key that is known or can be expected
	DetailsInTask                   // inputs in StepStarted; outputs and failures in task events only
	DetailsEmpty                    // "{}" or "", as the samples of 2019 have it
)

// drawVariant draws every switch but LostCauses.
func drawVariant(rng *rand.Rand) Variant {
	coin := func() bool { return rng.IntN(2) == 0 }
	v := Variant{
		Causes:             CauseRule(rng.IntN(2)),
		Join:               JoinRule(rng.IntN(3)),
		Unnamed:            coin(),
		ExitAfterFailure:   coin(),
		CatchAfterExit:     coin(),
		Climb:              coin(),
		FailFast:           coin(),
		Sequential:         coin(),
		NestedChoice:       coin(),
		SilentEnd:          coin(),
		UnscheduledRetries: coin(),
		EndByStart:         coin(),
	}
	if rng.IntN(2) == 0 { // full ones are the most telling, so there are more of them
		v.Details = DetailRule(rng.IntN(3))
	}
	return v.consistent()
}

// consistent is v without switches that have no meaning with the others.
func (v Variant) consistent() Variant {
	v.CatchAfterExit = v.CatchAfterExit && v.ExitAfterFailure
	return v
}
