// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"

	"github.com/flowhistory/flowhistory/history"
)

// The sizes of the histories that are held against each other.
const (
	fewEvents  = 10_000
	manyEvents = 10_000_000
)

// The sides of growth.
const (
	sideFew  = "few"
	sideMany = "many"
)

// growthRuns is how often the long walk is made: ten would take minutes. The short one is made as often as it takes to
// read as many events.
const growthRuns = 2

// lastPages is at the ends of how many pages the heap is looked at.
const lastPages = 9

func measureGrowth(ctx context.Context, runs int) ([]figure, error) {
	return growth(ctx, min(runs, growthRuns), fewEvents, manyEvents)
}

// growth holds walks over many events against as many walks over few as it takes for the same number.
func growth(ctx context.Context, runs, few, many int) ([]figure, error) {
	short, heapFew, closeShort, err := scrollSide(sideFew, few, many/few)
	if err != nil {
		return nil, err
	}
	defer closeShort()
	long, heapMany, closeLong, err := scrollSide(sideMany, many, 1)
	if err != nil {
		return nil, err
	}
	defer closeLong()
	if _, err := short.run(ctx); err != nil { // the first one makes connections and fills pools
		return nil, err
	}
	all := make(map[string]series)
	for range runs {
		for _, s := range []side{short, long} {
			got, err := measure(ctx, s)
			if err != nil {
				return nil, err
			}
			all[s.name] = append(all[s.name], got)
		}
	}
	const kib = 1 << 10
	apart := float64(*heapMany-*heapFew) / kib
	ratio := func(of func(series) float64) float64 { return of(all[sideMany]) / of(all[sideFew]) }
	return []figure{
		atMost("live heap at the end, more than of 10,000 events", apart, "KiB", 256, 0).
			noted("%d events; %d KiB and %d KiB", many, *heapMany/kib, *heapFew/kib),
		atMost("bytes an event, times those of 10,000", ratio(series.bytes), "x", 1.05, 0),
		atMost("allocations an event, times those of 10,000", ratio(series.allocs), "x", 1.05, 0),
		atMost("time an event, times that of 10,000", 1/ratio(series.rate), "x", 1.15, 0).
			noted("%.1f s for each, %d runs", all[sideMany].seconds(), runs),
	}, nil
}

// scrollSide walks a history of n events a number of times. It notes the largest live heap at the ends of the last pages of
// the last walk; what that takes is not counted, as it is little and both sides do it. The largest of several, because a page
// may or may not lie in the memory of the one before when the garbage collector comes by.
func scrollSide(name string, n, times int) (s side, heap *int64, closing func(), err error) {
	h, err := serve(newScroll(n).answer, 0)
	if err != nil {
		return side{}, nil, nil, err
	}
	client, err := openFnF(h, 0)
	if err != nil {
		h.close()
		return side{}, nil, nil, err
	}
	heap = new(int64)
	return side{name, func(ctx context.Context) (int, error) {
		total := 0
		*heap = 0
		for i := range times {
			walked := 0
			for _, err := range client.Events(ctx, history.EventQuery{Ref: execution("scroll")}) {
				if err != nil {
					return total, err
				}
				walked++
				if i == times-1 && walked%largestPage == 0 && walked > n-lastPages*largestPage {
					*heap = max(*heap, liveHeap())
				}
			}
			total += walked
		}
		return total, nil
	}}, heap, h.close, nil
}
