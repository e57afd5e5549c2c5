// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

const (
	// heapTolerance is by how much the heap at the end may be above that at the beginning, in bytes: what the runtime keeps
	// for itself.
	heapTolerance = 1 << 20
	// settleTime is how long sockets and goroutines may take to be gone.
	settleTime = 5 * time.Second
)

// state is what the program holds on to, and how many of its connections each fake cloud sees.
type state struct {
	usage
	conns []int
}

// settle waits until no more is held than at the start, or for settleTime; a nil start means that no connection is left.
func settle(ctx context.Context, stands []*stand, start *state) (*state, error) {
	for deadline := time.Now().Add(settleTime); ; wait(ctx, 50*time.Millisecond) {
		now := &state{usage: use()}
		for _, st := range stands {
			r, err := st.child.report()
			if err != nil {
				return nil, err
			}
			now.conns = append(now.conns, r.Conns)
		}
		if ctx.Err() != nil || time.Now().After(deadline) || now.within(start) {
			return now, nil
		}
	}
}

// within reports whether no more is held than at the start.
func (s *state) within(start *state) bool {
	for _, n := range s.conns {
		if n > 0 {
			return false
		}
	}
	return start == nil || s.leak(start) == ""
}

// leak says what there is more of than at the start.
func (s *state) leak(start *state) string {
	switch {
	case s.Heap > start.Heap+heapTolerance:
		return "heap"
	case s.Goroutines > start.Goroutines:
		return "goroutines"
	case s.Files > start.Files:
		return "open files and sockets"
	}
	for i, n := range s.conns {
		if n > start.conns[i] {
			return "connections that the server sees"
		}
	}
	return ""
}

// compare prints what is held before and after. The error says what there is more of.
func compare(out io.Writer, start, end *state) error {
	fmt.Fprintf(out, "\n%-34s %12s %12s\n", "after garbage collection", "before", "after")
	fmt.Fprintf(out, "%-34s %12s %12s   tolerance %d MiB\n", "heap, MiB", mebibytes(start.Heap), mebibytes(end.Heap), heapTolerance>>20)
	fmt.Fprintf(out, "%-34s %12d %12d\n", "goroutines", start.Goroutines, end.Goroutines)
	fmt.Fprintf(out, "%-34s %12d %12d\n", "open files and sockets", start.Files, end.Files)
	fmt.Fprintf(out, "%-34s %12v %12v\n", "connections that the servers see", start.conns, end.conns)
	if what := end.leak(start); what != "" {
		return fmt.Errorf("a leak: there are more %s than before", what)
	}
	return nil
}

// print writes the figures of a stand.
func (st *stand) print(out io.Writer, d time.Duration) {
	perSecond := func(n int64) string { return count(int(float64(n) / d.Seconds())) }
	fmt.Fprintf(out, "%-8s  %s events a second, %s pages a second; a page takes %v (p50), %v (p99); %s walks, %d of them faulty\n",
		st.shape.Cloud, perSecond(st.events.Load()), perSecond(st.pages.total()),
		st.pages.quantile(0.5).Round(10*time.Microsecond), st.pages.quantile(0.99).Round(10*time.Microsecond),
		count(int(st.walks.Load())), st.faulty.Load())
}

// failures says what went wrong in walks under load.
func failures(stands []*stand) error {
	var errs []error
	for _, st := range stands {
		if err := st.first.Load(); err != nil {
			errs = append(errs, fmt.Errorf("%s, %d walks: %w", st.shape.Cloud, st.faulty.Load(), *err))
		}
		if st.walks.Load() == 0 {
			errs = append(errs, fmt.Errorf("%s: no walk came to its end", st.shape.Cloud))
		}
	}
	return errors.Join(errs...)
}
