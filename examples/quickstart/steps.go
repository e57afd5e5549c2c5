// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// showSteps prints an execution's step tree and why it failed, if it did.
func showSteps(ctx context.Context, out io.Writer, title string, client *history.Client, ref history.Ref) error {
	e, err := client.Execution(ctx, ref)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s\n%s: %s, started %s, took %s\n\n", title, history.FormatRef(e.Ref), status(e.Status, e.NativeStatus),
		stamp(e.Started), took(e.Started, e.Ended))
	table := newTable(out, "step", "status", "after", "waited", "took", "attempts", "failure")
	for depth, s := range e.Walk() {
		began := s.Entered
		if began.IsZero() {
			began = s.Started
		}
		table.row(strings.Repeat("  ", depth)+label(s), status(s.Status, s.NativeStatus), took(e.Started, began),
			took(s.Entered, s.Started), took(began, s.Ended), attempts(s.Attempts), failure(s.Failure))
	}
	table.print()
	if cause, ok := e.RootCause(); ok {
		fmt.Fprintf(out, "\nroot cause: %s\n", explain(cause))
	}
	for _, d := range e.Diagnostics {
		fmt.Fprintf(out, "%s: %s\n", d.Severity, d.Text)
	}
	return nil
}

// label is a step's name; branches and iterations go by what tells them apart.
func label(s *history.Step) string {
	if s.Kind == history.StepNode {
		return s.Name
	}
	return fmt.Sprintf("%s %s", s.Kind, s.ID[strings.LastIndexByte(s.ID, '[')+1:len(s.ID)-1])
}

// attempts says how often a step's task was tried, and how the tries ended if not all went well.
func attempts(tries []history.Attempt) string {
	if len(tries) == 0 {
		return ""
	}
	var ends []string
	for _, a := range tries {
		ends = append(ends, string(a.Status))
	}
	if len(tries) == 1 {
		return "1"
	}
	return fmt.Sprintf("%d (%s)", len(tries), strings.Join(ends, ", "))
}

func failure(f *history.Failure) string {
	if f == nil {
		return ""
	}
	return strings.Trim(f.Code+": "+f.Cause, ": ")
}

// explain says in one line which step is to blame, and what is not.
func explain(cause history.RootCause) string {
	var path []string
	for _, s := range cause.Path {
		path = append(path, label(s))
	}
	var text strings.Builder
	text.WriteString(strings.TrimSpace(strings.Join(path, " > ") + " " + string(cause.Status)))
	if why := failure(&cause.Failure); why != "" {
		text.WriteString(": " + why)
	}
	for _, innocent := range []struct {
		steps []*history.Step
		what  string
	}{{cause.Survived, "survived its retries"}, {cause.Caught, "was caught"}} {
		for _, s := range innocent.steps {
			text.WriteString(fmt.Sprintf("; %s %s", s.Name, innocent.what))
		}
	}
	return text.String()
}
