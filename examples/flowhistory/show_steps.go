// SPDX-License-Identifier: Apache-2.0

package main

import (
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
	for depth, s := range e.Walk() {
		began := s.Entered
		if began.IsZero() {
			began = s.Started
		}
		cells := []any{
			strings.Repeat("  ", min(depth, 20)) + label(s), cell{statusWords(s.Status, s.NativeStatus), s.Status},
			took(e.Started, began), took(s.Entered, s.Started), took(began, s.Ended), attemptWords(s.Attempts), failureWords(s.Failure),
		}
		if c.format == wideFormat {
			cells = slices.Concat(cells, []any{s.ID, precise(began), precise(s.Ended), eventRange(s)})
		}
		t.row(cells...)
	}
	return c.printTable(t)
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
