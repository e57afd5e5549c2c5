// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history"
)

func (t *tool) exportCommand() *cli.Command {
	return t.command(&cli.Command{
		Name: "export", Usage: "write executions in a form that other tools read", ArgsUsage: "TARGET",
		Description: `The forms that hold any number of executions take all that the target and the filters mean:
   jsonl        an archive: a target itself, as file:FILE
   otlp         OpenTelemetry's JSON, a trace an execution and line: Jaeger, Tempo, a collector
   cloudevents  lifecycle events of the CNCF Serverless Workflow specification, one a line
   csv          the steps, or with --events the events, for a spreadsheet
The others hold one, of those that pass the filters:
   html         a report that needs nothing but a browser
   svg          a picture of the timeline
   mermaid      a gantt for a page of documentation
   chrome       a trace for Perfetto and chrome://tracing

In csv, a cell that a spreadsheet would take for a formula (it begins with = + - @ or their full-width forms) gets an
apostrophe in front, unless --raw is set. A file is replaced when all of it is written, not before, and is readable by
its owner only, since histories may hold secrets; one that is there keeps its permissions.`,
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "format", Aliases: []string{"f"}, Usage: "`FORM`: " + words(formNames()) + " (default: by the name of the file)", Validator: oneOf(formNames()...)},
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Usage: "write to this `FILE` instead of stdout", TakesFile: true},
			&cli.BoolFlag{Name: "events", Usage: "csv: the events, not the steps"},
			&cli.BoolFlag{Name: "raw", Usage: "csv: leave cells as they are, also those that a spreadsheet would take for formulas"},
			allFlag(),
		}, filterFlags()...),
	}, nil, export)
}

func export(ctx context.Context, c *call) error {
	f, err := c.form()
	if err != nil {
		return err
	}
	if f.name != "csv" {
		if err := c.refuse("is for -f csv only", "events", "raw"); err != nil {
			return err
		}
	}
	p, q, err := c.filtered()
	if err != nil {
		return err
	}
	defer p.close()
	out := c.cmd.String("out")
	if out == "" || out == "-" {
		return c.exportTo(ctx, p, q, f, c.stdout())
	}
	return replaceFile(out, func(w io.Writer) error { return c.exportTo(ctx, p, q, f, w) })
}

// form is the one that is asked for, or that the file's name says.
func (c *call) form() (form, error) {
	name, out := c.cmd.String("format"), c.cmd.String("out")
	if name == "" {
		name = strings.TrimPrefix(filepath.Ext(out), ".")
		if name == "mmd" {
			name = "mermaid"
		}
	}
	for _, f := range forms() {
		if f.name == name {
			return f, nil
		}
	}
	return form{}, usageError{fmt.Sprintf("in which form? Set -f to one of %s", words(formNames()))}
}

// exportTo writes what is meant, in an order that depends on nothing but what it is.
func (c *call) exportTo(ctx context.Context, p *place, q history.ExecutionQuery, f form, w io.Writer) error {
	if !f.many || p.execution != "" {
		return c.exportOne(ctx, p, q, f, w)
	}
	executions, failed := c.newestOf(ctx, p, q, 0)
	if failed != nil {
		return failed // half of what was asked for must not look like all of it
	}
	write, err := f.begin(c, p, w)
	if err != nil {
		return err
	}
	told := c.progress("exporting")
	defer told.end()
	for i := range executions {
		e := executions[len(executions)-1-i] // the oldest first
		told.say("%d of %d executions", i, len(executions))
		if err := write(ctx, found{p.client(e.Ref), e.Ref}); err != nil {
			return err
		}
	}
	return nil
}

// exportOne writes one execution. Where a form may hold none, one that is named and does not pass the filters is left out,
// as list does.
func (c *call) exportOne(ctx context.Context, p *place, q history.ExecutionQuery, f form, w io.Writer) error {
	it, lost := c.one(ctx, p, q, didNotSucceed)
	if lost != nil && (!f.many || !errors.Is(lost, errNonePasses)) {
		return lost
	}
	write, err := f.begin(c, p, w)
	if err != nil || lost != nil {
		return err
	}
	return write(ctx, it)
}
