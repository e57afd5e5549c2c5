// SPDX-License-Identifier: Apache-2.0

package history

import (
	"fmt"
	"reflect"
	"runtime"
	"strconv"
	"strings"
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
	runtime.KeepAlive(&f)
	runtime.KeepAlive(many)
}

// What was read is gone when a Folder is given back, also behind the ends of its lists.
func TestFolderGivenBackHasNoTexts(t *testing.T) {
	t.Parallel()
	const detail = `{"input":"secret","error":"secret","output":"secret"}`
	var f Folder
	for i, kind := range []EventType{StepEntered, StepStarted, BranchEntered, BranchExited, TaskScheduled, TaskFailed, StepFailed, StepEntered} {
		f.Add(Event{ID: int64(i + 1), Cause: int64(min(i, 2)), Type: kind, Step: "secret", Detail: detail})
	}
	f.Execution()
	has := func() bool {
		lists := []any{f.names.numbers, f.names.all[:cap(f.names.all)], f.ids[:cap(f.ids)], f.texts[:cap(f.texts)]}
		for _, failure := range f.failures[:cap(f.failures)] {
			lists = append(lists, failure)
		}
		for _, steps := range f.built[:cap(f.built)] {
			lists = append(lists, steps)
		}
		return strings.Contains(fmt.Sprintf("%+v", lists), "secret")
	}
	if !has() {
		t.Error("the texts are not where they are looked for")
	}
	if f.reset(); has() {
		t.Error("a text is kept")
	}
	if f.take(&Event{ID: 1}); f.root.place != 1 || f.nodes.used != 2 {
		t.Errorf("the next execution has place %d, and %d places are used", f.root.place, f.nodes.used)
	}
}

// See node.
func TestNodesHaveNoPointers(t *testing.T) {
	t.Parallel()
	var look func(path string, typ reflect.Type)
	look = func(path string, typ reflect.Type) {
		switch {
		case typ.Kind() == reflect.Struct:
			for field := range typ.Fields() {
				look(path+"."+field.Name, field.Type)
			}
		case typ.Kind() > reflect.Float64:
			t.Errorf("%s is a %s", path, typ)
		}
	}
	look("node", reflect.TypeFor[node]())
}

// What a slab has given out is not given out again, and new values are zero.
func TestSlabGrows(t *testing.T) {
	t.Parallel()
	var s slab[int]
	var given []*int
	for i := range 3 * mostInSlab {
		v := s.new()
		if *v != 0 {
			t.Fatalf("value %d is %d", i, *v)
		}
		*v = i + 1
		given = append(given, v)
	}
	for i, v := range given {
		if *v != i+1 {
			t.Fatalf("value %d became %d", i, *v)
		}
	}
}
