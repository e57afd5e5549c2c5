// SPDX-License-Identifier: Apache-2.0

// Command archive keeps the histories of two clouds in a directory, as JSON Lines, and shows what is in it afterwards,
// read from the files alone.
//
// Both clouds are fakes in the program's own process, read over real, signed HTTP. Run it twice: the second run reads
// only what is new or had not ended. Stop it at any moment, however hard, and run it again: it goes on.
//
//	go run ./examples/archive -out histories
//	go run ./examples/archive -out histories -executions 50    # ten more on each cloud than before
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, isTerminal(os.Stdout)); err != nil {
		fmt.Fprintln(os.Stderr, "archive:", err)
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

// isTerminal reports whether a person watches, so that a bar can be drawn over itself.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// run is main without the process around it.
func run(ctx context.Context, args []string, out io.Writer, terminal bool) error {
	flags := flag.NewFlagSet("archive", flag.ContinueOnError)
	root := flags.String("out", "", "the `directory` to archive into; it is made if it is not there")
	executions := flags.Int("executions", 40, "how many executions each fake cloud has")
	delay := flags.Duration("delay", 20*time.Millisecond, "how long the fake clouds take to answer")
	details := flags.Int("details", 0, "cut each detail to so many `bytes`; 0 = keep all, negative = keep none")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return usageError{err}
	}
	if flags.NArg() > 0 {
		return usageError{fmt.Errorf("what is %q? The directory goes behind -out", flags.Arg(0))}
	}
	if *executions < 1 {
		return usageError{fmt.Errorf("-executions is %d; want at least 1", *executions)}
	}
	if *root == "" {
		return usageError{errors.New("where to? Set -out to a directory, e.g. -out histories")}
	}
	if info, err := os.Stat(*root); err == nil && !info.IsDir() {
		return usageError{fmt.Errorf("-out is %q, which is no directory; each execution gets a file of its own in it", *root)}
	}
	policy := archive.Policy{}
	if *details != 0 {
		policy.Details = archive.CapDetails(*details)
	}
	clouds, closeAll, err := startClouds(*executions, *delay)
	if err != nil {
		return err
	}
	defer closeAll()
	dir := archive.NewDir(*root)
	for _, c := range clouds {
		b := bar{out: out, terminal: terminal, title: c.client.Provider()}
		counts, err := archive.Sync(ctx, c.client, history.ExecutionQuery{Workflow: c.workflow}, dir,
			&archive.SyncOptions{Policy: policy, Progress: b.show})
		b.end()
		fmt.Fprintf(out, "%s: %d executions listed, %d were whole already, %d read (%d of them still running), %d events, %d requests\n",
			c.client.Provider(), counts.Listed, counts.Skipped, counts.Archived, counts.Running, counts.Events, c.requests.Load())
		if err != nil {
			return err
		}
	}
	return show(ctx, out, *root)
}

// show reads the archive like a cloud, and counts what is there.
func show(ctx context.Context, out io.Writer, root string) error {
	a, err := archive.Open(root, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s holds, read without a cloud:\n", root)
	for _, src := range a.Sources() {
		offline := history.NewClient(src, nil)
		for w, err := range offline.Workflows(ctx, history.WorkflowQuery{}) {
			if err != nil {
				return err
			}
			if err := showWorkflow(ctx, out, offline, w.Workflow); err != nil {
				return err
			}
		}
	}
	return nil
}

func showWorkflow(ctx context.Context, out io.Writer, offline *history.Client, workflow string) error {
	executions, failed, events := 0, 0, 0
	for e, err := range offline.Executions(ctx, history.ExecutionQuery{Workflow: workflow, OmitDetail: true}) {
		if err != nil {
			return err
		}
		executions++
		if e.Status == history.Failed {
			failed++
		}
		for _, err := range offline.Events(ctx, history.EventQuery{Ref: e.Ref, OmitDetail: true}) {
			if err != nil {
				return err
			}
			events++
		}
	}
	ref := history.Ref{Provider: offline.Provider(), Scope: offline.Scope(), Workflow: workflow}
	fmt.Fprintf(out, "  %s: %d executions (%d failed), %d events\n", history.FormatRef(ref), executions, failed, events)
	return nil
}
