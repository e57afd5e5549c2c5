// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"iter"
	"runtime/debug"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// The sides of folding.
const (
	sideFoldBare  = "without details"
	sideFoldWhole = "with details"
)

// foldInput is the events of one execution as large as the service allows. The details are apart, so that events with them
// and events without are the same memory: whatever lives, the garbage collector looks through while Fold allocates, and for
// the benchmark's sake that should not be more than one execution.
type foldInput struct {
	events  []history.Event
	details []history.Detail
}

func newFoldInput() foldInput {
	in := foldInput{events: historytest.Generate(4, &historytest.GenerateOptions{MaxEvents: historytest.LargestMaxEvents, Fill: true}).Events}
	for i := range in.events {
		in.details = append(in.details, in.events[i].Detail)
		in.events[i].Detail = ""
	}
	return in
}

// bare is the events without details.
func (in foldInput) bare(yield func(history.Event, error) bool) {
	for i := range in.events {
		if !yield(in.events[i], nil) {
			return
		}
	}
}

// whole is the events with details.
func (in foldInput) whole(yield func(history.Event, error) bool) {
	for i := range in.events {
		e := in.events[i]
		e.Detail = in.details[i]
		if !yield(e, nil) {
			return
		}
	}
}

// uncollected is a side with the garbage collector off: what Fold takes, and not what it takes to collect what others made
// before. It is only noted, and runs apart from the other sides: those would meet the memory that it took from the system and
// that the runtime gives back, and ask for it anew.
func uncollected(s side) side {
	return side{s.name + ", uncollected", func(ctx context.Context) (int, error) {
		defer debug.SetGCPercent(debug.SetGCPercent(-1))
		return s.run(ctx)
	}}
}

// folding folds the same events a number of times.
func (in foldInput) folding(name string, events iter.Seq2[history.Event, error], times int) side {
	return side{name, func(ctx context.Context) (int, error) {
		for range times {
			if _, err := history.Fold(events); err != nil {
				return 0, err
			}
		}
		return times * len(in.events), ctx.Err()
	}}
}

// measureFolds folds 1,000,000 events a run: of 100,000, which take as long as two or three collections, a tenth and more of
// the time goes into how a run begins, with a heap that was just collected and given back.
func measureFolds(ctx context.Context, runs int) ([]figure, error) {
	const times, timesOff = 200, 20 // the collector off, memory grows with them
	in := newFoldInput()
	all, err := interleave(ctx, runs, in.folding(sideFoldBare, in.bare, times), in.folding(sideFoldWhole, in.whole, times))
	if err != nil {
		return nil, err
	}
	bareOff, wholeOff := uncollected(in.folding(sideFoldBare, in.bare, timesOff)), uncollected(in.folding(sideFoldWhole, in.whole, timesOff))
	off, err := interleave(ctx, runs, bareOff, wholeOff)
	if err != nil {
		return nil, err
	}
	const note = "%.2f M with the garbage collector off"
	out := []figure{
		atLeast("without details, events a second", all[sideFoldBare].rate()/1e6, "M", 8, 12).noted(note, off[bareOff.name].rate()/1e6),
		atLeast("with details, events a second", all[sideFoldWhole].rate()/1e6, "M", 4, 6).noted(note, off[wholeOff.name].rate()/1e6),
	}
	e, err := history.Fold(in.whole)
	if err != nil {
		return nil, err
	}
	steps := countSteps(e)
	for _, name := range []string{sideFoldBare, sideFoldWhole} {
		made := all[name].allocs() * float64(len(in.events))
		out = append(out, atMost(name+": allocations a step", made/float64(steps), "", 0.1, 0).
			noted("%.0f allocations for %d steps, what is returned included", made, steps))
	}
	return out, nil
}

func countSteps(e history.Execution) int {
	n := 0
	for range e.Walk() {
		n++
	}
	return n
}
