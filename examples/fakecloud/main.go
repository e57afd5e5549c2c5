// SPDX-License-Identifier: Apache-2.0

// Command fakecloud serves the fakes of both clouds until it is interrupted, for clients in any language: point an
// official SDK, a command line tool or a program of your own at the endpoints that it prints, one line for each cloud.
//
//	go run ./examples/fakecloud
//	go run ./examples/fakecloud -alibaba 127.0.0.1:8001 -huawei 127.0.0.1:8002
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "fakecloud:", err)
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

// run serves until the context ends.
func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("fakecloud", flag.ContinueOnError)
	onAlibaba := flags.String("alibaba", "", "`address` of the fake Serverless Workflow; empty = a free loopback port")
	onHuawei := flags.String("huawei", "", "`address` of the fake AOM; empty = a free loopback port")
	quotas := flags.Bool("quotas", false, "enforce the clouds' quotas")
	if err := flags.Parse(args); err != nil {
		return usageError{err}
	}
	if flags.NArg() > 0 {
		return usageError{fmt.Errorf("what is %q? Addresses go behind -alibaba or -huawei", flags.Arg(0))}
	}

	a, err := alibabatest.Start(&alibabatest.Options{Addr: *onAlibaba, Quotas: *quotas})
	if err != nil {
		return err
	}
	defer a.Close()
	for _, e := range append(alibabatest.DemoExecutions(), alibabatest.SeedExecution()) {
		a.AddExecution(e)
	}
	h, err := huaweitest.Start(&huaweitest.Options{Addr: *onHuawei, Quotas: *quotas})
	if err != nil {
		return err
	}
	defer h.Close()
	for _, e := range append(huaweitest.DemoExecutions(), huaweitest.SeedExecution()) {
		h.AddExecution(e)
	}

	fmt.Fprintf(out, "alibaba endpoint=%s region=%s access_key_id=%s access_key_secret=%s flow=%s execution=%s\n",
		a.URL(), a.Region(), a.AccessKeyID(), a.AccessKeySecret(), alibabatest.DemoFlow, alibabatest.DemoExecutions()[0].Name)
	fmt.Fprintf(out, "huawei endpoint=%s region=%s project_id=%s access_key_id=%s secret_access_key=%s token=%s workflow=%s\n",
		h.URL(), h.Region(), h.ProjectID(), h.AccessKeyID(), h.SecretAccessKey(), h.Token(), huaweitest.DemoWorkflow)
	<-ctx.Done()
	return nil
}
