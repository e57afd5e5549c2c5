// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v3"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

// call is one command with its flags and arguments.
type call struct {
	*tool
	cmd     *cli.Command
	format  format
	color   bool
	verbose bool

	requests atomic.Int64 // made so far
	reading  atomic.Pointer[progress]
}

func (t *tool) newCall(cmd *cli.Command) *call {
	return &call{tool: t, cmd: cmd, format: format(cmd.String("output")), color: t.colored(cmd.String("color")), verbose: cmd.Bool("verbose")}
}

// arguments are the arguments, of which there must be one for each name; optional ones at the end may be missing and are "".
func (c *call) arguments(optional int, names ...string) ([]string, error) {
	args := c.cmd.Args().Slice()
	if len(args) > len(names) {
		return nil, usageError{fmt.Sprintf("what is %q? %s takes %s", args[len(names)], c.cmd.Name, words(names))}
	}
	for i, name := range names[:len(names)-optional] {
		if i < len(args) && args[i] != "" { // an empty one is a variable that is not set
			continue
		}
		text := fmt.Sprintf("%s needs a %s", c.cmd.Name, name)
		if i == 0 {
			text += fmt.Sprintf("; to try it: flowhistory %s demo:", c.cmd.Name)
		}
		return nil, usageError{text}
	}
	return append(args, make([]string, len(names)-len(args))...), nil
}

// refuse is the error of flags that make no sense here; why goes behind the first that is set.
func (c *call) refuse(why string, flags ...string) error {
	for _, flag := range flags {
		if c.cmd.IsSet(flag) {
			return usageError{dashed(flag) + " " + why}
		}
	}
	return nil
}

// colored reports whether the output is coloured.
func (t *tool) colored(when string) bool {
	switch when {
	case "always":
		return true
	case "never":
		return false
	}
	_, terminal := t.screen(t.out)
	return terminal && t.getenv("NO_COLOR") == "" && t.getenv("TERM") != "dumb"
}

// width is how many columns there are to draw on.
func (c *call) width() int {
	if n := c.cmd.Int("width"); n > 0 {
		return n
	}
	if s, ok := c.screen(c.out); ok && s.columns > 0 {
		return s.columns
	}
	if n, err := strconv.Atoi(c.getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return render.DefaultWidth
}

// text is how executions are drawn. now is up to when one that has not ended is drawn; zero = what it knows itself.
func (c *call) text(now time.Time) *render.TextOptions {
	o := render.TextOptions{Width: c.width(), Color: c.color, ASCII: c.cmd.Bool("ascii"), Now: now}
	if c.cmd.Bool("all") {
		o.Alike = -1
	}
	return &o
}

// options are how the clouds are talked to.
func (c *call) options() *history.Options {
	o := &history.Options{PollInterval: c.cmd.Duration("interval"), Prefetch: 4}
	if o.Retry.Max = c.cmd.Int("retries"); o.Retry.Max == 0 {
		o.Retry.Max = -1 // 0 is the library's default
	}
	o.Observe = func(context.Context, history.Call) {
		n := c.requests.Add(1)
		if p := c.reading.Load(); p != nil {
			p.say("%d requests", n)
		}
	}
	if c.verbose {
		o.Logger = slog.New(slog.NewTextHandler(c.errOut, nil))
	}
	return o
}

// stdout is where text that was not made for terminals goes: on one, nothing in it can do harm.
func (c *call) stdout() io.Writer {
	if _, terminal := c.screen(c.out); terminal {
		return &plainWriter{out: c.out}
	}
	return c.out
}

// note tells a person on stderr what a script need not know.
func (c *call) note(format string, args ...any) {
	if _, terminal := c.screen(c.errOut); terminal || c.verbose {
		fmt.Fprintln(c.errOut, plain(fmt.Sprintf(format, args...)))
	}
}

// warn tells of an error that does not keep the command from doing its work.
func (c *call) warn(err error) {
	if err != nil {
		fmt.Fprintln(c.errOut, "flowhistory: warning:", plain(err.Error()))
	}
}

// exitStatus is the error of --exit-status, nil if it is not asked for or the execution succeeded.
func (c *call) exitStatus(e history.Execution) error {
	if c.cmd.Bool("exit-status") && e.Status != history.Succeeded {
		return errNotSucceeded
	}
	return nil
}

// exitStatusFlag is that of commands about one execution.
func exitStatusFlag() cli.Flag {
	return &cli.BoolFlag{Name: "exit-status", Usage: "exit with 10 unless the execution succeeded"}
}

// allFlag is that of commands that draw a timeline.
func allFlag() cli.Flag {
	return &cli.BoolFlag{Name: "all", Usage: "draw each branch, also where many are alike"}
}
