// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Stats are the numbers of one step, over all executions that were added, or of the executions themselves.
type Stats struct {
	Count int64 `json:"count"` // how often it ran: more often than there are executions in loops, iterations and branches
	Ended int64 `json:"ended"` // how many of these have a terminal status
	// Failed counts those that failed or timed out, caught failures included. Stopped ones are not failures.
	Failed int64 `json:"failed"`
	// FailureRate is Failed / Ended, from 0 to 1; 0 when none ended.
	FailureRate float64 `json:"failure_rate"`
	Retries     int64   `json:"retries"` // attempts after the first

	// The durations of those that have one, waiting included: history.Step.Duration. P50 and P95 are the durations at
	// the ranks ⌈0.50·n⌉ and ⌈0.95·n⌉ when all are sorted; each is off by less than 1% of itself (at most 1/128). Min and
	// Max are exact. All are 0 when none has a duration.
	Min time.Duration `json:"min"`
	P50 time.Duration `json:"p50"`
	P95 time.Duration `json:"p95"`
	Max time.Duration `json:"max"`
}

// StepStats are the numbers of one path.
type StepStats struct {
	Path Path             `json:"path"` // the names from the outermost step down
	Kind history.StepKind `json:"kind"` // of the last of them
	Stats
}

// WorkflowStats are the numbers of one workflow and of its steps.
type WorkflowStats struct {
	history.Ref             // without an execution
	Stats                   // of the executions
	Steps       []StepStats `json:"steps,omitempty"` // parents before children, those beside each other by name
}

// Report is what an Aggregate has counted. It is the same for the same executions, in whatever order they were added.
type Report struct {
	Workflows []WorkflowStats `json:"workflows"` // by provider, scope and name; never null
	// Dropped counts the steps and executions that are in no number above, because there were more paths than
	// Aggregate.MaxPaths.
	Dropped int64 `json:"dropped,omitempty"`
}

// Report computes the numbers of what was added so far.
func (a *Aggregate) Report() Report {
	r := Report{Workflows: make([]WorkflowStats, 0, len(a.workflows)), Dropped: a.dropped}
	for _, ref := range slices.SortedFunc(maps.Keys(a.workflows), compareRefs) {
		n := a.workflows[ref]
		w := WorkflowStats{Ref: ref, Stats: n.stats()}
		w.add("", n)
		r.Workflows = append(r.Workflows, w)
	}
	return r
}

func (w *WorkflowStats) add(in Path, n *node) {
	for _, key := range n.keys() {
		child, path := n.children[key], in.join(key.name)
		w.Steps = append(w.Steps, StepStats{Path: path, Kind: key.kind, Stats: child.stats()})
		w.add(path, child)
	}
}

// keys are those of the children, sorted.
func (n *node) keys() []nodeKey {
	return slices.SortedFunc(maps.Keys(n.children), func(a, b nodeKey) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.kind, b.kind))
	})
}

func compareRefs(a, b history.Ref) int {
	return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.Workflow, b.Workflow))
}

func (t *tally) stats() Stats {
	s := Stats{
		Count: t.count, Ended: t.ended, Failed: t.failed, Retries: t.retries,
		Min: t.durations.min, P50: t.durations.quantile(0.50), P95: t.durations.quantile(0.95), Max: t.durations.max,
	}
	if s.Ended > 0 {
		s.FailureRate = float64(s.Failed) / float64(s.Ended)
	}
	return s
}
