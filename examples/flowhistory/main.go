// SPDX-License-Identifier: Apache-2.0

// Command flowhistory looks at what cloud workflows did, from a terminal or a script: it lists executions, shows one with
// its root cause, follows one that runs, compares two, counts many, and writes them in the forms that other tools read.
//
//	go run ./examples/flowhistory show demo:                        # nothing has to be set up
//	go run ./examples/flowhistory export demo: -f html -out report.html
//	flowhistory list alibaba://cn-hangzhou --failed --since 24h     # credentials come from the environment
//	flowhistory follow huawei://cn-north-4/my-workflow-id
//	flowhistory sync alibaba://cn-hangzhou histories && flowhistory stats file:histories
//
// What it prints on a terminal holds nothing that could steer the terminal, whatever the names in a history are. Its exit
// codes are listed by flowhistory --help.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

func main() { os.Exit(process()) }

// process is main with its deferred calls done before the exit.
func process() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	t := tool{
		out: os.Stdout, errOut: os.Stderr, getenv: os.Getenv, screen: screenOf, browse: browse, now: time.Now,
		pace: pace{lasts: 8 * time.Second, poll: 500 * time.Millisecond},
	}
	return t.run(ctx, os.Args[1:])
}

// tool is the program without the process around it.
type tool struct {
	out, errOut io.Writer
	getenv      func(string) string
	screen      func(io.Writer) (screen, bool) // false = it is no terminal
	browse      func(ctx context.Context, file string) error
	now         func() time.Time
	pace        pace // of what happens live in the demo
}

// run does what the arguments say and returns the exit code.
func (t *tool) run(ctx context.Context, args []string) int {
	return t.report(ctx, t.app().Run(ctx, append([]string{"flowhistory"}, t.helpFirst(args)...)))
}

// helpFirst leaves nothing but the command of arguments that ask for help: the library would look for help about what is
// behind it, and has no advice where help is about a command that there is not.
func (t *tool) helpFirst(args []string) []string {
	if len(args) == 2 && args[0] == "help" && !strings.HasPrefix(args[1], "-") && t.app().Command(args[1]) == nil {
		return args[1:]
	}
	at := slices.IndexFunc(args, func(arg string) bool { return arg == "-h" || arg == "--help" })
	if at != len(args)-1 || at < 1 || strings.HasPrefix(args[0], "-") || args[0] == "help" || slices.Contains(args, "--") {
		return args
	}
	return []string{args[0], "--help"}
}
