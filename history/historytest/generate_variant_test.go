// SPDX-License-Identifier: Apache-2.0

package historytest_test

import (
	"slices"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// look is what a test of a switch looks at: an event, the one before it (zero for the first), and the event's cause
// (zero if it has none).
type look struct{ event, before, cause history.Event }

// switchTest is about one switch of a Variant: with it some events look in a way that they never do without it.
type switchTest struct {
	name string
	base historytest.Variant // what else is on, with the switch and without
	set  func(*historytest.Variant)
	seen func(look) bool
}

func ofType(e history.Event, types ...history.EventType) bool {
	return slices.Contains(types, e.Type)
}

// inBranch reports whether the event opens or ends a branch or an iteration.
func inBranch(e history.Event) bool {
	return e.Type.Scope() == history.BranchScope || e.Type.Scope() == history.IterationScope
}

func exited(e history.Event) bool { return ofType(e, history.BranchExited, history.IterationExited) }

func switchTests() []switchTest {
	type variant = historytest.Variant
	return []switchTest{
		{"Causes", variant{}, func(v *variant) { v.Causes = historytest.CauseIsOpening }, func(l look) bool {
			return ofType(l.event, history.StepExited) && ofType(l.cause, history.StepEntered)
		}},
		{"JoinAny", variant{Sequential: true}, func(v *variant) { v.Join = historytest.JoinAny }, func(l look) bool {
			return ofType(l.event, history.StepSucceeded) && exited(l.cause) && exited(l.before) && l.before.Step == l.cause.Step && l.before.ID != l.cause.ID
		}},
		{"JoinStart", variant{Sequential: true}, func(v *variant) { v.Join = historytest.JoinStart }, func(l look) bool {
			return ofType(l.event, history.StepSucceeded) && ofType(l.cause, history.StepStarted) && exited(l.before) && l.before.Step == l.event.Step
		}},
		{"DetailsInTask", variant{}, func(v *variant) { v.Details = historytest.DetailsInTask }, func(l look) bool {
			_, told := l.event.Detail.Failure()
			return ofType(l.event, history.StepFailed) && !told
		}},
		{"DetailsEmpty", variant{}, func(v *variant) { v.Details = historytest.DetailsEmpty }, func(l look) bool {
			return ofType(l.event, history.ExecutionStarted, history.TaskSucceeded) && l.event.Detail != "" && l.event.Detail == "{}"
		}},
		{"Unnamed", variant{}, func(v *variant) { v.Unnamed = true }, func(l look) bool {
			return inBranch(l.event) && l.event.Step == ""
		}},
		{"ExitAfterFailure", variant{}, func(v *variant) { v.ExitAfterFailure = true }, func(l look) bool {
			return ofType(l.event, history.StepExited) && ofType(l.cause, history.StepFailed)
		}},
		{"CatchAfterExit", variant{ExitAfterFailure: true}, func(v *variant) { v.CatchAfterExit = true }, func(l look) bool {
			return ofType(l.event, history.StepEntered) && ofType(l.cause, history.StepExited) && l.cause.Detail.Local() == "" && l.cause.Step != ""
		}},
		{"Climb", variant{}, func(v *variant) { v.Climb = true }, func(l look) bool {
			return exited(l.event) && ofType(l.cause, history.StepFailed)
		}},
		{"FailFast", variant{}, func(v *variant) { v.FailFast = true }, nil},
		{"Sequential", variant{}, func(v *variant) { v.Sequential = true }, nil},
		{"NestedChoice", variant{}, func(v *variant) { v.NestedChoice = true }, func(l look) bool {
			return ofType(l.event, history.StepEntered) && ofType(l.cause, history.StepStarted)
		}},
		{"SilentEnd", variant{}, func(v *variant) { v.SilentEnd = true }, func(l look) bool {
			return ofType(l.event, history.ExecutionSucceeded, history.ExecutionFailed) && ofType(l.cause, history.StepStarted)
		}},
		{"UnscheduledRetries", variant{}, func(v *variant) { v.UnscheduledRetries = true }, func(l look) bool {
			return ofType(l.event, history.TaskStarted) && ofType(l.cause, history.TaskFailed)
		}},
		{"EndByStart", variant{}, func(v *variant) { v.EndByStart = true }, func(l look) bool {
			return ofType(l.event, history.ExecutionSucceeded) && l.event.ID > 2 && l.event.Cause == 1
		}},
		{"LostCauses", variant{}, func(v *variant) { v.LostCauses = true }, func(l look) bool {
			return l.event.ID > 1 && l.event.Cause == 0
		}},
	}
}

func TestEverySwitchOfAVariantShows(t *testing.T) {
	t.Parallel()
	for _, test := range switchTests() {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			with := test.base
			test.set(&with)
			differ, seenWith, seenWithout := false, 0, 0
			for seed := range uint64(150) {
				a := historytest.Generate(seed, &historytest.GenerateOptions{Variant: &test.base})
				b := historytest.Generate(seed, &historytest.GenerateOptions{Variant: &with})
				differ = differ || len(a.Events) != len(b.Events) || order(a) != order(b)
				seenWithout += looks(a, test.seen)
				seenWith += looks(b, test.seen)
			}
			if test.seen == nil {
				if !differ {
					t.Error("the switch changes nothing")
				}
				return
			}
			if seenWith == 0 || seenWithout > 0 {
				t.Errorf("what it is there for is seen %d times with it and %d times without", seenWith, seenWithout)
			}
		})
	}
}

// order is the names and types of the events, in their order.
func order(g historytest.Generated) (text string) {
	for _, e := range g.Events {
		text += string(e.Type) + " " + e.Step + "\n"
	}
	return text
}

func looks(g historytest.Generated, seen func(look) bool) (n int) {
	if seen == nil {
		return 0
	}
	before := history.Event{}
	for _, e := range g.Events {
		l := look{event: e, before: before}
		if e.Cause > 0 {
			l.cause = g.Events[e.Cause-1]
		}
		if seen(l) {
			n++
		}
		before = e
	}
	return n
}

// TestVariantsAreDrawn makes sure that seeds draw both positions of each switch, and none that a fold would complain of.
func TestVariantsAreDrawn(t *testing.T) {
	t.Parallel()
	on, off := map[string]bool{}, map[string]bool{}
	for seed := range uint64(200) {
		v := historytest.Generate(seed, &historytest.GenerateOptions{MaxEvents: 8}).Variant
		for _, test := range switchTests() {
			set := v
			if test.set(&set); set == v {
				on[test.name] = true
			} else {
				off[test.name] = true
			}
		}
		if v.CatchAfterExit && !v.ExitAfterFailure {
			t.Errorf("seed %d: %+v has an exit as a cause that there is not", seed, v)
		}
	}
	for _, test := range switchTests() {
		if on[test.name] == (test.name == "LostCauses") || !off[test.name] {
			t.Errorf("%s: drawn on = %v, off = %v", test.name, on[test.name], off[test.name])
		}
	}
}
