// SPDX-License-Identifier: Apache-2.0

// Command quickstart shows what flowhistory reads: the executions of both clouds in one table, the steps and events of one
// execution of each, and one error of each.
//
// Without flags it starts a fake of each cloud in its own process and reads those over real, signed HTTP: nothing has to
// be set up. With -alibaba or -huawei it reads the real cloud, with the credentials that the cloud's own tools find in
// the environment:
//
//	go run ./examples/quickstart
//	go run ./examples/quickstart -alibaba my-flow/my-execution -alibaba-region cn-hangzhou
//	go run ./examples/quickstart -huawei my-workflow-id -huawei-region cn-north-4
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
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
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
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	var real realClouds
	flags.StringVar(&real.alibaba, "alibaba", "", "read this `flow/execution` (or flow) of Alibaba Cloud instead of the fakes")
	flags.StringVar(&real.alibabaRegion, "alibaba-region", "cn-hangzhou", "the flow's `region`")
	flags.StringVar(&real.huawei, "huawei", "", "read this `workflow` (or workflow/execution) of Huawei Cloud instead of the fakes")
	flags.StringVar(&real.huaweiRegion, "huawei-region", "cn-north-4", "the workflow's `region`")
	timeout := flags.Duration("timeout", time.Minute, "give up after this `time`")
	if err := flags.Parse(args); err != nil {
		return usageError{err}
	}
	if flags.NArg() > 0 {
		return usageError{fmt.Errorf("what is %q? What to read goes behind -alibaba or -huawei", flags.Arg(0))}
	}
	if *timeout <= 0 {
		return usageError{fmt.Errorf("-timeout is %s; want a time such as 30s", *timeout)}
	}
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()

	if real.wanted() {
		clouds, err := real.connect()
		if err != nil {
			return err
		}
		return show(ctx, out, clouds)
	}
	fakes, err := startFakes()
	if err != nil {
		return err
	}
	defer fakes.close()
	fmt.Fprintln(out, "Two fake clouds run in this process; everything below was read from them over signed HTTP.")
	if err := show(ctx, out, fakes.clouds); err != nil {
		return err
	}
	return showErrors(ctx, out, fakes)
}
