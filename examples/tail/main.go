// SPDX-License-Identifier: Apache-2.0

// Command tail follows an execution while it runs: each event is printed when it comes, and the program ends with the
// execution. The execution happens on a fake cloud in the program's own process, within eight seconds, and is read over
// real, signed HTTP.
//
//	go run ./examples/tail
//	go run ./examples/tail -cloud huawei
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "tail:", err)
		os.Exit(exitCode(err))
	}
}

// usageError says what is wrong with the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitCode is what the program ends with for an error: 2 for one of the command line, as package flag has it.
func exitCode(err error) int {
	if _, ok := errors.AsType[usageError](err); ok {
		return 2
	}
	return 1
}

// run is main without the process around it.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("tail", flag.ContinueOnError)
	name := flags.String("cloud", "alibaba", "the `cloud` to follow an execution on: alibaba or huawei")
	fast := flags.Bool("fast", false, "let it happen within half a second, not eight")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil // who asks for help and gets it has not failed
	case err != nil:
		return usageError{err}
	case flags.NArg() > 0:
		return usageError{fmt.Errorf("what is %q? Only a demonstration is followed here, on the -cloud; "+
			"for an execution of your own there is: go run ./examples/flowhistory follow TARGET", flags.Arg(0))}
	}
	speed := pace{lasts: 8 * time.Second, poll: 500 * time.Millisecond}
	if *fast {
		speed = pace{lasts: 500 * time.Millisecond, poll: 20 * time.Millisecond}
	}
	start, ok := clouds()[*name]
	if !ok {
		return usageError{fmt.Errorf("there is no cloud %q; use alibaba or huawei", *name)}
	}
	live, err := start(speed)
	if err != nil {
		return err
	}
	defer live.close()
	return tail(ctx, out, live.client, live.ref)
}

// tail prints the events of an execution as they come, and what became of it.
func tail(ctx context.Context, out io.Writer, client *history.Client, ref history.Ref) error {
	var folder history.Folder
	var first history.Event
	for event, err := range client.Follow(ctx, history.EventQuery{Ref: ref}) {
		if err != nil {
			return err
		}
		if first == (history.Event{}) {
			first = event
			fmt.Fprintf(out, "following %s\n", history.FormatRef(event.Ref))
		}
		line := fmt.Sprintf("%7.3fs  %-19s %s", event.Time.Sub(first.Time).Seconds(), event.Type, event.Step)
		if step := folder.Add(event); step != nil {
			line = fmt.Sprintf("%-50s %s after %s", line, cmp.Or(step.Status, "left"), step.Duration().Round(time.Millisecond))
		}
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
	execution := folder.Execution()
	fmt.Fprintf(out, "%s after %s\n", execution.Status, execution.Ended.Sub(execution.Started).Round(time.Millisecond))
	if cause, ok := execution.RootCause(); ok && len(cause.Path) > 0 {
		step := cause.Path[len(cause.Path)-1]
		said := slices.DeleteFunc([]string{step.Name, cause.Failure.Code, cause.Failure.Cause}, func(s string) bool { return s == "" })
		fmt.Fprintln(out, "because of "+strings.Join(said, ": "))
	}
	return nil
}
