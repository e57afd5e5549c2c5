// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

func (t *tool) followCommand() *cli.Command {
	return t.command(&cli.Command{
		Name: "follow", Aliases: []string{"tail"}, Usage: "watch an execution until it ends", ArgsUsage: "TARGET",
		Description: `Draws the timeline again and again on a terminal, and prints a line for each change elsewhere.
Where the target names no execution it is the newest that has not ended.
With -o jsonl the events come as they happen, with -o json the whole execution when it has ended.`,
		Flags: []cli.Flag{
			&cli.DurationFlag{Name: "interval", Usage: "wait this `TIME` between two looks that found nothing new, at first", Value: 2 * time.Second, Validator: notNegative[time.Duration]},
			allFlag(), exitStatusFlag(),
		},
	}, []format{tableFormat, linesFormat, jsonFormat}, follow)
}

func follow(ctx context.Context, c *call) error {
	p, err := c.place()
	if err != nil {
		return err
	}
	defer p.close()
	if p.kind == fileTarget {
		return usageError{fmt.Sprintf("an archive does not grow while it is read; want flowhistory show %s", c.cmd.Args().First())}
	}
	it, err := c.one(ctx, p, history.ExecutionQuery{}, goesOn)
	if err != nil {
		return err
	}
	if p.kind == demoTarget { // what is made up for follow happens now, the rest is as show has it
		p.live = it.ref.Execution == liveOrder || it.ref.Execution == liveRestart
	}
	var folder history.Folder
	watch := c.watch(p)
	for page, err := range it.client.FollowPages(ctx, history.EventQuery{Ref: it.ref}) {
		if err != nil {
			_ = watch.finish(folder.Execution()) // the error of reading is the one worth telling
			return err
		}
		for _, event := range page.Items {
			folder.Add(event)
			if err := watch.event(event); err != nil {
				return err
			}
		}
		if err := watch.update(&folder); err != nil {
			return err
		}
	}
	e := folder.Execution()
	return cmp.Or(watch.finish(e), c.exitStatus(e))
}

// watch is how following is shown.
type watch struct {
	call *call
	live *render.Live // nil with JSON
}

func (c *call) watch(p *place) watch {
	if c.format != tableFormat {
		return watch{call: c}
	}
	size, terminal := c.screen(c.out)
	return watch{c, render.NewLive(c.out, &render.LiveOptions{
		Text: c.text(time.Time{}), Terminal: terminal, Height: size.lines,
		Clock: func() time.Time { return p.until(c.now()) },
	})}
}

func (w watch) event(e history.Event) error {
	if w.call.format == linesFormat {
		return writeLine(w.call.out, e)
	}
	return nil
}

func (w watch) update(f *history.Folder) error {
	if w.live == nil || !w.live.Due() {
		return nil
	}
	return w.live.Update(f.Execution())
}

// finish shows how the execution stands at last; one of which nothing was read is not shown.
func (w watch) finish(e history.Execution) error {
	switch {
	case e.Execution == "":
		return nil
	case w.live != nil:
		return w.live.Finish(e)
	case w.call.format == jsonFormat:
		return writeJSON(w.call.out, shown{e, causeOf(e)})
	}
	return nil
}
