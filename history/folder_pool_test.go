// SPDX-License-Identifier: Apache-2.0

package history

import (
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"
)

// A Folder that is given back has nothing of an execution any more, and after a large one hardly more memory than after a
// usual one.
func TestFolderGivenBackKeepsLittle(t *testing.T) {
	many := make([]Event, 200_000)
	for i := range many {
		many[i] = Event{ID: int64(i + 1), Cause: 1, Type: StepEntered, Time: time.Unix(1, 0), Step: strconv.Itoa(i)}
	}
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	var f Folder
	for i := range many {
		f.Add(many[i])
	}
	f.reset()
	if kept := heap() - before; kept > 4<<20 {
		t.Errorf("%d bytes are kept", kept)
	}
	f.take(&many[0])
	f.reset()
	for _, piece := range f.nodes.pieces {
		if i := slices.IndexFunc(piece, func(n node) bool { return n.name != "" || n.parent != nil }); i >= 0 {
			t.Fatalf("a node is kept: %+v", piece[i])
		}
	}
	runtime.KeepAlive(&f)
	runtime.KeepAlive(many)
}

// What a slab has given out is not given out again, however its runs grow, and new values are zero.
func TestSlabGrows(t *testing.T) {
	t.Parallel()
	var s slab[int]
	var runs [5][]int
	for round := range 300 {
		i := round * round % len(runs)
		if round%7 == 0 {
			*s.new() = -1
		}
		runs[i] = s.grow(runs[i])
		last := len(runs[i]) - 1
		if runs[i][last] != 0 {
			t.Fatalf("round %d: a new value is %d", round, runs[i][last])
		}
		runs[i][last] = i + 1
	}
	for i, run := range runs {
		if slices.ContainsFunc(run, func(v int) bool { return v != i+1 }) {
			t.Errorf("run %d holds %v", i, run)
		}
	}

	s = slab[int]{}
	first := s.grow(nil)
	run := first
	for range 7 {
		run = s.grow(run)
	}
	if &run[0] != &first[0] {
		t.Error("a run that has free values behind it was copied")
	}
}
