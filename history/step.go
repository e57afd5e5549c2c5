// SPDX-License-Identifier: Apache-2.0

package history

import "time"

// StepKind tells the nodes of a step tree apart.
type StepKind string

// The kinds of steps.
const (
	StepNode      StepKind = "step"
	BranchNode    StepKind = "branch"    // one branch of a parallel step
	IterationNode StepKind = "iteration" // one turn of a foreach step
)

// Step is one part of an execution: a step, or a branch or iteration inside one. Times are in UTC; one is zero when it is
// not known or has not come yet: so Ended is zero also of a step that the end of the execution cut off, though its Status
// is terminal then. FnF's steps are folded from its events; AOM's are the elements of execution_result_list.
type Step struct {
	ID           string    `json:"id"`   // unique within the execution
	Name         string    `json:"name"` // from the workflow's definition, not unique; AOM node_id
	Kind         StepKind  `json:"kind"`
	Status       Status    `json:"status,omitempty"`
	NativeStatus string    `json:"native_status,omitempty"` // the provider's own word
	Entered      time.Time `json:"entered,omitzero"`        // scheduled, not yet working; FnF StepEntered
	Started      time.Time `json:"started,omitzero"`        // working; FnF StepStarted; AOM begin_time
	Ended        time.Time `json:"ended,omitzero"`          // FnF StepExited; AOM end_time
	Attempts     []Attempt `json:"attempts,omitempty"`      // in order; none if the step has no task
	Input        Detail    `json:"input,omitempty"`
	Output       Detail    `json:"output,omitempty"`
	Failure      *Failure  `json:"failure,omitempty"`     // nil if it did not fail or nothing says with what
	FirstEvent   int64     `json:"first_event,omitempty"` // Event.ID; 0 if the step was not made from events
	LastEvent    int64     `json:"last_event,omitempty"`  // likewise
	Children     []Step    `json:"children,omitempty"`    // of a parallel or foreach step its branches or iterations; of those, steps
}

// Attempt is one try of a step's task.
type Attempt struct {
	// Scheduled, Started and Ended are in UTC; FnF TaskScheduled, TaskStarted and the event that ended the try.
	Scheduled    time.Time `json:"scheduled,omitzero"`
	Started      time.Time `json:"started,omitzero"`
	Ended        time.Time `json:"ended,omitzero"`
	Status       Status    `json:"status,omitempty"`        // how the try stands or ended
	Failure      *Failure  `json:"failure,omitempty"`       // what it failed with, nil if it did not or nothing says so
	InvocationID string    `json:"invocation_id,omitempty"` // of the function that ran; AOM function_execution_id
}

// Waiting is how long the step was scheduled but not started; 0 when either time is missing.
func (s Step) Waiting() time.Duration { return between(s.Entered, s.Started) }

// Running is how long the step worked; 0 when either time is missing. Like the other two it is negative where the
// provider's clock went backwards; package analyze takes that for 0.
func (s Step) Running() time.Duration { return between(s.Started, s.Ended) }

// Duration is all of the step's time, from being scheduled (or, if that is not known, started) to its end; 0 while it
// has not ended, and when its end is not known (see Step).
func (s Step) Duration() time.Duration {
	if s.Entered.IsZero() {
		return s.Running()
	}
	return between(s.Entered, s.Ended)
}

func between(from, to time.Time) time.Duration {
	if from.IsZero() || to.IsZero() {
		return 0
	}
	return to.Sub(from)
}
