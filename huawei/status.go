// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// statuses are the words for executions and nodes, in lower case. The set is open: another word maps to "".
//
// Assumption: executions and nodes use the words that ListWorkflow documents as its filter, and those of FunctionGraph,
// which runs the nodes ("running", "timeout"). For executions and nodes themselves no document has a list. "pausing" is
// taken as paused: whether it means that or the way there is not documented.
var statuses = map[string]history.Status{
	"waitexecute":    history.Pending,
	"executing":      history.Running,
	"running":        history.Running,
	"canceling":      history.Running,
	"waitapproval":   history.Paused,
	"pausing":        history.Paused,
	"success":        history.Succeeded,
	"fail":           history.Failed,
	"approvalfailed": history.Failed,
	"timeout":        history.TimedOut,
	"cancel":         history.Stopped,
}

// status is the meaning of a word, "" if it is not known.
func status(word string) history.Status {
	if s, ok := statuses[word]; ok { // most are in lower case
		return s
	}
	return statuses[strings.ToLower(word)]
}

// nativeStatus is the plainest word for a status, "" if there is none.
func nativeStatus(s history.Status) string {
	switch s {
	case history.Pending:
		return "waitExecute"
	case history.Running:
		return "executing"
	case history.Paused:
		return "pausing"
	case history.Succeeded:
		return "success"
	case history.Failed:
		return "fail"
	case history.TimedOut:
		return "timeout"
	case history.Stopped:
		return "cancel"
	}
	return ""
}
