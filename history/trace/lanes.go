// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"cmp"
	"container/heap"
	"slices"
)

// slice is a bar on a lane. Times are in microseconds since 1970, cut off, which keeps their order.
type slice struct {
	start, end int64
	lane       int // 1 for the execution's own
	part       *part
	attempt    int // 1 for the first attempt of the part's step, 0 for the part itself
	below      []*slice
}

// layOut gives each slice a lane, so that two on one lane are either apart or one is in the other: viewers draw nothing
// else. What follows each other stays on the lane of what it is in; what runs side by side gets lanes of its own, each
// taken again when it is free. It returns the slices that are not below another one on its lane, and the number of lanes.
func layOut(root *slice) (tops []*slice, lanes int) {
	aside := []*slice{root}
	for i := 0; i < len(aside); i++ {
		aside = append(aside, keep(aside[i])...)
	}
	slices.SortStableFunc(aside[1:], func(a, b *slice) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	var busy laneHeap
	for _, s := range aside {
		lane := lanes + 1
		if len(busy) > 0 && busy[0].until <= s.start {
			lane = heap.Pop(&busy).(busyLane).lane
		}
		lanes = max(lanes, lane)
		heap.Push(&busy, busyLane{until: s.end, lane: lane})
		s.settle(lane)
	}
	return aside, lanes
}

// keep leaves below a slice what can stay on its lane, at any depth, and returns the rest.
func keep(s *slice) (aside []*slice) {
	slices.SortStableFunc(s.below, func(a, b *slice) int { return cmp.Compare(a.start, b.start) })
	var stay []*slice
	free := s.start // from when on the lane is free at this depth
	for i, b := range s.below {
		alone := i+1 == len(s.below) || b.end <= s.below[i+1].start
		if b.start >= free && b.end <= s.end && alone {
			stay = append(stay, b)
			aside = append(aside, keep(b)...)
		} else {
			aside = append(aside, b)
		}
		free = max(free, b.end)
	}
	s.below = stay
	return aside
}

// settle puts a slice and what stayed below it on a lane.
func (s *slice) settle(lane int) {
	s.lane = lane
	for _, b := range s.below {
		b.settle(lane)
	}
}

// busyLane is a lane and until when it is taken.
type busyLane struct {
	until int64
	lane  int
}

// laneHeap has the lane on top that is free first, of several the one with the lowest number.
type laneHeap []busyLane

func (h laneHeap) Len() int      { return len(h) }
func (h laneHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *laneHeap) Push(x any)   { *h = append(*h, x.(busyLane)) }

func (h laneHeap) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].until, h[j].until), cmp.Compare(h[i].lane, h[j].lane)) < 0
}

func (h *laneHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
