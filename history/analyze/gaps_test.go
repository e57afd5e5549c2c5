// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

func TestIdleGaps(t *testing.T) {
	t.Parallel()
	gap := func(from, to int, after, before string) analyze.Gap {
		return analyze.Gap{From: at(from), To: at(to), After: after, Before: before}
	}
	open := func(s history.Step) history.Step { s.Ended = time.Time{}; return s }
	for _, tc := range []struct {
		name     string
		e        history.Execution
		shortest time.Duration
		want     []analyze.Gap
	}{
		{name: "nothing at all"},
		{name: "no step", e: execution(0, 10), want: []analyze.Gap{gap(0, 10, "", "")}},
		{name: "no start", e: history.Execution{Ref: ref, Ended: at(10), Steps: []history.Step{
			with(step("a", 3, 10), func(s *history.Step) { s.Entered = at(1) })}}, want: []analyze.Gap{gap(1, 3, "", "a")}},
		{name: "no gap", e: execution(0, 10, step("a", 0, 4), step("b", 4, 10))},
		{name: "before, between and after", e: execution(0, 10, step("a", 1, 4), step("b", 6, 9)),
			want: []analyze.Gap{gap(0, 1, "", "a"), gap(4, 6, "a", "b"), gap(9, 10, "b", "")}},
		{name: "short ones left out", e: execution(0, 10, step("a", 1, 4), step("b", 6, 9)), shortest: 2 * time.Second,
			want: []analyze.Gap{gap(4, 6, "a", "b")}},
		{name: "side by side", e: execution(0, 10, step("a", 0, 8), step("b", 2, 4), step("c", 9, 10)),
			want: []analyze.Gap{gap(8, 9, "a", "c")}},
		{name: "only leaves run", e: execution(0, 10, step("fork", 0, 10, branch("fork", 1, step("a", 2, 4)), branch("fork", 2, step("b", 3, 7)))),
			want: []analyze.Gap{gap(0, 2, "", "a"), gap(7, 10, "b", "")}},
		{name: "waiting is idle", e: execution(0, 10, with(step("a", 0, 10), func(s *history.Step) { s.Started = at(3) })),
			want: []analyze.Gap{gap(0, 3, "", "a")}},
		{name: "ended without a start", e: execution(0, 10, with(step("a", 0, 10), func(s *history.Step) { s.Started = time.Time{} }))},
		{name: "entered only", e: execution(0, 10, open(with(step("a", 0, 0), func(s *history.Step) { s.Started = time.Time{} }))),
			want: []analyze.Gap{gap(0, 10, "", "")}},
		{name: "ended only", e: execution(0, 10, history.Step{ID: "a", Ended: at(5)}), want: []analyze.Gap{gap(0, 10, "", "")}},
		{name: "an instant divides", e: execution(0, 10, step("a", 4, 4)), want: []analyze.Gap{gap(0, 4, "", "a"), gap(4, 10, "a", "")}},
		{name: "backwards", e: execution(0, 10, step("a", 4, 2)), want: []analyze.Gap{gap(0, 4, "", "a"), gap(4, 10, "a", "")}},
		{name: "open to the end", e: execution(0, 10, open(step("a", 4, 0))), want: []analyze.Gap{gap(0, 4, "", "a")}},
		{name: "still running", e: history.Execution{Started: at(0), Steps: []history.Step{step("a", 1, 3), open(step("b", 5, 0))}},
			want: []analyze.Gap{gap(0, 1, "", "a"), gap(3, 5, "a", "b")}},
		{name: "start not known", e: history.Execution{Ended: at(9), Steps: []history.Step{step("a", 1, 3)}},
			want: []analyze.Gap{gap(3, 9, "a", "")}},
		{name: "outside the execution", e: execution(2, 4, step("early", 0, 1), step("a", 1, 3), step("late", 8, 9)),
			want: []analyze.Gap{gap(3, 4, "a", "")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "gaps", tc.want, analyze.IdleGaps(tc.e, tc.shortest))
		})
	}
}

// A second is in a gap exactly when no leaf ran in it.
func TestIdleGapsAgainstEverySecond(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		e := randomExecution(rand.New(rand.NewPCG(seed, 0)), 12)
		var want, got [100]bool
		for s := range want {
			want[s] = true
		}
		busy(e.Steps, func(second int) { want[second] = false })
		for _, g := range analyze.IdleGaps(e, 0) {
			for s := int(g.From.Sub(e.Started).Seconds()); s < int(g.To.Sub(e.Started).Seconds()); s++ {
				got[s] = true
			}
		}
		if want != got {
			t.Fatalf("seed %d: idle seconds are %v, want %v", seed, got, want)
		}
	}
}

func busy(steps []history.Step, mark func(second int)) {
	for _, s := range steps {
		busy(s.Children, mark)
		if len(s.Children) > 0 || s.Ended.IsZero() {
			continue
		}
		for second := s.Started.Sub(at(0)); second < s.Ended.Sub(at(0)); second += time.Second {
			mark(int(second.Seconds()))
		}
	}
}
