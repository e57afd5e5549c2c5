// SPDX-License-Identifier: Apache-2.0

package alibaba

import "github.com/flowhistory/flowhistory/history"

// statuses are the words of DescribeExecution and ListExecutions. The set is open: another word maps to "".
//
// Assumption: an empty word, which a StartExecution answer was seen with, means that the execution is about to start.
var statuses = map[string]history.Status{
	"":          history.Pending,
	"Starting":  history.Pending,
	"Running":   history.Running,
	"Stopped":   history.Stopped,
	"Succeeded": history.Succeeded,
	"Failed":    history.Failed,
	"TimedOut":  history.TimedOut,
}

// status is the meaning of a word, "" if it is not known.
func status(word string) history.Status { return statuses[word] }

// nativeStatus is the word for a filter, "" if the service has none for it or more than one.
func nativeStatus(s history.Status) string {
	switch s {
	case history.Running:
		return "Running"
	case history.Stopped:
		return "Stopped"
	case history.Succeeded:
		return "Succeeded"
	case history.Failed:
		return "Failed"
	case history.TimedOut:
		return "TimedOut"
	}
	return ""
}
