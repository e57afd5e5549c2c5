// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// checkLanes holds that two bars on one lane are apart, or one is in the other and was written after it.
func checkLanes(t *testing.T, e history.Execution) {
	t.Helper()
	lanes := map[int][]bar{}
	for _, b := range bars(t, e, "X") {
		if b.Duration < 0 {
			t.Errorf("the bar %q takes %dµs", b.Name, b.Duration)
		}
		lanes[b.Lane] = append(lanes[b.Lane], b)
	}
	for lane, list := range lanes {
		slices.SortStableFunc(list, func(a, b bar) int { // what starts together: the outer one was written first
			return int(min(max(a.Time-b.Time, -1), 1))
		})
		var open []bar
		for _, b := range list {
			for len(open) > 0 && open[len(open)-1].end() <= b.Time && !within(b, open[len(open)-1]) {
				open = open[:len(open)-1]
			}
			if len(open) > 0 && !within(b, open[len(open)-1]) {
				t.Errorf("on lane %d %q (%d to %d) overlaps %q (%d to %d)", lane,
					b.Name, b.Time, b.end(), open[len(open)-1].Name, open[len(open)-1].Time, open[len(open)-1].end())
			}
			open = append(open, b)
		}
	}
}

func within(inner, outer bar) bool { return outer.Time <= inner.Time && inner.end() <= outer.end() }

func TestLanes(t *testing.T) {
	t.Parallel()
	for _, x := range historytest.Gallery() {
		checkLanes(t, x.Execution)
	}
}

// TestNothingIsLost counts the bars: one for the execution, each step and each of several attempts.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	for _, x := range historytest.Gallery() {
		want := 1
		for _, s := range x.Execution.Walk() {
			want++
			if n := len(s.Attempts); n > 1 {
				want += n
			}
		}
		if got := len(bars(t, x.Execution, "X")); got != want {
			t.Errorf("%s has %d bars, want %d", x.Name, got, want)
		}
	}
}

func TestLanesOfGeneratedExecutions(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		checkLanes(t, historytest.Generate(seed, nil).Execution)
	}
}

// FuzzLanes makes steps of bytes, three for each: how deep it is, when it starts and when it ends.
func FuzzLanes(f *testing.F) {
	f.Add([]byte{0, 1, 5, 1, 2, 3, 1, 3, 4, 0, 5, 9})
	f.Add([]byte{0, 1, 9, 1, 1, 9, 1, 2, 8, 2, 2, 9, 0, 0, 255, 0, 9, 9, 0, 9, 9})
	f.Add([]byte{0, 5, 5, 0, 5, 5, 1, 5, 5, 0, 0, 0, 3, 200, 100, 0, 255, 255})
	f.Fuzz(func(t *testing.T, bytes []byte) {
		e := execution(history.Succeeded, 100)
		for i := 0; i+3 <= len(bytes) && i < 300; i += 3 {
			level := &e.Steps
			for range bytes[i] % 4 {
				if len(*level) == 0 {
					break
				}
				level = &(*level)[len(*level)-1].Children
			}
			s := step(fmt.Sprintf("step-%d", i/3), history.Succeeded, -1, int(bytes[i+1]), int(bytes[i+2]))
			if bytes[i]&4 != 0 {
				s.Attempts = []history.Attempt{{Started: s.Started, Ended: at(int(bytes[i+1]) + 2)}, {Started: at(int(bytes[i+1]) + 1)}}
			}
			*level = append(*level, s)
		}
		checkLanes(t, e)
		checkSpans(t, e)
	})
}

// TestLanesInUse shows which steps share a lane.
func TestLanesInUse(t *testing.T) {
	t.Parallel()
	branch := func(name string, from, to int) history.Step {
		b := step(name, history.Succeeded, from, -1, to, step(name+"-work", history.Succeeded, from, from, to))
		b.Kind = history.BranchNode
		return b
	}
	e := execution(history.Succeeded, 20,
		step("first", history.Succeeded, 0, 0, 2),
		step("parallel", history.Succeeded, 2, 2, 10, branch("a", 2, 6), branch("b", 2, 10), branch("c", 6, 9)),
		step("last", history.Succeeded, 10, 10, 12),
	)
	got := map[int][]string{}
	for _, b := range bars(t, e, "X") {
		got[b.Lane] = append(got[b.Lane], b.Name)
	}
	want := map[int][]string{
		1: {"order-flow", "first", "parallel", "last"},
		2: {"b", "b-work"},
		3: {"a", "a-work", "c", "c-work"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lanes mismatch (-want +got):\n%s", diff)
	}
	names := map[int]any{}
	for _, m := range bars(t, e, "M") {
		if m.Name == "thread_name" {
			names[m.Lane] = m.Args["name"]
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(names))); diff != "" {
		t.Errorf("lanes with names mismatch (-used +named):\n%s", diff)
	}
}

// TestBarsOfAttempts: each attempt with a time has a bar, and a mark where its failure says something.
func TestBarsOfAttempts(t *testing.T) {
	t.Parallel()
	s := step("a", history.Failed, 1, 1, 9)
	s.Failure = &history.Failure{}
	s.Attempts = []history.Attempt{
		{Started: at(1), Ended: at(3), Status: history.Failed, Failure: &history.Failure{}}, // nothing says when it was scheduled
		{Status: history.Failed, Failure: &history.Failure{Code: "Lost"}},                   // nor anything of this one
		{Scheduled: at(4), Started: at(5), Ended: at(6), Status: history.Failed, Failure: &history.Failure{Code: "Broken"}},
		{Scheduled: at(7), Started: at(8)},
	}
	var got []string
	for _, phase := range []string{"X", "i"} {
		for _, b := range bars(t, execution(history.Failed, 9, s), phase) {
			seconds := func(us int64) int64 { return us/1e6 - at(0).Unix() }
			got = append(got, fmt.Sprintf("%s %d-%d", b.Name, seconds(b.Time), seconds(b.end())))
		}
	}
	want := []string{"order-flow 0-9", "a 1-9", "attempt 1 1-3", "attempt 3 4-6", "attempt 4 7-9", "failure 6-6"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("bars and marks mismatch (-want +got):\n%s", diff)
	}
}
