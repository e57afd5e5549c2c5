// SPDX-License-Identifier: Apache-2.0

package history

import "time"

// Execution is one run of a workflow. Which fields are filled depends on the call and the provider; a time is zero when
// it is not known or has not come yet.
type Execution struct {
	Ref
	Status       Status    `json:"status,omitempty"`        // in words that are the same for every provider
	NativeStatus string    `json:"native_status,omitempty"` // the provider's own word
	Started      time.Time `json:"started,omitzero"`        // UTC; FnF StartedTime; AOM begin_time
	Ended        time.Time `json:"ended,omitzero"`          // UTC; FnF StoppedTime; AOM end_time
	Updated      time.Time `json:"updated,omitzero"`        // UTC; AOM last_update_time
	Input        Detail    `json:"input,omitempty"`         // FnF Input
	Output       Detail    `json:"output,omitempty"`        // FnF Output
	// Failure is what the execution failed with, timed out or was stopped for, nil if it did not or nothing says so; from
	// the detail of FnF's last event, so only where the events were read (Client.Execution, Fold).
	Failure    *Failure `json:"failure,omitempty"`
	Definition string   `json:"definition,omitempty"` // FnF FlowDefinition, as it was when the execution began
	CreatedBy  string   `json:"created_by,omitempty"` // AOM created_by or create_by
	Approvers  []string `json:"approvers,omitempty"`  // AOM approve_user_name_list
	// Attributes holds the provider's fields that have no neutral home, by the provider's own names.
	Attributes map[string]string `json:"attributes,omitempty"`
	// Steps are the steps in order of their start. Client.Execution and Fold fill them; other calls only where the provider
	// sends steps with the execution (AOM execution_result_list), see Capabilities.Steps.
	Steps []Step `json:"steps,omitempty"`
	// Diagnostics say what is wrong with what was read. None = whole; an execution that has not ended is no defect.
	Diagnostics []Diagnostic `json:"diagnostics,omitempty"`
}

// Severity says how much a Diagnostic matters.
type Severity string

// The severities.
const (
	Info    Severity = "info"    // nothing is wrong or missing, but it is unusual
	Warning Severity = "warning" // something is uncertain or was read in a tolerant way
	Defect  Severity = "defect"  // something is missing or wrong
)

// Diagnostic is one thing that is wrong or uncertain in what was read, instead of a failure of the whole. What events may
// lack is listed at Fold; of what a provider says about an execution and its steps the codes are
//
//	unknown_status   the status word is in no document; Status is "" then
//	unreadable_time  a time is there and cannot be read; it is zero then
//	missing_node     a step was sent as null and is left out (AOM)
//
// More may be added.
type Diagnostic struct {
	Code     string   `json:"code"`            // stable, for programs
	Severity Severity `json:"severity"`        // how much it matters
	Step     string   `json:"step,omitempty"`  // Step.ID, "" for the execution
	Event    int64    `json:"event,omitempty"` // Event.ID, 0 if it is about none
	Text     string   `json:"text"`            // for people, quoting what was found
}
