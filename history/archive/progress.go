// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Counts is what a run of Sync did.
type Counts struct {
	Listed   int `json:"listed"`   // executions that the lists brought; one that a second list brings again counts once more
	Skipped  int `json:"skipped"`  // of those, how many were whole in the archive already
	Archived int `json:"archived"` // executions read and put into the sink
	Running  int `json:"running"`  // of the archived, how many may go on: the next run reads them again
	Failed   int `json:"failed"`   // executions left out, see SyncOptions.LeaveOut
	Pages    int `json:"pages"`    // pages of events
	Events   int `json:"events"`   // events put into the sink
}

// Progress is where a run of Sync stands.
type Progress struct {
	// Ref is what was just read: an execution, or behind a page of the list the workflow.
	Ref history.Ref
	Counts
	// Due is how many of the executions listed so far are still to be read or skipped. The lists' own length is not known
	// before their end.
	Due int
	// Elapsed is the time since the run began.
	Elapsed time.Duration
}

// EventRate is the events a second since the run began; 0 at its very start.
func (p Progress) EventRate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Events) / p.Elapsed.Seconds()
}

// ExecutionRate is the executions archived a second since the run began; 0 at its very start.
func (p Progress) ExecutionRate() float64 {
	if p.Elapsed <= 0 {
		return 0
	}
	return float64(p.Archived) / p.Elapsed.Seconds()
}
