// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// ChangeKind says on which side of a Difference a step is.
type ChangeKind string

// The kinds of changes.
const (
	Added   ChangeKind = "added"   // only in the second execution
	Removed ChangeKind = "removed" // only in the first execution
	Changed ChangeKind = "changed" // in both, with the aspects that are named
)

// Aspect is what can be different about a step that is in both executions.
type Aspect string

// The aspects.
const (
	Order    Aspect = "order"    // it ran at another place among the steps beside it
	Status   Aspect = "status"   // how it stands or ended; the provider's own word where that has no neutral meaning
	Duration Aspect = "duration" // by any amount; see Difference.Ignore
	Attempts Aspect = "attempts" // their number
	Failure  Aspect = "failure"  // its code, or that there is one; the cause, a text for people, is not compared
)

// State is one side of a Change.
type State struct {
	ID       string           `json:"id,omitempty"` // history.Step.ID; "" of an execution
	Status   history.Status   `json:"status,omitempty"`
	Native   string           `json:"native_status,omitempty"` // the provider's own word
	Duration time.Duration    `json:"duration,omitempty"`      // waiting included; 0 also when it has not ended
	Attempts int              `json:"attempts,omitempty"`      // their number; 0 of an execution
	Failure  *history.Failure `json:"failure,omitempty"`
}

// Change is what is different about one step.
type Change struct {
	Kind     ChangeKind       `json:"change"` // whether the step is in one of the executions or in both
	Path     Path             `json:"path"`   // "" is the execution itself
	StepKind history.StepKind `json:"kind,omitempty"`
	Aspects  []Aspect         `json:"aspects,omitempty"` // of Changed, in the order of the constants
	Before   *State           `json:"before,omitempty"`  // in the first execution; nil when Added
	After    *State           `json:"after,omitempty"`   // in the second execution; nil when Removed
}

// sides are both states, also of a change that has only one, or that was read from a file and has none.
func (c Change) sides() (before, after *State) {
	return cmp.Or(c.Before, &State{}), cmp.Or(c.After, &State{})
}

// Difference is what Diff found.
type Difference struct {
	A history.Ref `json:"a"` // the first execution
	B history.Ref `json:"b"` // the second execution
	// Execution is the change of the executions as a whole, their status and duration; nil if there is none.
	Execution *Change `json:"execution,omitempty"`
	// Steps are the changes in the order in which the steps ran, removed ones where they would have been. Everything in a
	// step that was added or removed is listed too.
	Steps []Change `json:"steps,omitempty"`
}

// Empty reports whether the executions took the same path with the same results in the same time. Which executions they
// are makes no difference.
func (d Difference) Empty() bool { return d.Execution == nil && len(d.Steps) == 0 }

// Diff compares two executions, usually of the same workflow: which way each took, and for the steps that both did how
// they went. Inputs, outputs and times of day are not compared.
//
// Steps are matched level by level, by kind and name: the first "pay" of a level with the first "pay" of the same level,
// the second with the second. IDs and positions do not matter, because a loop that turns once more, or branches that
// interleave in another way, change those of everything behind. Branches, which may have no names of their own and come in
// any order, are first matched by the step that they begin with.
//
// Any two runs differ by some milliseconds; Difference.Ignore leaves that out. Where the order of the steps matters the
// time is n·log n in their number, else it is linear.
func Diff(a, b history.Execution) Difference {
	d := Difference{A: a.Ref, B: b.Ref}
	before := State{Status: a.Status, Native: a.NativeStatus, Duration: elapsed(a.Started, a.Ended)}
	after := State{Status: b.Status, Native: b.NativeStatus, Duration: elapsed(b.Started, b.Ended)}
	if found := aspects(&before, &after, ended(a) && ended(b)); len(found) > 0 {
		d.Execution = &Change{Kind: Changed, Aspects: found, Before: &before, After: &after}
	}
	d.level("", a.Steps, b.Steps)
	return d
}

func ended(e history.Execution) bool { return !e.Started.IsZero() && !e.Ended.IsZero() }

// Ignore leaves out the differences of durations that are smaller than jitter, and the changes in which nothing else is
// different.
func (d Difference) Ignore(jitter time.Duration) Difference {
	var left []Change
	for _, c := range d.Steps {
		if c, ok := c.ignore(jitter); ok {
			left = append(left, c)
		}
	}
	d.Steps = left
	if d.Execution != nil {
		c, ok := d.Execution.ignore(jitter)
		d.Execution = &c
		if !ok {
			d.Execution = nil
		}
	}
	return d
}

// ignore returns the change without its duration if that differs by less than jitter, and whether anything is left of it.
func (c Change) ignore(jitter time.Duration) (Change, bool) {
	before, after := c.sides()
	if c.Kind != Changed || (after.Duration-before.Duration).Abs() >= jitter {
		return c, true
	}
	c.Aspects = slices.DeleteFunc(slices.Clone(c.Aspects), func(a Aspect) bool { return a == Duration })
	return c, len(c.Aspects) > 0
}

// level compares the steps beside each other in one step (or at the top) and, below each pair, the next level.
func (d *Difference) level(in Path, before, after []history.Step) {
	matched := match(before, after)
	moved := movedSteps(before, after, matched.ofAfter)
	next := 0 // the first of before that is not yet passed
	pass := func(end int) {
		for ; next < end; next++ {
			if matched.ofBefore[next] == none {
				d.whole(Removed, in, &before[next])
			}
		}
	}
	for i := range after {
		p := matched.ofAfter[i]
		if p == none {
			d.whole(Added, in, &after[i])
			continue
		}
		pass(p)
		d.pair(in, &before[p], &after[i], moved[i])
	}
	pass(len(before))
}

// pair reports what is different about a step that is in both executions, and about what is in it.
func (d *Difference) pair(in Path, a, b *history.Step, moved bool) {
	before, after := stateOf(a), stateOf(b)
	_, timedA := timed(a)
	_, timedB := timed(b)
	found := aspects(&before, &after, timedA && timedB)
	if moved {
		found = slices.Insert(found, 0, Order)
	}
	if len(found) > 0 {
		c := Change{Kind: Changed, Path: in.join(b.Name), StepKind: b.Kind, Aspects: found, Before: new(before), After: new(after)}
		d.Steps = append(d.Steps, c)
	}
	if len(a.Children)+len(b.Children) > 0 {
		d.level(in.join(b.Name), a.Children, b.Children)
	}
}

// whole reports a step that is in one execution only, with everything in it.
func (d *Difference) whole(kind ChangeKind, in Path, s *history.Step) {
	state, path := stateOf(s), in.join(s.Name)
	c := Change{Kind: kind, Path: path, StepKind: s.Kind, After: &state}
	if kind == Removed {
		c.Before, c.After = c.After, nil
	}
	d.Steps = append(d.Steps, c)
	for i := range s.Children {
		d.whole(kind, path, &s.Children[i])
	}
}

func stateOf(s *history.Step) State {
	duration, _ := timed(s)
	return State{ID: s.ID, Status: s.Status, Native: s.NativeStatus, Duration: duration, Attempts: len(s.Attempts), Failure: s.Failure}
}

// aspects compares two states; durations only if both are known.
func aspects(a, b *State, timed bool) []Aspect {
	var found []Aspect
	// A word that has no neutral meaning is all there is to compare.
	if a.Status != b.Status || a.Status == "" && a.Native != b.Native {
		found = append(found, Status)
	}
	if timed && a.Duration != b.Duration {
		found = append(found, Duration)
	}
	if a.Attempts != b.Attempts {
		found = append(found, Attempts)
	}
	if (a.Failure == nil) != (b.Failure == nil) || a.Failure != nil && a.Failure.Code != b.Failure.Code {
		found = append(found, Failure)
	}
	return found
}
