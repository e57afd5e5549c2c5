// SPDX-License-Identifier: Apache-2.0

// Command bench measures how fast histories are read, beside a plain loop over each official SDK and beside the floor: the
// same signed requests with their bodies thrown away. All run in turn, in one process, against one server with ready
// answers; only the ratios say anything.
//
//	go run ./internal/bench                # the whole table, in less than three minutes
//	go run ./internal/bench -run 'walk|aom' -json
//
// The rate limits of the clients are off: they are what a real service would be waited for. What the server allocates is
// counted with the rest.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
)

func main() {
	run := flag.String("run", "", "measure only the rows whose `name` matches this regular expression")
	asJSON := flag.Bool("json", false, "print JSON and not a table")
	runs := flag.Int("runs", 10, "measure each side this many times and take the median")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := bench(ctx, os.Stdout, *run, *runs, *asJSON); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench measures the rows whose names match a pattern and prints them as they come. A figure that is short of what it must
// reach is no error: it is printed.
func bench(ctx context.Context, out io.Writer, pattern string, runs int, asJSON bool) error {
	wanted, err := regexp.Compile(pattern)
	if err != nil {
		return fmt.Errorf("-run: %w", err)
	}
	t := newTable(out)
	all := []figure{}
	for _, r := range rows() {
		if !wanted.MatchString(r.name) {
			continue
		}
		figures, err := r.measure(ctx, max(runs, 1))
		if err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
		for i := range figures {
			figures[i].Row = r.name
		}
		all = append(all, figures...)
		if !asJSON {
			t.print(figures)
		}
	}
	if !asJSON {
		t.sum(all)
		return t.err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(all)
}

// row is a part of the table that is measured at once.
type row struct {
	name    string
	measure func(ctx context.Context, runs int) ([]figure, error)
}

func rows() []row {
	return []row{
		{"walk", measureWalks},
		{"cold", measureColdWalks},
		{"consumer", measureConsumer},
		{"aom", measureAOM},
		{"fold", measureFolds},
		{"sign", measureSigning},
		{"growth", measureGrowth},
		{"import", measureImports},
	}
}
