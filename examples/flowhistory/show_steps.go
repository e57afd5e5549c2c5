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
	over := []time.Time{e.Ended} // of what the steps of each level are in
	for depth, s := range e.Walk() {
		began := cmp.Or(s.Entered, s.Started)
		ended := s.Ended
		if !began.IsZero() {
			ended = endOf(s, over[depth])
		}
		over = append(over[:depth+1], ended)
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
// in it, and whatever else was open when what it is in ended, at over, ended then.
func endOf(s *history.Step, over time.Time) time.Time {
	failed := s.Status == history.Failed || s.Status == history.TimedOut
	if n := len(s.Children); n > 0 && s.Kind != history.StepNode && failed {
		return cmp.Or(s.Ended, s.Children[n-1].Ended, over)
	}
	return cmp.Or(s.Ended, over)
}

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
