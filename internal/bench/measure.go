// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// side is one way of doing what is compared: the official SDK's, ours, the floor.
type side struct {
	name string
	// run does it once and returns how many units it did: events, nodes, requests.
	run func(ctx context.Context) (units int, err error)
}

// sample is what one run of a side took.
type sample struct {
	units  int
	took   time.Duration
	allocs uint64
	bytes  uint64
}

// series are the samples of one side.
type series []sample

// interleave runs the sides in turn, beginning with another one each time, so that what else the machine does meets all
// of them. A first round, to make connections and fill pools, is not counted.
func interleave(ctx context.Context, runs int, sides ...side) (map[string]series, error) {
	all := make(map[string]series)
	for round := range runs + 1 {
		for i := range sides {
			s := sides[(i+round)%len(sides)]
			got, err := measure(ctx, s)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			if round > 0 {
				all[s.name] = append(all[s.name], got)
			}
		}
	}
	return all, nil
}

// measure runs a side once, with nothing of the runs before left to collect.
func measure(ctx context.Context, s side) (sample, error) {
	if err := ctx.Err(); err != nil {
		return sample{}, err
	}
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	units, err := s.run(ctx)
	took := time.Since(began)
	runtime.ReadMemStats(&after)
	if err == nil && units == 0 {
		err = fmt.Errorf("it did nothing")
	}
	return sample{units, took, after.Mallocs - before.Mallocs, after.TotalAlloc - before.TotalAlloc}, err
}

// rate is units a second.
func (s series) rate() float64 {
	return s.median(func(x sample) float64 { return float64(x.units) / x.took.Seconds() })
}

// seconds is how long a run took.
func (s series) seconds() float64 {
	return s.median(func(x sample) float64 { return x.took.Seconds() })
}

// allocs and bytes are what was allocated for each unit.
func (s series) allocs() float64 {
	return s.median(func(x sample) float64 { return float64(x.allocs) / float64(x.units) })
}

func (s series) bytes() float64 {
	return s.median(func(x sample) float64 { return float64(x.bytes) / float64(x.units) })
}

func (s series) median(of func(sample) float64) float64 {
	values := make([]float64, 0, len(s))
	for _, x := range s {
		values = append(values, of(x))
	}
	return median(values)
}

// median is the middle value; of an even number the mean of the two in the middle, of none 0.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// liveHeap is how many bytes are in use after a collection. Two of them empty the pools too.
func liveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
