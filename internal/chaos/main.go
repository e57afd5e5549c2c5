// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"time"
)

// settings are the program's flags.
type settings struct {
	rate    float64
	seed    uint64
	events  int // of a row with one kind of fault
	mixed   int // of a row with all of them
	walkers int // walks at once
	clouds  []string
	only    *regexp.Regexp // rows to run
	sdk     bool           // try the official SDKs too
	json    bool
	load    time.Duration // 0 = the table
	serve   string        // a shape: be the fake cloud of another process
}

// The program's exit codes.
const (
	exitKept   = 0
	exitBroken = 1 // a promise of the module is broken
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the program with all that it touches. It returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitKept
	case err != nil:
		return exitUsage
	case s.serve != "":
		err = serve(s.serve, stdin, stdout)
	case s.load > 0:
		err = load(ctx, s, stdout)
	default:
		err = table(ctx, s, stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, "chaos:", err)
		return exitBroken
	}
	return exitKept
}

// parse reads the flags. It has written its error to stderr.
func parse(args []string, stderr io.Writer) (settings, error) {
	s := settings{clouds: []string{alibabaCloud, huaweiCloud}, only: regexp.MustCompile("")}
	flags := flag.NewFlagSet("chaos", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Float64Var(&s.rate, "rate", 0.3, "the `part` of the requests that go wrong, from 0 to 0.9")
	flags.Uint64Var(&s.seed, "seed", 1, "of the choice of those requests")
	flags.IntVar(&s.events, "events", 10_000, "how many events a row with one kind of fault reads")
	flags.IntVar(&s.mixed, "mixed", 1_000_000, "how many events a row with all kinds in turn reads, and that about the heap")
	flags.IntVar(&s.walkers, "walkers", 16, "how many walks there are at once")
	flags.Func("clouds", "the `names` of the clouds, with a comma between them (default both)", func(v string) error {
		s.clouds = strings.Split(v, ",")
		for _, c := range s.clouds {
			if c != alibabaCloud && c != huaweiCloud {
				return fmt.Errorf("there is no cloud %q", c)
			}
		}
		return nil
	})
	flags.Func("only", "a regular `expression`: run only the rows whose name matches", func(v string) (err error) {
		s.only, err = regexp.Compile(v)
		return err
	})
	flags.BoolVar(&s.sdk, "sdk", true, "try a plain loop over the official SDK too")
	flags.BoolVar(&s.json, "json", false, "print each row as a line of JSON, with all figures")
	flags.DurationVar(&s.load, "load", 0, "in place of the table: 64 goroutines for each cloud, for so `long`")
	flags.StringVar(&s.serve, "serve", "", "of no use to people: be the fake cloud of another process of this program")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if !(s.rate >= 0 && s.rate <= 0.9) || s.events < 1 || s.mixed < 1 || s.walkers < 1 || flags.NArg() > 0 {
		fmt.Fprintln(stderr, "chaos: -rate must be from 0 to 0.9, the numbers positive, and there are no arguments")
		return s, errors.New("usage")
	}
	return s, nil
}
