// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// show prints the executions of all clouds in one table, then one execution of each in full.
func show(ctx context.Context, out io.Writer, clouds []cloud) error {
	fmt.Fprint(out, "\nEXECUTIONS\n\n")
	table := newTable(out, "cloud", "workflow", "execution", "status", "started (UTC)", "took")
	details := make([]history.Execution, len(clouds))
	for i, c := range clouds {
		for _, workflow := range c.workflows {
			for e, err := range c.client.Executions(ctx, history.ExecutionQuery{Workflow: workflow, OmitDetail: true}) {
				if err != nil {
					return err
				}
				table.row(e.Provider, e.Workflow, e.Execution, status(e.Status, e.NativeStatus), stamp(e.Started), took(e.Started, e.Ended))
				if failed, before := e.Status == history.Failed, details[i].Status == history.Failed; failed && !before ||
					failed == before && e.Started.After(details[i].Started) {
					details[i] = e
				}
			}
		}
	}
	table.print()
	for i, c := range clouds {
		if c.detail.Execution == "" {
			c.detail = details[i].Ref
		}
		if c.detail.Execution == "" {
			continue // the workflow has no execution
		}
		if err := showExecution(ctx, out, c); err != nil {
			return err
		}
	}
	return nil
}

// showExecution prints one execution: its step tree, why it failed, its events.
func showExecution(ctx context.Context, out io.Writer, c cloud) error {
	if err := showSteps(ctx, out, c.title, c.client, c.detail); err != nil {
		return err
	}
	fmt.Fprintln(out)
	table := newTable(out, "event", "caused by", "after", "type", "step", "detail")
	first := history.Event{}
	for event, err := range c.client.Events(ctx, history.EventQuery{Ref: c.detail}) {
		if err != nil {
			table.print()
			return err
		}
		first = cmp.Or(first, event)
		cause := ""
		if event.Cause != 0 {
			cause = fmt.Sprint(event.Cause)
		}
		table.row(fmt.Sprint(event.ID), cause, fmt.Sprintf("%.3fs", event.Time.Sub(first.Time).Seconds()), string(event.Type), event.Step, clip(string(event.Detail), 60))
	}
	table.print()
	if !c.client.Capabilities().NativeEvents {
		fmt.Fprintln(out, "(this cloud records no events: these are derived from the steps)")
	}
	if c.more.Execution == "" {
		return nil
	}
	return showSteps(ctx, out, c.title, c.client, c.more)
}

// showErrors provokes one error of each fake.
func showErrors(ctx context.Context, out io.Writer, f *fakeClouds) error {
	fmt.Fprint(out, "\nERRORS\n\n")
	table := newTable(out, "cloud", "asked for", "kind", "code", "status", "request id", "message")
	for _, c := range f.failing {
		_, err := c.client.Describe(ctx, c.detail)
		e, ok := errors.AsType[*history.Error](err)
		if !ok {
			return fmt.Errorf("%s: expected an error, got %v", c.title, err)
		}
		table.row(e.Provider, c.title, string(e.Kind), e.Code, fmt.Sprint(e.HTTPStatus), e.RequestID, e.Message)
	}
	table.print()
	return nil
}

// table aligns rows of cells under a heading. Empty cells at the end of a row leave no blanks behind.
type table struct {
	*tabwriter.Writer
	text *bytes.Buffer
	out  io.Writer
}

func newTable(out io.Writer, heads ...string) table {
	text := new(bytes.Buffer)
	t := table{tabwriter.NewWriter(text, 0, 0, 2, ' ', 0), text, out}
	for i, h := range heads {
		heads[i] = strings.ToUpper(h)
	}
	t.row(heads...)
	return t
}

func (t table) row(cells ...string) { fmt.Fprintln(t, strings.Join(cells, "\t")) }

func (t table) print() {
	t.Flush()
	for line := range strings.Lines(t.text.String()) {
		fmt.Fprintln(t.out, strings.TrimRight(line, " \n"))
	}
}

// status is the neutral word, or the cloud's own where there is none.
func status(s history.Status, native string) string {
	if s == "" {
		return "? " + native
	}
	return string(s)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateTime)
}

func took(from, to time.Time) string {
	if from.IsZero() || to.IsZero() {
		return "-"
	}
	return to.Sub(from).Round(time.Millisecond).String()
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}
