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
