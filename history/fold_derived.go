// SPDX-License-Identifier: Apache-2.0

package history

import (
	"encoding/json"
	"strings"
)

// The detail of a derived end is the provider's whole record of the step (AOM: a node of execution_result_list, as it
// was sent). Steps are made of it as the provider's own listing makes them, so that both are the same.

// startDerived gives a step its only attempt.
func (f *Folder) startDerived(n *node) {
	if a := n.attempt(); a != nil {
		a.Started = n.times.started.time()
		return
	}
	n.attempts = []Attempt{{Started: n.times.started.time(), Status: Running}}
}

// endDerived takes what the record says. Without one (it was left out) the type of the event decides.
func (f *Folder) endDerived(n *node, e *Event) {
	var node struct {
		Status     json.RawMessage `json:"status"`
		Output     json.RawMessage `json:"output"`
		FunctionID json.RawMessage `json:"function_execution_id"`
	}
	_ = json.Unmarshal([]byte(e.Detail), &node) // a record that cannot be read says nothing
	n.native = text(node.Status)
	n.told = true
	n.status = derivedStatus(e.Type, n.native)
	if string(node.Output) != "null" {
		n.output = Detail(node.Output)
	}
	n.failure = nil
	if n.status == Failed || n.status == TimedOut {
		n.failure = derivedFailure(n.output)
	}
	n.attempts = []Attempt{{
		Started: n.times.started.time(), Ended: n.times.ended.time(), Status: n.status, Failure: n.failure, InvocationID: text(node.FunctionID),
	}}
}

// derivedStatus is the status of a step that has ended. The event's type says all but what made it fail or exit.
//
// Assumption: "timeout" and "cancel" are FunctionGraph's words; see the statuses of the package huawei.
func derivedStatus(t EventType, native string) Status {
	switch {
	case t == StepSucceeded:
		return Succeeded
	case t == StepFailed && strings.EqualFold(native, "timeout"):
		return TimedOut
	case t == StepFailed:
		return Failed
	case native == "" || strings.EqualFold(native, "cancel"):
		return Stopped
	}
	return ""
}

// derivedFailure is what a step's output says about why it failed, nil if it says nothing.
//
// Assumption: the instances under "fail" have a "code" and a "log", as those under "success" have in AOM's document.
func derivedFailure(output Detail) *Failure {
	var out struct {
		Fail []struct{ Code, Log json.RawMessage }
	}
	if json.Unmarshal([]byte(output), &out) == nil {
		for _, instance := range out.Fail {
			if f := (Failure{Code: text(instance.Code), Cause: text(instance.Log)}); f != (Failure{}) {
				return &f
			}
		}
	}
	if f, ok := output.Failure(); ok {
		return &f
	}
	return nil
}
