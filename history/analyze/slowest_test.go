// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

func TestSlowest(t *testing.T) {
	t.Parallel()
	e := execution(0, 60,
		step("fast", 0, 1),
		step("fork", 1, 40, branch("fork", 1, step("slow", 1, 31)), branch("fork", 2, step("slower", 1, 40))),
		step("tie", 40, 41),
		with(step("until when", 41, 0), func(s *history.Step) { s.Ended = time.Time{} }),
		with(step("unstarted", 0, 50), func(s *history.Step) { s.Entered, s.Started = time.Time{}, time.Time{} }),
		with(step("derived", 50, 55), func(s *history.Step) { s.Entered = time.Time{} }),
		step("backwards", 60, 50),
	)
	all := []string{"slower", "slow", "derived", "fast", "tie", "backwards"}
	for _, tc := range []struct {
		name string
		n    int
		want []string
	}{
		{"two", 2, all[:2]},
		{"ties in order", 5, all[:5]},
		{"more than there are", 100, all},
		{"none", 0, nil},
		{"negative", -1, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "slowest", tc.want, ids(analyze.Slowest(e, tc.n)))
		})
	}
}

// The step that an execution was cut off in is what somebody looks for: it counts until the end of what it is in.
func TestSlowestOfWhatHasNotEnded(t *testing.T) {
	t.Parallel()
	open := func(name string, from int, status history.Status) history.Step {
		return with(step(name, from, 0), func(s *history.Step) { s.Status, s.Ended = status, time.Time{} })
	}
	waiting := func(name string, from int) history.Step {
		return with(open(name, from, history.Pending), func(s *history.Step) { s.Started = time.Time{} })
	}
	never := history.Step{ID: "never", Name: "never", Status: history.Pending}
	running := execution(0, 0, step("a", 0, 8), open("old", 2, history.Running), step("b", 8, 20), open("new", 20, history.Running))
	running.Status, running.Ended = history.Running, time.Time{}
	now := running
	now.Ended = at(60)
	for _, tc := range []struct {
		name string
		e    history.Execution
		want []string
	}{
		{"timed out", execution(0, 3600, step("load", 0, 5), open("approve", 5, history.TimedOut), never), []string{"approve", "load"}},
		{"stopped while it waited", execution(0, 60, step("load", 0, 20), waiting("queue", 20)), []string{"queue", "load"}},
		{"a status of another word", execution(0, 60, step("load", 0, 20), open("approve", 20, "")), []string{"approve", "load"}},
		{"in what ended before", execution(0, 100, step("load", 40, 90),
			step("fork", 0, 40, with(branch("fork", 1, open("cut", 10, history.Stopped)), func(s *history.Step) { s.Ended = at(40) }))),
			[]string{"load", "cut"}},
		{"tried after", execution(0, 5, step("load", 0, 6),
			with(open("late", 1, history.Failed), func(s *history.Step) { s.Attempts = []history.Attempt{{Ended: at(9)}} })), []string{"late", "load"}},
		{"it goes on", running, []string{"old", "b", "a", "new"}},
		{"it goes on, and somebody says what time it is", now, []string{"old", "new", "b", "a"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "slowest", tc.want, ids(analyze.Slowest(tc.e, 10)))
		})
	}
}

func TestSlowestPointsIntoTheExecution(t *testing.T) {
	t.Parallel()
	e := execution(0, 9, step("a", 0, 1), step("b", 1, 9))
	if got := analyze.Slowest(e, 1)[0]; got != &e.Steps[1] {
		t.Errorf("got a copy of %s, want a pointer into the steps", got.ID)
	}
}

func TestSlowestOfNothing(t *testing.T) {
	t.Parallel()
	if got := analyze.Slowest(history.Execution{}, 3); len(got) != 0 {
		t.Errorf("got %d steps of an execution without any", len(got))
	}
}
