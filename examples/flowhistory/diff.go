// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

func (t *tool) diffCommand() *cli.Command {
	return t.command(&cli.Command{
		Name: "diff", Usage: "compare two executions: which way each took, and how the steps went", ArgsUsage: "TARGET [OTHER]",
		Description: `Compares the first execution with the second. Without a second one the first is compared with the newest
execution of its workflow that succeeded before it: what was different this time?
In JSON, durations are whole nanoseconds.`,
		Flags: []cli.Flag{
			&cli.DurationFlag{Name: "ignore", Usage: "leave out durations that differ by less than this `TIME`", Value: 100 * time.Millisecond, Validator: notNegative[time.Duration]},
			&cli.BoolFlag{Name: "exit-status", Usage: "exit with 10 if there is a difference"},
		},
	}, []format{tableFormat, jsonFormat}, diff)
}

func diff(ctx context.Context, c *call) error {
	args, err := c.arguments(1, "TARGET", "OTHER")
	if err != nil {
		return err
	}
	p, err := c.open(args[0])
	if err != nil {
		return err
	}
	defer p.close()
	first, err := c.one(ctx, p, history.ExecutionQuery{}, didNotSucceed)
	if err != nil {
		return err
	}
	a, err := c.read(ctx, first)
	if err != nil {
		return err
	}
	b, err := c.other(ctx, p, args[1], first.client, a)
	if err != nil {
		return err
	}
	if args[1] == "" {
		a, b = b, a // how it should have gone comes first
	}
	d := analyze.Diff(a, b).Ignore(c.cmd.Duration("ignore"))
	if err := c.printDifference(d); err != nil {
		return err
	}
	if c.cmd.Bool("exit-status") && !d.Empty() {
		return errNotSucceeded
	}
	return nil
}

// other reads the execution to compare with.
func (c *call) other(ctx context.Context, p *place, arg string, client *history.Client, a history.Execution) (history.Execution, error) {
	if arg == "" {
		ref, err := c.succeededBefore(ctx, client, a)
		if err != nil {
			return history.Execution{}, err
		}
		return c.read(ctx, found{client, ref})
	}
	if strings.HasPrefix(arg, "demo:") && p.kind == demoTarget { // the same demo, so that it is started once
		t, err := parseTarget(arg)
		if err != nil {
			return history.Execution{}, err
		}
		same := *p
		same.target, same.workflow, same.execution = t, t.ref.Workflow, t.ref.Execution
		return c.readOne(ctx, &same)
	}
	q, err := c.open(arg)
	if err != nil {
		return history.Execution{}, err
	}
	defer q.close()
	return c.readOne(ctx, q)
}

func (c *call) readOne(ctx context.Context, p *place) (history.Execution, error) {
	it, err := c.one(ctx, p, history.ExecutionQuery{}, didNotSucceed)
	if err != nil {
		return history.Execution{}, err
	}
	return c.read(ctx, it)
}

// succeededBefore finds the newest execution of the same workflow that succeeded before another, or, if none did, after it.
func (c *call) succeededBefore(ctx context.Context, client *history.Client, a history.Execution) (history.Ref, error) {
	q := history.ExecutionQuery{Workflow: a.Workflow, Status: []history.Status{history.Succeeded}, OmitDetail: true}
	var best history.Execution
	told, read := c.progress("looking for one that succeeded"), 0
	defer told.end()
	for e, err := range client.Executions(ctx, q) {
		if err != nil {
			return history.Ref{}, err
		}
		read++
		told.say("%d executions", read)
		early, bestEarly := e.Started.Before(a.Started), best.Started.Before(a.Started)
		if e.Ref != a.Ref && (best.Execution == "" || early && !bestEarly || early == bestEarly && e.Started.After(best.Started)) {
			best = e
		}
	}
	if best.Execution == "" {
		return history.Ref{}, &history.Error{Kind: history.ErrExecutionNotFound,
			Message: fmt.Sprintf("no other execution of %s succeeded, so that there is nothing to compare with; name one", clip(a.Workflow, 200))}
	}
	return best.Ref, nil
}

func (c *call) printDifference(d analyze.Difference) error {
	if c.format == jsonFormat {
		return writeJSON(c.out, differenceOf(d))
	}
	var b strings.Builder
	for line := range strings.Lines(d.Text()) {
		mark := strings.TrimLeft(line, " ")
		status := map[byte]history.Status{'+': history.Succeeded, '-': history.Failed, '~': history.Paused}[mark[0]]
		b.WriteString(paint(c.color, status, plain(strings.TrimSuffix(line, "\n"))) + "\n")
	}
	_, err := io.WriteString(c.out, b.String())
	return err
}
