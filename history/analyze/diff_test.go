// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/analyze"
)

// TestDiffSteps looks at what is found; the details of a Change have a test of their own.
func TestDiffSteps(t *testing.T) {
	t.Parallel()
	type found struct {
		Kind    analyze.ChangeKind
		Path    analyze.Path
		ID      string
		Aspects []analyze.Aspect
	}
	a, b, c := step("a", 0, 1), step("b", 1, 2), step("c", 2, 3)
	later := func(s history.Step, n int) history.Step { // the step itself, n seconds later
		s.Entered, s.Started, s.Ended = s.Entered.Add(time.Duration(n)*time.Second), s.Started.Add(time.Duration(n)*time.Second), s.Ended.Add(time.Duration(n)*time.Second)
		return s
	}
	second := func(s history.Step) history.Step { s.ID += "#2"; return s }
	list := func(steps ...history.Step) []history.Step { return steps }
	left, right := step("left", 0, 2), step("right", 0, 3)
	open := func(s *history.Step) { s.Ended = time.Time{} }
	timeless := func(s *history.Step) { s.Entered, s.Started, s.Ended = time.Time{}, time.Time{}, time.Time{} }
	for _, tc := range []struct {
		name          string
		before, after []history.Step
		want          []found
	}{
		{"nothing", nil, nil, nil},
		{"the same", list(a, b), list(a, b), nil},
		{"the same later, other IDs", list(a, b), list(second(later(a, 9)), later(b, 9)), nil},
		{"added", list(a, c), list(a, b, c), []found{{analyze.Added, "b", "b", nil}}},
		{"removed where it would have been", list(a, b, c), list(a, failing(c, "E")), []found{
			{analyze.Removed, "b", "b", nil}, {analyze.Changed, "c", "c", []analyze.Aspect{analyze.Status, analyze.Failure}}}},
		{"removed at the end", list(a, b), list(a), []found{{analyze.Removed, "b", "b", nil}}},
		{"another kind is another step", list(branch("a", 1)), list(iteration("a", 1)), []found{
			{analyze.Added, "a", "a[1]", nil}, {analyze.Removed, "a", "a[1]", nil}}},
		{"all of it", nil, list(step("fork", 0, 3, branch("fork", 1, left))), []found{
			{analyze.Added, "fork", "fork", nil}, {analyze.Added, "fork/fork", "fork[1]", nil}, {analyze.Added, "fork/fork/left", "left", nil}}},
		{"another turn of a loop", list(a, b), list(a, second(later(a, 5)), later(b, 9)), []found{{analyze.Added, "a", "a#2", nil}}},
		{"branches in another order",
			list(step("fork", 0, 3, branch("fork", 1, left), branch("fork", 2, right))),
			list(step("fork", 0, 3, branch("fork", 1, right), branch("fork", 2, failing(left, "E")))),
			[]found{{analyze.Changed, "fork/fork/left", "left", []analyze.Aspect{analyze.Status, analyze.Failure}}}},
		{"branch that did not begin",
			list(step("fork", 0, 3, branch("fork", 1, left), branch("fork", 2, right))),
			list(step("fork", 0, 3, branch("fork", 1, right), with(branch("fork", 2), func(s *history.Step) { s.Ended = at(2) }))),
			[]found{{analyze.Removed, "fork/fork/left", "left", nil}}},
		{"iterations", list(step("each", 0, 9, iteration("each", 1, left), iteration("each", 2, left))), list(step("each", 0, 9, iteration("each", 1, left))),
			[]found{{analyze.Removed, "each/each", "each[2]", nil}, {analyze.Removed, "each/each/left", "left", nil}}},
		{"in another order", list(a, b, c), list(later(c, -2), later(a, 1), later(b, 1)),
			[]found{{analyze.Changed, "c", "c", []analyze.Aspect{analyze.Order}}}},
		{"in another order and failed", list(a, b, c), list(later(failing(c, "E"), -2), later(a, 1), later(b, 1)),
			[]found{{analyze.Changed, "c", "c", []analyze.Aspect{analyze.Order, analyze.Status, analyze.Failure}}}},
		{"side by side before", list(step("x", 0, 5), step("y", 1, 6)), list(step("y", 0, 5), step("x", 5, 10)), nil},
		{"side by side after", list(step("x", 0, 5), step("y", 5, 10)), list(step("y", 0, 5), step("x", 1, 6)), nil},
		{"no end to tell the order", list(with(step("x", 0, 5), open), step("y", 6, 7)), list(step("y", 0, 1), step("x", 6, 11)), nil},
		{"no beginning to tell the order", list(step("x", 0, 5), with(step("y", 6, 7), timeless)), list(step("y", 0, 1), step("x", 6, 11)), nil},
		{"branches one after the other in another order",
			list(step("fork", 0, 9, branch("fork", 1, step("left", 0, 1)), branch("fork", 2, step("right", 2, 3)))),
			list(step("fork", 0, 9, branch("fork", 1, step("right", 0, 1)), branch("fork", 2, step("left", 2, 3)))), nil},
		{"turns that begin with other steps",
			list(step("turn", 0, 1, step("x", 0, 1)), step("turn", 1, 2, step("y", 1, 2))),
			list(step("turn", 0, 1, step("y", 0, 1)), step("turn", 1, 2, step("x", 1, 2))),
			[]found{{analyze.Added, "turn/y", "y", nil}, {analyze.Removed, "turn/x", "x", nil}, {analyze.Added, "turn/x", "x", nil}, {analyze.Removed, "turn/y", "y", nil}}},
		{"side by side in another order", list(step("x", 0, 5), step("y", 1, 6)), list(step("y", 0, 5), step("x", 1, 6)), nil},
		{"status only known to the provider",
			list(with(a, func(s *history.Step) { s.Status, s.NativeStatus = "", "odd" })),
			list(with(a, func(s *history.Step) { s.Status, s.NativeStatus = "", "odder" })),
			[]found{{analyze.Changed, "a", "a", []analyze.Aspect{analyze.Status}}}},
		{"another word for the same", list(a), list(with(a, func(s *history.Step) { s.NativeStatus = "done" })), nil},
		{"attempts and duration", list(a), list(with(step("a", 0, 4), func(s *history.Step) { s.Attempts = make([]history.Attempt, 2) })),
			[]found{{analyze.Changed, "a", "a", []analyze.Aspect{analyze.Duration, analyze.Attempts}}}},
		{"a duration without an entry", list(with(a, func(s *history.Step) { s.Entered = time.Time{} })),
			list(with(step("a", 0, 4), func(s *history.Step) { s.Entered = time.Time{} })),
			[]found{{analyze.Changed, "a", "a", []analyze.Aspect{analyze.Duration}}}},
		{"a duration that is not known yet", list(a), list(with(a, func(s *history.Step) { s.Ended = time.Time{} })), nil},
		{"another cause of the same failure", list(failing(a, "E")), list(with(failing(a, "E"), func(s *history.Step) { s.Failure.Cause = "request 7" })), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got []found
			for _, c := range analyze.Diff(execution(0, 10, tc.before...), execution(0, 10, tc.after...)).Steps {
				f := found{Kind: c.Kind, Path: c.Path, Aspects: c.Aspects}
				if (c.Before == nil) != (c.Kind == analyze.Added) || (c.After == nil) != (c.Kind == analyze.Removed) {
					t.Errorf("%s of %s is from %v to %v", c.Kind, c.Path, c.Before, c.After)
				}
				if c.After != nil {
					f.ID = c.After.ID
				} else {
					f.ID = c.Before.ID
				}
				got = append(got, f)
			}
			equal(t, "changes", tc.want, got, cmpopts.EquateEmpty())
		})
	}
}

func TestDiffOfWholeExecutions(t *testing.T) {
	t.Parallel()
	before, after := execution(0, 10, step("a", 0, 10)), execution(0, 12, failing(step("a", 0, 12), "FC.Unknown"))
	after.Status, after.NativeStatus, after.Execution = history.Failed, "Failed", "exec-2"
	d := analyze.Diff(before, after)
	want := analyze.Difference{
		A: before.Ref, B: after.Ref,
		Execution: &analyze.Change{
			Kind: analyze.Changed, Aspects: []analyze.Aspect{analyze.Status, analyze.Duration},
			Before: &analyze.State{Status: history.Succeeded, Duration: 10 * time.Second},
			After:  &analyze.State{Status: history.Failed, Native: "Failed", Duration: 12 * time.Second},
		},
		Steps: []analyze.Change{{
			Kind: analyze.Changed, Path: "a", StepKind: history.StepNode,
			Aspects: []analyze.Aspect{analyze.Status, analyze.Duration, analyze.Failure},
			Before:  &analyze.State{ID: "a", Status: history.Succeeded, Duration: 10 * time.Second},
			After:   &analyze.State{ID: "a", Status: history.Failed, Duration: 12 * time.Second, Failure: &history.Failure{Code: "FC.Unknown"}},
		}},
	}
	equal(t, "difference", want, d)
	if d.Empty() {
		t.Error("the difference says that it is empty")
	}
	before.Status, before.Ended, before.Steps, after.Steps = history.Running, time.Time{}, nil, nil // its duration is not known yet
	d = analyze.Diff(before, after)
	equal(t, "aspects", []analyze.Aspect{analyze.Status}, d.Execution.Aspects)
	if d.Empty() {
		t.Error("a difference of the executions says that it is empty")
	}
}

func TestDifferenceIgnore(t *testing.T) {
	t.Parallel()
	before := execution(0, 10, step("a", 0, 1), step("b", 1, 5), step("c", 5, 9))
	after := execution(0, 11, step("a", 0, 2), failing(step("b", 2, 5), "E"), step("d", 5, 5))
	d := analyze.Diff(before, after)
	for _, tc := range []struct {
		name   string
		jitter time.Duration
		want   map[analyze.Path][]analyze.Aspect
	}{
		{"none", 0, map[analyze.Path][]analyze.Aspect{"": {analyze.Duration}, "a": {analyze.Duration},
			"b": {analyze.Status, analyze.Duration, analyze.Failure}, "c": nil, "d": nil}},
		{"as much as there is", time.Second, map[analyze.Path][]analyze.Aspect{"": {analyze.Duration}, "a": {analyze.Duration},
			"b": {analyze.Status, analyze.Duration, analyze.Failure}, "c": nil, "d": nil}},
		{"more", 2 * time.Second, map[analyze.Path][]analyze.Aspect{"b": {analyze.Status, analyze.Failure}, "c": nil, "d": nil}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := make(map[analyze.Path][]analyze.Aspect)
			left := d.Ignore(tc.jitter)
			if left.Execution != nil {
				got[""] = left.Execution.Aspects
			}
			for _, c := range left.Steps {
				got[c.Path] = c.Aspects
			}
			equal(t, "aspects", tc.want, got)
		})
	}
	equal(t, "difference after Ignore", analyze.Diff(before, after), d)
}

// Of any two executions: each is like itself, one way is the other way round, and the numbers add up.
func TestDiffProperties(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 0))
		a, b := randomExecution(r, 60), randomExecution(r, 60)
		if d := analyze.Diff(a, a); !d.Empty() {
			t.Fatalf("seed %d: an execution differs from itself:\n%s", seed, d.Text())
		}
		there, back := byKind(analyze.Diff(a, b)), byKind(analyze.Diff(b, a))
		equal(t, "added one way and removed the other", there[analyze.Added], back[analyze.Removed])
		equal(t, "removed one way and added the other", there[analyze.Removed], back[analyze.Added])
		if got, want := len(there[analyze.Added])-len(there[analyze.Removed]), count(b.Steps)-count(a.Steps); got != want {
			t.Fatalf("seed %d: %d more steps were added than removed, want %d", seed, got, want)
		}
	}
}

// byKind are the IDs of the changed steps, sorted.
func byKind(d analyze.Difference) map[analyze.ChangeKind][]string {
	out := make(map[analyze.ChangeKind][]string)
	for _, c := range d.Steps {
		s := c.After
		if s == nil {
			s = c.Before
		}
		out[c.Kind] = append(out[c.Kind], s.ID)
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

// Steps that run one after another in any order: without those that moved, the rest has the same order on both sides.
func TestDiffOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 0))
		var before, after []history.Step
		for i := range 12 {
			before = append(before, step(string(rune('a'+i)), i, i+1))
		}
		for at, i := range r.Perm(12) {
			after = append(after, step(string(rune('a'+i)), at, at+1))
		}
		moved := make(map[string]bool)
		for _, c := range analyze.Diff(execution(0, 12, before...), execution(0, 12, after...)).Steps {
			moved[string(c.Path)] = slices.Contains(c.Aspects, analyze.Order)
		}
		stayed := slices.DeleteFunc(after, func(s history.Step) bool { return moved[s.Name] })
		if !slices.IsSortedFunc(stayed, func(a, b history.Step) int { return int(a.Name[0]) - int(b.Name[0]) }) {
			t.Fatalf("seed %d: %d moved, but the rest is not in order", seed, len(moved))
		}
	}
}
