// SPDX-License-Identifier: Apache-2.0

package history

import (
	"slices"
	"strings"
)

// EventType says what happened. The 21 types of FnF's GetExecutionHistory are the vocabulary; a type that is not among
// them passes through verbatim (FnF's newer flow language adds some).
type EventType string

// The event types, as FnF's document lists them.
const (
	StepEntered   EventType = "StepEntered"
	StepStarted   EventType = "StepStarted"
	StepSucceeded EventType = "StepSucceeded"
	StepFailed    EventType = "StepFailed"
	StepExited    EventType = "StepExited"

	BranchEntered EventType = "BranchEntered"
	BranchExited  EventType = "BranchExited"

	IterationEntered EventType = "IterationEntered"
	IterationExited  EventType = "IterationExited"

	TaskScheduled    EventType = "TaskScheduled"
	TaskStarted      EventType = "TaskStarted"
	TaskSubmitted    EventType = "TaskSubmitted"
	TaskSubmitFailed EventType = "TaskSubmitFailed"
	TaskSucceeded    EventType = "TaskSucceeded"
	TaskFailed       EventType = "TaskFailed"
	TaskTimedOut     EventType = "TaskTimedOut"

	ExecutionStarted   EventType = "ExecutionStarted"
	ExecutionStopped   EventType = "ExecutionStopped"
	ExecutionSucceeded EventType = "ExecutionSucceeded"
	ExecutionFailed    EventType = "ExecutionFailed"
	ExecutionTimedOut  EventType = "ExecutionTimedOut"
)

// EventScope is what an event is about.
type EventScope string

// The scopes of events; "" for a type whose name begins with none of them.
const (
	ExecutionScope EventScope = "execution"
	StepScope      EventScope = "step"
	BranchScope    EventScope = "branch"
	IterationScope EventScope = "iteration"
	TaskScope      EventScope = "task"
)

// EventTypes returns the known types, in the order of FnF's document. The slice is the caller's own.
func EventTypes() []EventType {
	return []EventType{StepEntered, StepStarted, StepSucceeded, StepFailed, StepExited, BranchEntered, BranchExited,
		IterationEntered, IterationExited, TaskScheduled, TaskStarted, TaskSubmitted, TaskSubmitFailed, TaskSucceeded,
		TaskFailed, TaskTimedOut, ExecutionStarted, ExecutionStopped, ExecutionSucceeded, ExecutionFailed, ExecutionTimedOut}
}

// Known reports whether t is one of the 21 documented types.
func (t EventType) Known() bool {
	return slices.Contains(EventTypes(), t)
}

// Terminal reports whether t ends the execution: nothing comes after it.
func (t EventType) Terminal() bool {
	switch t {
	case ExecutionStopped, ExecutionSucceeded, ExecutionFailed, ExecutionTimedOut:
		return true
	}
	return false
}

// Scope says what t is about, also for types that are not Known but are named in the same way.
func (t EventType) Scope() EventScope {
	for _, s := range []struct {
		prefix string
		scope  EventScope
	}{{"Execution", ExecutionScope}, {"Step", StepScope}, {"Branch", BranchScope}, {"Iteration", IterationScope}, {"Task", TaskScope}} {
		if strings.HasPrefix(string(t), s.prefix) {
			return s.scope
		}
	}
	return ""
}
