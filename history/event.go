// SPDX-License-Identifier: Apache-2.0

package history

import "time"

// Event is one entry of an execution's history. It is comparable. In JSON it is one flat object that always has id, type
// and time; other fields are left out when they are empty.
//
// The fields come from the Events of FnF's GetExecutionHistory. AOM records no events: there they are derived from the
// node results of ListWorkflowExecutions and marked Derived.
type Event struct {
	Ref
	// ID orders the events of an execution: each is above the one before. It need not be without gaps. FnF EventId.
	ID int64 `json:"id"`
	// Cause is the ID of the event that scheduled this one, 0 if none. FnF ScheduleEventId.
	Cause int64 `json:"cause,omitempty"`
	// Type says what happened; it may be one that no document lists.
	Type EventType `json:"type"`
	// Time is when, in UTC; as precise as the provider says it (milliseconds on both clouds).
	Time time.Time `json:"time"`
	// Step is the step's name in the workflow's definition, "" for events of the execution itself. It is not unique: a
	// step that runs often has the same name each time. FnF StepName; AOM node_id.
	Step string `json:"step,omitempty"`
	// Detail is exactly what the provider sent with the event, usually a JSON object. FnF EventDetail; AOM's node result.
	Detail Detail `json:"detail,omitempty"`
	// Derived is true when the provider has no events and this one was made from a step.
	Derived bool `json:"derived,omitempty"`
}
