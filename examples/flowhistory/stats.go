// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

func (t *tool) statsCommand() *cli.Command {
	return t.command(&cli.Command{
		Name: "stats", Usage: "count many executions: failures, retries and durations of each step", ArgsUsage: "TARGET",
		Description: `Reads each execution that passes the filters in full. Use --since to read less.
Durations are those of what has ended, waiting included; p50 and p95 are off by less than 1%. The rate is the part that
failed of those that have ended. In JSON, durations are whole nanoseconds, and what was not measured is left out.`,
		Flags: filterFlags(),
	}, []format{tableFormat, wideFormat, jsonFormat, linesFormat}, stats)
}

func stats(ctx context.Context, c *call) error {
	p, q, err := c.filtered()
	if err != nil {
		return err
	}
	defer p.close()
	report, failed := c.aggregate(ctx, p, q)
	if failed != nil && len(report.Workflows) == 0 {
		return failed
	}
	return cmp.Or(c.printReport(p, report), failed)
}

// aggregate reads what is meant and counts it; memory does not grow with the number of executions.
func (c *call) aggregate(ctx context.Context, p *place, q history.ExecutionQuery) (analyze.Report, error) {
	q.Workflow = p.workflow
	if p.execution != "" {
		q.NamePrefix = p.execution
	}
	g, err := p.group()
	if err != nil {
		return analyze.Report{}, err
	}
	told, read := c.progress("reading"), 0
	defer told.end()
	var sum analyze.Aggregate
	var failed failures
	for result, err := range g.ReadAll(ctx, q) {
		switch {
		case err != nil:
			return analyze.Report{}, err
		case result.Err != nil:
			failed = append(failed, result.Err)
		case p.execution != "" && result.Value.Execution != p.execution:
		default:
			sum.Add(result.Value)
			read++
			told.say("%d executions", read)
		}
	}
	return sum.Report(), p.whole(g.Counts()["ReadAll"], failed)
}

func (c *call) printReport(p *place, r analyze.Report) error {
	switch c.format {
	case jsonFormat:
		return writeJSON(c.out, reportOf(r))
	case linesFormat:
		for _, w := range r.Workflows {
			if err := writeLine(c.out, workflowOf(w)); err != nil {
				return err
			}
		}
		return nil
	}
	if len(r.Workflows) == 0 {
		c.note("there is nothing to count: no execution passes the filters")
	}
	for i, w := range r.Workflows {
		if i > 0 {
			if err := c.println(""); err != nil {
				return err
			}
		}
		if err := c.println(p.name(w.Ref)); err != nil {
			return err
		}
		if err := c.printTable(c.statsTable(w)); err != nil {
			return err
		}
	}
	if r.Dropped > 0 {
		c.note("%d steps were left out: there are too many different ones", r.Dropped)
	}
	return nil
}

// statsTable has the executions in its first row and the steps below it.
func (c *call) statsTable(w analyze.WorkflowStats) *table {
	heads := []string{"step", "runs", "ended", "failed", "rate", "retries", "p50", "p95", "max"}
	if c.format == wideFormat {
		heads = append(heads, "min", "kind", "path")
	}
	t := newTable(heads...)
	w.Retries = retriesOf(w)
	c.statsRow(t, "(executions)", "execution", "", w.Stats)
	for _, s := range w.Steps {
		names := s.Path.Names()
		name := names[len(names)-1]
		if s.Kind != history.StepNode {
			name = string(s.Kind)
		}
		c.statsRow(t, strings.Repeat("  ", min(20, len(names)-1))+name, string(s.Kind), s.Path, s.Stats)
	}
	return t
}

func (c *call) statsRow(t *table, name, kind string, path analyze.Path, s analyze.Stats) {
	status, rate := history.Status(""), ""
	if s.Failed > 0 {
		status, rate = history.Failed, fmt.Sprintf("%.1f%%", 100*s.FailureRate)
	}
	cells := []any{name, fmt.Sprint(s.Count), fmt.Sprint(s.Ended), cell{number(s.Failed), status}, cell{rate, status}, number(s.Retries),
		lasted(s.P50, s), lasted(s.P95, s), lasted(s.Max, s)}
	if c.format == wideFormat {
		cells = append(cells, lasted(s.Min, s), kind, string(path))
	}
	t.row(cells...)
}

// lasted is a duration of a step, if any run of it has one.
func lasted(d time.Duration, s analyze.Stats) string {
	if !measured(s) {
		return "-"
	}
	return rounded(d)
}
