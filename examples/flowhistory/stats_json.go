// SPDX-License-Identifier: Apache-2.0

package main

import (
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

// reportJSON is what stats prints as JSON: the library's report with units in its names, and without what was not measured.
type reportJSON struct {
	Workflows []workflowJSON `json:"workflows"`
	Dropped   int64          `json:"dropped,omitempty"` // steps that were left out
}

type workflowJSON struct {
	history.Ref
	statsJSON
	Steps []stepJSON `json:"steps,omitempty"`
}

type stepJSON struct {
	Path analyze.Path     `json:"path"`
	Kind history.StepKind `json:"kind"`
	statsJSON
}

type statsJSON struct {
	Count       int64    `json:"count"`
	Ended       int64    `json:"ended"`
	Failed      int64    `json:"failed"`
	FailureRate *float64 `json:"failure_rate,omitempty"` // of those that ended; nil = none did
	Retries     int64    `json:"retries"`                // of a workflow: those of all its steps
	*durationsJSON
}

// durationsJSON are left out as a whole when no run of a step has a duration.
type durationsJSON struct {
	Min time.Duration `json:"min_ns"`
	P50 time.Duration `json:"p50_ns"`
	P95 time.Duration `json:"p95_ns"`
	Max time.Duration `json:"max_ns"`
}

func reportOf(r analyze.Report) reportJSON {
	workflows := make([]workflowJSON, len(r.Workflows)) // in JSON [] rather than null
	for i, w := range r.Workflows {
		workflows[i] = workflowOf(w)
	}
	return reportJSON{workflows, r.Dropped}
}

func workflowOf(w analyze.WorkflowStats) workflowJSON {
	w.Retries = retriesOf(w)
	steps := make([]stepJSON, len(w.Steps))
	for i, s := range w.Steps {
		steps[i] = stepJSON{s.Path, s.Kind, statsOf(s.Stats)}
	}
	return workflowJSON{w.Ref, statsOf(w.Stats), steps}
}

func statsOf(s analyze.Stats) statsJSON {
	out := statsJSON{Count: s.Count, Ended: s.Ended, Failed: s.Failed, Retries: s.Retries}
	if s.Ended > 0 {
		out.FailureRate = new(s.FailureRate)
	}
	if measured(s) {
		out.durationsJSON = &durationsJSON{s.Min, s.P50, s.P95, s.Max}
	}
	return out
}

// measured reports whether any run of a step has a duration.
func measured(s analyze.Stats) bool { return s.Max > 0 }

// retriesOf are those of all steps of a workflow: an execution as a whole is not retried.
func retriesOf(w analyze.WorkflowStats) (n int64) {
	for _, s := range w.Steps {
		n += s.Retries
	}
	return n
}
