// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Gap is a time in which no leaf step ran.
type Gap struct {
	From time.Time `json:"from"` // UTC, as the execution's own times
	To   time.Time `json:"to"`
	// After is the history.Step.ID of the step whose end began the gap, "" if it is the beginning of the execution.
	After string `json:"after,omitempty"`
	// Before is the history.Step.ID of the step whose start ended the gap, "" if it is the end of the execution.
	Before string `json:"before,omitempty"`
}

// Duration is how long the gap is, always more than 0.
func (g Gap) Duration() time.Duration { return g.To.Sub(g.From) }

// IdleGaps returns the times in which no leaf step of the execution ran, in order, leaving out those shorter than
// shortest; 0 leaves out none. They are what the service itself takes between two steps, and what steps wait between being
// entered and started. The pauses between the attempts of one step are not gaps: the step is running (see
// Summary.Backoff).
//
// Gaps are looked for from the start of the execution to its end; where one of these is not known, from the first or to
// the last time that is known of any step. A leaf that started and has not ended runs to the end. A leaf that ended
// without a start ran from when it was entered.
func IdleGaps(e history.Execution, shortest time.Duration) []Gap {
	from, to := window(e)
	var gaps []Gap
	gap := func(until time.Time, after, before string) {
		if until.After(from) && until.Sub(from) >= shortest {
			gaps = append(gaps, Gap{From: from, To: until, After: after, Before: before})
		}
	}
	last := ""
	for _, r := range runs(e, to) {
		if r.from.After(to) {
			break
		}
		gap(r.from, last, r.step)
		if !r.to.Before(from) {
			from, last = r.to, r.step
		}
	}
	gap(to, last, "")
	return gaps
}

// run is the time in which a leaf ran.
type run struct {
	from, to time.Time
	step     string // its ID
}

// runs are the times in which leaves ran, in order of their start. Those that did not end run until end.
func runs(e history.Execution, end time.Time) []run {
	var all []run
	each(e.Steps, func(s *history.Step) {
		if !isLeaf(s) {
			return
		}
		r := run{from: s.Started, to: s.Ended, step: s.ID}
		if r.from.IsZero() && !r.to.IsZero() {
			r.from = s.Entered
		}
		if r.from.IsZero() {
			return
		}
		if r.to.IsZero() {
			r.to = end
		}
		if r.to.Before(r.from) { // the clock went backwards: all that is certain is that it ran at that time
			r.to = r.from
		}
		all = append(all, r)
	})
	slices.SortStableFunc(all, func(a, b run) int { return a.from.Compare(b.from) })
	return all
}

// window is the time from the start of an execution to its end, as far as it is known.
func window(e history.Execution) (from, to time.Time) {
	from, to = e.Started, e.Ended
	var first, last time.Time
	each(e.Steps, func(s *history.Step) {
		for _, t := range [...]time.Time{s.Entered, s.Started, s.Ended} {
			if t.IsZero() {
				continue
			}
			if first.IsZero() || t.Before(first) {
				first = t
			}
			if t.After(last) {
				last = t
			}
		}
	})
	if from.IsZero() {
		from = first
	}
	if to.IsZero() {
		to = last
	}
	return from, to
}
