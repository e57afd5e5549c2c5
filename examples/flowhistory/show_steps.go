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
		ended := endOf(s, over[depth])
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
func endOf(s *history.Step, over time.Time) time.Time {
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
	alone := history.Execution{Steps: []history.Step{*s}}
	for _, inner := range alone.Walk() {
		over = latest(over, inner.Entered, inner.Started, inner.Ended)
		for _, a := range inner.Attempts {
			over = latest(over, a.Scheduled, a.Started, a.Ended)
		}
	}
	return over
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
