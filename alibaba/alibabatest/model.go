// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// Status words of an execution. The last four are those of one that has ended.
const (
	StatusStarting  = "Starting"
	StatusRunning   = "Running"
	StatusStopped   = "Stopped"
	StatusSucceeded = "Succeeded"
	StatusFailed    = "Failed"
	StatusTimedOut  = "TimedOut"
)

// Flow is one flow. Every field but Name may be left empty.
type Flow struct {
	ID          string    // of the service's own making
	Name        string    // unique in the region
	Description string    // free text
	Type        string    // "" = "FDL"
	Mode        string    // ExecutionMode: "Standard" or "Express"; "" = "Standard"
	RoleARN     string    // what the flow may do
	Definition  string    // YAML; what executions without a definition of their own show
	Created     time.Time // when it was made
	Modified    time.Time // when it was changed last; zero = Created
}

// Execution is one run of a flow, with its history.
type Execution struct {
	Flow, Name string // the flow's, and the execution's within it

	// Status is what the terminal event says when it is empty, "Running" without one.
	Status string

	// Input and Output are JSON texts, taken from the details of the first and of
	// the terminal event when they are empty.
	Input, Output string

	Definition       string    // the flow's at the time; "" stands for the flow's own
	Started, Stopped time.Time // zero: the times of the first and of the terminal event, if there are any

	// ExternalInputURI and ExternalOutputURI are left out when they are empty.
	ExternalInputURI, ExternalOutputURI string

	Events []Event // in order of ID

	// Tokens are further values of NextToken that are good for this execution's
	// history. Each begins a page with the event of the ID it stands for.
	Tokens map[string]int64

	// Live makes the execution happen while it is watched: it exists from Started
	// on, an event appears when Now reaches its Time, and until the terminal event
	// the status is "Running".
	Live bool
}

// NoCause is the Event.Cause of an event that is sent with a ScheduleEventId of 0 though others came before it.
const NoCause = -1

// Event is one event of a history, as it goes over the wire.
type Event struct {
	ID     int64     // EventId; 0 = the last one and 1
	Cause  int64     // ScheduleEventId; 0 = ID-1, NoCause = 0
	Type   string    // such as "TaskSucceeded"
	Time   time.Time // sent in UTC with milliseconds; zero = Execution.Started, or the server's time when it is appended
	Step   string    // StepName
	Detail string    // EventDetail; "" is sent as it is
}

// endStatus returns the status a terminal event leads to, "" for any other event.
func (e Event) endStatus() string {
	status, ok := strings.CutPrefix(e.Type, "Execution")
	if !ok || status == "Started" {
		return ""
	}
	return status
}

// terminal returns the first event that ends the execution.
func (e Execution) terminal() (Event, bool) {
	i := slices.IndexFunc(e.Events, func(v Event) bool { return v.endStatus() != "" })
	if i < 0 {
		return Event{}, false
	}
	return e.Events[i], true
}

// complete fills in what the events say.
func (e *Execution) complete() {
	if len(e.Events) > 0 {
		first := e.Events[0]
		if e.Started.IsZero() {
			e.Started = first.Time
		}
		if first.Type == "ExecutionStarted" {
			e.Input = cmp.Or(e.Input, first.detailField("input"))
		}
	}
	end, ended := e.terminal()
	if !ended {
		e.Status = cmp.Or(e.Status, StatusRunning)
		return
	}
	e.Status = cmp.Or(e.Status, end.endStatus())
	e.Output = cmp.Or(e.Output, end.detailField("output"))
	if e.Stopped.IsZero() {
		e.Stopped = end.Time
	}
}

// detailField returns a field of the detail as JSON text, "" when there is none.
func (e Event) detailField(name string) string {
	var fields map[string]json.RawMessage
	// A detail that is no object has no fields.
	_ = json.Unmarshal([]byte(e.Detail), &fields)
	return string(fields[name])
}

// clone returns a copy of e that shares nothing with it, complete and with its
// events in order of ID.
func (e Execution) clone(now time.Time) Execution {
	if !e.Started.IsZero() {
		now = e.Started
	}
	e.Events = number(e.Events, 0, now)
	e.Tokens = maps.Clone(e.Tokens)
	e.complete()
	return e
}

// number returns a copy of the events with the zero values filled in, in order of ID.
func number(events []Event, last int64, now time.Time) []Event {
	events = slices.Clone(events)
	for i := range events {
		e := &events[i]
		e.ID = cmp.Or(e.ID, last+1)
		e.Cause = cmp.Or(e.Cause, e.ID-1)
		if e.Time.IsZero() {
			e.Time = now
		}
		last = e.ID
	}
	slices.SortStableFunc(events, byID)
	return events
}

func byID(a, b Event) int { return cmp.Compare(a.ID, b.ID) }
