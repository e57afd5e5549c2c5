// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

// The table is the list of the document, in its order.
func TestEventTypes(t *testing.T) {
	t.Parallel()
	type row struct {
		Type     history.EventType
		Text     string
		Scope    history.EventScope
		Known    bool
		Terminal bool
	}
	table := []row{
		{history.StepEntered, "StepEntered", history.StepScope, true, false},
		{history.StepStarted, "StepStarted", history.StepScope, true, false},
		{history.StepSucceeded, "StepSucceeded", history.StepScope, true, false},
		{history.StepFailed, "StepFailed", history.StepScope, true, false},
		{history.StepExited, "StepExited", history.StepScope, true, false},
		{history.BranchEntered, "BranchEntered", history.BranchScope, true, false},
		{history.BranchExited, "BranchExited", history.BranchScope, true, false},
		{history.IterationEntered, "IterationEntered", history.IterationScope, true, false},
		{history.IterationExited, "IterationExited", history.IterationScope, true, false},
		{history.TaskScheduled, "TaskScheduled", history.TaskScope, true, false},
		{history.TaskStarted, "TaskStarted", history.TaskScope, true, false},
		{history.TaskSubmitted, "TaskSubmitted", history.TaskScope, true, false},
		{history.TaskSubmitFailed, "TaskSubmitFailed", history.TaskScope, true, false},
		{history.TaskSucceeded, "TaskSucceeded", history.TaskScope, true, false},
		{history.TaskFailed, "TaskFailed", history.TaskScope, true, false},
		{history.TaskTimedOut, "TaskTimedOut", history.TaskScope, true, false},
		{history.ExecutionStarted, "ExecutionStarted", history.ExecutionScope, true, false},
		{history.ExecutionStopped, "ExecutionStopped", history.ExecutionScope, true, true},
		{history.ExecutionSucceeded, "ExecutionSucceeded", history.ExecutionScope, true, true},
		{history.ExecutionFailed, "ExecutionFailed", history.ExecutionScope, true, true},
		{history.ExecutionTimedOut, "ExecutionTimedOut", history.ExecutionScope, true, true},
	}
	var documented []history.EventType
	for _, want := range table {
		documented = append(documented, want.Type)
	}
	equal(t, "EventTypes", documented, history.EventTypes())

	unknown := []row{
		{"", "", "", false, false},
		{"StepWaiting", "StepWaiting", history.StepScope, false, false},
		{"ExecutionPaused", "ExecutionPaused", history.ExecutionScope, false, false},
		{"MapEntered", "MapEntered", "", false, false},
		{"stepentered", "stepentered", "", false, false},
	}
	for _, want := range append(table, unknown...) {
		got := row{want.Type, string(want.Type), want.Type.Scope(), want.Type.Known(), want.Type.Terminal()}
		equal(t, "event type "+want.Text, want, got)
	}
}

func TestEventTypesAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	history.EventTypes()[0] = "changed"
	equal(t, "first type", history.StepEntered, history.EventTypes()[0])
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		status          history.Status
		text            string
		known, terminal bool
	}{
		{history.Pending, "pending", true, false},
		{history.Running, "running", true, false},
		{history.Paused, "paused", true, false},
		{history.Succeeded, "succeeded", true, true},
		{history.Failed, "failed", true, true},
		{history.TimedOut, "timed_out", true, true},
		{history.Stopped, "stopped", true, true},
		{"", "", false, false},
		{"Succeeded", "Succeeded", false, false},
	} {
		equal(t, "text", tc.text, string(tc.status))
		equal(t, "Known of "+tc.text, tc.known, tc.status.Known())
		equal(t, "Terminal of "+tc.text, tc.terminal, tc.status.Terminal())
	}
}
