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
	f.onlyAttempt(n).started = n.times.started
	n.retried = true
}

// onlyAttempt is the attempt of a derived step.
func (f *Folder) onlyAttempt(n *node) *attempt {
	if n.attempt == 0 {
		return f.addAttempt(n)
	}
	return &f.attempts[n.attempt]
}

// endDerived takes what the record says. Without one (it was left out) the type of the event decides.
func (f *Folder) endDerived(n *node, e *Event) {
	var node struct {
		Status     json.RawMessage `json:"status"`
		Output     json.RawMessage `json:"output"`
		FunctionID json.RawMessage `json:"function_execution_id"`
	}
	_ = json.Unmarshal([]byte(e.Detail), &node) // a record that cannot be read says nothing
	said := f.texts.ensure(&n.texts)
	said.native, said.invocation = text(node.Status), text(node.FunctionID)
	if string(node.Output) != "null" {
		said.output = Detail(node.Output)
	}
	n.told, n.status, n.failure = true, derivedStatus(e.Type, said.native), 0
	if n.status == statusFailed || n.status == statusTimedOut {
		n.failure = f.derivedFailure(said.output)
	}
	*f.onlyAttempt(n) = attempt{started: n.times.started, ended: n.times.ended, status: n.status, failure: n.failure}
	n.attempts, n.retried = 1, true
}

// derivedStatus is the status of a step that has ended. The event's type says all but what made it fail or exit.
//
// Assumption: "timeout" and "cancel" are FunctionGraph's words; see the statuses of the package huawei.
func derivedStatus(t EventType, native string) nodeStatus {
	switch {
	case t == StepSucceeded:
		return statusSucceeded
	case t == StepFailed && strings.EqualFold(native, "timeout"):
		return statusTimedOut
	case t == StepFailed:
		return statusFailed
	case native == "" || strings.EqualFold(native, "cancel"):
		return statusStopped
	}
	return statusUnknown
}

// derivedFailure is what a step's output says about why it failed, by its number in Folder.failures; 0 if it says nothing.
//
// Assumption: the instances under "fail" have a "code" and a "log", as those under "success" have in AOM's document.
func (f *Folder) derivedFailure(output Detail) int32 {
	var out struct {
		Fail []struct{ Code, Log json.RawMessage }
	}
	if json.Unmarshal([]byte(output), &out) == nil {
		for _, instance := range out.Fail {
			if found := (Failure{Code: text(instance.Code), Cause: text(instance.Log)}); found != (Failure{}) {
				return f.keep(found)
			}
		}
	}
	failure, _ := output.Failure()
	return f.keep(failure)
}
