// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"
)

// table runs the rows and prints them. The error says how many promises are broken.
func table(ctx context.Context, s settings, out io.Writer) error {
	wanted := slices.DeleteFunc(trials(s), func(t trial) bool {
		return !s.only.MatchString(t.name) || !slices.Contains(s.clouds, t.cloud)
	})
	p := newPrinter(out, s)
	p.head()
	began := time.Now()
	broken := 0
	for len(wanted) > 0 {
		n := together(wanted)
		rows, err := runAll(ctx, wanted[:n])
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Broken != "" {
				broken++
			}
			p.row(r)
		}
		wanted = wanted[n:]
	}
	p.foot(time.Since(began))
	if broken > 0 {
		return fmt.Errorf("promises broken in %d rows", broken)
	}
	return nil
}

// together is how many of the trials may run at once: one, or all in a row that are idle.
func together(list []trial) int {
	n := slices.IndexFunc(list, func(t trial) bool { return !t.idle })
	if n < 0 {
		n = len(list)
	}
	return max(n, 1)
}

// runAll runs trials at once, and returns their rows or the first error.
func runAll(ctx context.Context, list []trial) ([]row, error) {
	rows, errs := make([]row, len(list)), make([]error, len(list))
	var running sync.WaitGroup
	for i, t := range list {
		running.Go(func() {
			r, err := t.run(ctx)
			r.Fault, r.Cloud = t.name, t.cloud
			if err != nil {
				errs[i] = fmt.Errorf("%s, %s: %w", t.name, t.cloud, err)
			}
			rows[i] = r
		})
	}
	running.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}
