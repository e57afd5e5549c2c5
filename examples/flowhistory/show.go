// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

func (t *tool) showCommand() *cli.Command {
	return t.command(&cli.Command{
		Name: "show", Usage: "show one execution: its root cause and a timeline of its steps", ArgsUsage: "TARGET",
		Description: "Shows an execution as a timeline, or its steps, events or root cause alone.",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "steps", Usage: "list the steps"},
			&cli.BoolFlag{Name: "events", Usage: "list the events"},
			&cli.BoolFlag{Name: "cause", Usage: "say why it did not succeed, no more"},
			allFlag(), exitStatusFlag(),
		},
	}, []format{tableFormat, wideFormat, jsonFormat, linesFormat, nameFormat}, show)
}

func show(ctx context.Context, c *call) error {
	parts := 0
	for _, flag := range []string{"steps", "events", "cause"} {
		if c.cmd.Bool(flag) {
			parts++
		}
	}
	if parts > 1 {
		return usageError{"--steps, --events and --cause exclude each other"}
	}
	p, err := c.place()
	if err != nil {
		return err
	}
	defer p.close()
	it, err := c.one(ctx, p, history.ExecutionQuery{}, didNotSucceed)
	if err != nil {
		return err
	}
	if c.cmd.Bool("events") {
		if err := c.showEvents(ctx, it); err != nil {
			return err
		}
		return c.statusOf(ctx, it)
	}
	e, failed := c.read(ctx, it)
	if failed != nil && len(e.Steps) == 0 {
		return failed
	}
	return cmp.Or(c.showExecution(p, e), failed, c.exitStatus(e))
}

// statusOf is exitStatus of an execution that is not read in full.
func (c *call) statusOf(ctx context.Context, it found) error {
	if !c.cmd.Bool("exit-status") {
		return nil
	}
	e, err := it.client.Describe(ctx, it.ref)
	return cmp.Or(err, c.exitStatus(e))
}

// read reads one execution in full.
func (c *call) read(ctx context.Context, it found) (history.Execution, error) {
	told := c.progress("reading " + it.ref.Execution)
	defer told.end()
	c.reading.Store(told)
	defer c.reading.Store(nil)
	return it.client.Execution(ctx, it.ref)
}

// shown is what show prints as JSON: the execution, and why it did not succeed.
type shown struct {
	history.Execution
	RootCause *cause `json:"root_cause,omitempty"`
}

func (c *call) showExecution(p *place, e history.Execution) error {
	switch {
	case c.cmd.Bool("steps"):
		return c.showSteps(e)
	case c.cmd.Bool("cause"):
		return c.showCause(p, e)
	}
	switch c.format {
	case jsonFormat:
		return writeJSON(c.out, shown{e, causeOf(e)})
	case linesFormat:
		return writeLine(c.out, shown{e, causeOf(e)})
	case nameFormat:
		return c.println(p.name(e.Ref))
	}
	if err := render.Text(c.out, e, c.text(p.until(c.now()))); err != nil || c.format == tableFormat {
		return err
	}
	if err := c.println(""); err != nil {
		return err
	}
	return c.showSteps(e)
}
