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
		with(step("open", 41, 0), func(s *history.Step) { s.Ended = time.Time{} }),
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
