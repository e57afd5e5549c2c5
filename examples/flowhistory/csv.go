// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// sheet writes rows of which no cell is taken for a formula.
type sheet struct {
	*csv.Writer
	raw bool // cells stay as they are
}

func beginCSV(c *call, _ *place, w io.Writer) (writeOne, error) {
	s := sheet{csv.NewWriter(w), c.cmd.Bool("raw")}
	if c.cmd.Bool("events") {
		return s.writeEvents, s.begin("provider", "scope", "workflow", "execution", "event", "cause", "type", "time", "step", "detail", "derived")
	}
	write := func(ctx context.Context, it found) error {
		e, err := c.read(ctx, it)
		if err != nil {
			return err
		}
		return s.writeSteps(e)
	}
	return write, s.begin("provider", "scope", "workflow", "execution", "id", "name", "kind", "depth", "status", "entered", "started", "ended",
		"waiting_ms", "running_ms", "duration_ms", "attempts", "failure_code", "failure_cause")
}

// begin writes the names of the columns, which are there also when no row comes.
func (s sheet) begin(columns ...string) error {
	if err := s.Write(columns); err != nil {
		return err
	}
	s.Flush()
	return s.Error()
}

// writeSteps writes a row for the execution itself and one for each step.
func (s sheet) writeSteps(e history.Execution) error {
	err := s.row(e.Provider, e.Scope, e.Workflow, e.Execution, "", e.Execution, "execution", "", statusWords(e.Status, e.NativeStatus),
		"", isoTime(e.Started), isoTime(e.Ended), "", "", milliseconds(e.Started, e.Ended), "", codeOf(e.Failure), causeText(e.Failure))
	if err != nil {
		return err
	}
	for depth, step := range e.Walk() {
		began := step.Entered
		if began.IsZero() {
			began = step.Started
		}
		err := s.row(e.Provider, e.Scope, e.Workflow, e.Execution, step.ID, step.Name, string(step.Kind), strconv.Itoa(depth),
			statusWords(step.Status, step.NativeStatus), isoTime(step.Entered), isoTime(step.Started), isoTime(step.Ended),
			milliseconds(step.Entered, step.Started), milliseconds(step.Started, step.Ended), milliseconds(began, step.Ended),
			strconv.Itoa(len(step.Attempts)), codeOf(step.Failure), causeText(step.Failure))
		if err != nil {
			return err
		}
	}
	s.Flush()
	return s.Error()
}

func (s sheet) writeEvents(ctx context.Context, it found) error {
	for e, err := range it.client.Events(ctx, history.EventQuery{Ref: it.ref}) {
		if err != nil {
			return err
		}
		err = s.row(e.Provider, e.Scope, e.Workflow, e.Execution, strconv.FormatInt(e.ID, 10), number(e.Cause), string(e.Type),
			isoTime(e.Time), e.Step, string(e.Detail), strconv.FormatBool(e.Derived))
		if err != nil {
			return err
		}
	}
	s.Flush()
	return s.Error()
}

func (s sheet) row(cells ...string) error {
	if !s.raw {
		for i, text := range cells {
			cells[i] = noFormula(text)
		}
	}
	return s.Write(cells)
}

// noFormula is a text that no spreadsheet computes. An apostrophe in front is what people put there themselves; blanks and
// line ends in front of a formula do not keep every program from seeing one.
func noFormula(text string) string {
	if begin := strings.TrimSpace(text); begin != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begin)[0]) {
		return "'" + text
	}
	return text
}

func isoTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// milliseconds are those between two times, however far apart, "" when one is not known, never less than 0.
func milliseconds(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return strconv.FormatInt(max(0, to.UnixMicro()-from.UnixMicro())/1000, 10)
}

func codeOf(f *history.Failure) string {
	if f == nil {
		return ""
	}
	return f.Code
}

func causeText(f *history.Failure) string {
	if f == nil {
		return ""
	}
	return f.Cause
}
