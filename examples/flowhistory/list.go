// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"slices"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history"
)

func (t *tool) listCommand() *cli.Command {
	return t.command(&cli.Command{
		Name: "list", Aliases: []string{"ls"}, Usage: "list executions, the newest first, or workflows", ArgsUsage: "TARGET",
		Description: `Lists the executions of a workflow or, when the target names none, of all workflows.
With -o jsonl they come as they are read, in the provider's own order; the other formats read all of them first.`,
		Flags: append(filterFlags(),
			&cli.IntFlag{Name: "limit", Aliases: []string{"n"}, HideDefault: true, Usage: "list `N` at most (default: all)", Validator: notNegative[int]},
			&cli.BoolFlag{Name: "workflows", Usage: "list the workflows instead; of the filters, --prefix is about them"}),
	}, []format{tableFormat, wideFormat, jsonFormat, linesFormat, nameFormat}, list)
}

func list(ctx context.Context, c *call) error {
	if c.cmd.Bool("workflows") {
		if err := c.refuse("is about executions, not --workflows", "status", "failed", "since", "until"); err != nil {
			return err
		}
	}
	p, q, err := c.filtered()
	if err != nil {
		return err
	}
	defer p.close()
	if c.cmd.Bool("workflows") {
		return c.listWorkflows(ctx, p, q.NamePrefix)
	}
	if c.format == linesFormat {
		return c.streamExecutions(ctx, p, q)
	}
	executions, failed := c.newestOf(ctx, p, q, c.cmd.Int("limit"))
	if failed != nil && len(executions) == 0 {
		return failed
	}
	return cmp.Or(c.printExecutions(p, executions), failed) // what could be read is worth showing all the same
}

// streamExecutions writes each execution when it is read.
func (c *call) streamExecutions(ctx context.Context, p *place, q history.ExecutionQuery) error {
	limit, written := c.cmd.Int("limit"), 0
	var writing error
	err := c.each(ctx, p, q, func(e history.Execution) bool {
		writing = writeLine(c.out, e)
		written++
		return writing == nil && written != limit
	})
	return cmp.Or(writing, err)
}

// newestOf reads the executions that pass, the newest first; with a limit it never holds many more than that.
func (c *call) newestOf(ctx context.Context, p *place, q history.ExecutionQuery, limit int) ([]history.Execution, error) {
	executions := []history.Execution{} // in JSON [] rather than null
	err := c.each(ctx, p, q, func(e history.Execution) bool {
		executions = append(executions, e)
		if limit > 0 && len(executions) >= 2*limit+1000 {
			executions = newestFirst(executions, limit)
		}
		return true
	})
	return newestFirst(executions, limit), err
}

// newestFirst sorts executions and cuts them to a limit, 0 = none.
func newestFirst(executions []history.Execution, limit int) []history.Execution {
	slices.SortFunc(executions, func(a, b history.Execution) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(history.FormatRef(a.Ref), history.FormatRef(b.Ref)))
	})
	if limit > 0 && len(executions) > limit {
		executions = slices.Clip(executions[:limit])
	}
	return executions
}

func (c *call) printExecutions(p *place, executions []history.Execution) error {
	switch c.format {
	case jsonFormat:
		return writeJSON(c.out, executions)
	case nameFormat:
		return c.printNames(p, executions)
	}
	wide := c.format == wideFormat
	heads := []string{"workflow", "execution", "status", "started (UTC)", "took"}
	if wide {
		heads = slices.Concat([]string{"cloud", "scope"}, heads, []string{"native", "created by", "target"})
	}
	t := newTable(heads...)
	for _, e := range executions {
		cells := []any{e.Workflow, e.Execution, cell{statusWords(e.Status, e.NativeStatus), e.Status}, stamp(e.Started), took(e.Started, e.Ended)}
		if wide {
			cells = slices.Concat([]any{e.Provider, e.Scope}, cells, []any{e.NativeStatus, e.CreatedBy, p.name(e.Ref)})
		}
		t.row(cells...)
	}
	return c.printTable(t)
}

func (c *call) printNames(p *place, executions []history.Execution) error {
	for _, e := range executions {
		if err := c.println(p.name(e.Ref)); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) listWorkflows(ctx context.Context, p *place, prefix string) error {
	workflows, failed := c.workflows(ctx, p, prefix)
	if limit := c.cmd.Int("limit"); limit > 0 && len(workflows) > limit {
		workflows = workflows[:limit]
	}
	if failed != nil && len(workflows) == 0 {
		return failed
	}
	return cmp.Or(c.printWorkflows(p, workflows), failed)
}

// workflows are those that are meant and whose names begin with a prefix, by their references.
func (c *call) workflows(ctx context.Context, p *place, prefix string) ([]history.Workflow, error) {
	g, err := p.group()
	if err != nil {
		return nil, err
	}
	workflows := []history.Workflow{}
	var failed failures
	for result, err := range g.Workflows(ctx, history.WorkflowQuery{NamePrefix: prefix, OmitDetail: true}) {
		switch {
		case err != nil:
			return nil, err
		case result.Err != nil:
			failed = append(failed, result.Err)
		case p.workflow == "" || p.workflow == result.Value.Workflow:
			workflows = append(workflows, result.Value)
		}
	}
	slices.SortFunc(workflows, func(a, b history.Workflow) int {
		return cmp.Compare(history.FormatRef(a.Ref), history.FormatRef(b.Ref))
	})
	return workflows, failed.orNil()
}

func (c *call) printWorkflows(p *place, workflows []history.Workflow) error {
	t := newTable("cloud", "scope", "workflow", "name", "last execution", "status", "last started (UTC)")
	for _, w := range workflows {
		var err error
		switch c.format {
		case linesFormat:
			err = writeLine(c.out, w)
		case nameFormat:
			err = c.println(p.name(w.Ref))
		default:
			t.row(w.Provider, w.Scope, w.Workflow, w.Name, w.LastExecution, w.Status, stamp(w.LastStarted))
		}
		if err != nil {
			return err
		}
	}
	switch c.format {
	case jsonFormat:
		return writeJSON(c.out, workflows)
	case tableFormat, wideFormat:
		return c.printTable(t)
	}
	return nil
}
