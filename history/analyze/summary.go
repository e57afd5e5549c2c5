// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Summary is one execution in numbers. Times that are "in total" are added up over steps that may have run side by side:
// they may be longer than the execution.
type Summary struct {
	Status   history.Status `json:"status,omitempty"` // of the execution
	Duration time.Duration  `json:"duration"`         // of the execution, from start to end; 0 while it has not ended

	Steps      int `json:"steps"` // of kind history.StepNode; branches and iterations are counted below
	Branches   int `json:"branches"`
	Iterations int `json:"iterations"`
	// Failed counts the steps that failed or timed out, also those whose failure was caught.
	Failed int `json:"failed"`
	// Open counts the steps that have not ended.
	Open int `json:"open"`

	Attempts int `json:"attempts"` // of all steps
	// Retries counts the attempts after the first of each step. Where a provider lists a node that was tried again as
	// another step of the same name (AOM), that is not seen as a retry: it may as well be a loop.
	Retries int `json:"retries"`

	Waiting time.Duration `json:"waiting"` // history.Step.Waiting of all steps, in total: entered, not yet started
	Running time.Duration `json:"running"` // history.Step.Running of the leaf steps, in total; the next two are part of it
	Queued  time.Duration `json:"queued"`  // attempts that were scheduled and had not started, in total
	Backoff time.Duration `json:"backoff"` // pauses between an attempt and the next of the same step, in total
	Idle    time.Duration `json:"idle"`    // all IdleGaps
}

// Summarize counts what is in an execution.
func Summarize(e history.Execution) Summary {
	sum := Summary{Status: e.Status, Duration: elapsed(e.Started, e.Ended)}
	each(e.Steps, sum.add)
	for _, g := range IdleGaps(e, 0) {
		sum.Idle += g.Duration()
	}
	return sum
}

func (sum *Summary) add(s *history.Step) {
	switch s.Kind {
	case history.BranchNode:
		sum.Branches++
	case history.IterationNode:
		sum.Iterations++
	default:
		sum.addStatus(s.Status)
	}
	sum.Waiting += max(0, s.Waiting())
	if isLeaf(s) {
		sum.Running += max(0, s.Running())
	}
	sum.addAttempts(s)
}

func (sum *Summary) addStatus(status history.Status) {
	sum.Steps++
	switch {
	case failed(status):
		sum.Failed++
	case status == history.Pending, status == history.Running, status == history.Paused:
		sum.Open++
	}
}

func (sum *Summary) addAttempts(s *history.Step) {
	sum.Attempts += len(s.Attempts)
	sum.Retries += retries(s)
	for i, a := range s.Attempts {
		sum.Queued += elapsed(a.Scheduled, a.Started)
		if i == 0 {
			continue
		}
		next := a.Scheduled
		if next.IsZero() {
			next = a.Started
		}
		sum.Backoff += elapsed(s.Attempts[i-1].Ended, next)
	}
}
