// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// showSteps lists the steps of an execution, each with those in it below it.
func (c *call) showSteps(e history.Execution) error {
	switch c.format {
	case jsonFormat:
		return writeJSON(c.out, append([]history.Step{}, e.Steps...))
	case linesFormat, nameFormat:
		return c.streamSteps(e)
	}
	heads := []string{"step", "status", "after", "waited", "took", "attempts", "failure"}
	if c.format == wideFormat {
		heads = append(heads, "id", "entered (UTC)", "ended (UTC)", "events")
	}
	t := newTable(heads...)
	known := lastKnown{}
	known.add(e.Steps)
	over := []time.Time{e.Ended} // of what the steps of each level are in
	for depth, s := range e.Walk() {
		began := cmp.Or(s.Entered, s.Started)
		ended := endOf(s, over[depth], known)
		over = append(over[:depth+1], ended)
		if began.IsZero() {
			ended = s.Ended
		}
		cells := []any{
			strings.Repeat("  ", min(depth, 20)) + label(s), cell{statusWords(s.Status, s.NativeStatus), s.Status},
			took(e.Started, began), took(s.Entered, s.Started), took(began, ended), attemptWords(s.Attempts), failureWords(s.Failure),
		}
		if c.format == wideFormat {
			cells = slices.Concat(cells, []any{s.ID, precise(began), precise(ended), eventRange(s)})
		}
		t.row(cells...)
	}
	return c.printTable(t)
}

// endOf is when a step ended, as the timeline draws it where nothing says so: a branch that failed ended with the last step
// in it, and whatever else was open when what it is in ended, at over, ended then; but never before the last thing that is
// known of it.
func endOf(s *history.Step, over time.Time, known lastKnown) time.Time {
	if !s.Ended.IsZero() {
		return s.Ended
	}
	failed := s.Status == history.Failed || s.Status == history.TimedOut
	if n := len(s.Children); n > 0 && s.Kind != history.StepNode && failed {
		over = cmp.Or(s.Children[n-1].Ended, over)
	}
	if over.IsZero() {
		return over
	}
	return latest(over, known[s])
}

// lastKnown is the last time that is known of each step and of those in it. All are found at once: step by step would take
// a time that grows with the square of how deep they are in one another.
type lastKnown map[*history.Step]time.Time

// add notes steps, and those in them, and returns the last time of all.
func (k lastKnown) add(steps []history.Step) (last time.Time) {
	for i := range steps {
		s := &steps[i]
		at := latest(s.Entered, s.Started, s.Ended, k.add(s.Children))
		for _, a := range s.Attempts {
			at = latest(at, a.Scheduled, a.Started, a.Ended)
		}
		k[s] = at
		last = latest(last, at)
	}
	return last
}

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// streamSteps writes a line for each step: itself without those in it, which have lines of their own, or its ID.
func (c *call) streamSteps(e history.Execution) error {
	for _, s := range e.Walk() {
		var err error
		if c.format == nameFormat {
			err = c.println(s.ID)
		} else {
			alone := *s
			alone.Children = nil
			err = writeLine(c.out, alone)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// precise is a time as the clouds know it.
func precise(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05.000")
}
