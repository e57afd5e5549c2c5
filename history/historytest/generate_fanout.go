// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// fan is a parallel or foreach step at work.
type fan struct {
	node   *node
	from   int // where in the list its branches begin
	caught bool

	exits []*happening
	ended time.Time // when the last of the branches did
	first *failure  // of the branch that failed
	at    time.Time // when it did
}

// fanOut runs the bodies of a parallel or foreach step, each in a lane of its own, and joins them.
func (s *simulation) fanOut(p *plannedStep, l *lane, n *node, kind history.StepKind, caught bool) *failure {
	f := fan{node: n, from: len(s.list), caught: caught, ended: l.now}
	start := l.now
	for _, body := range p.bodies {
		branch := &lane{now: start, last: l.last}
		s.pass(branch, 10)
		s.branch(&f, body, branch, kind)
		if s.variant.Sequential {
			start = branch.now.Add(time.Millisecond)
		}
	}
	switch {
	case f.first == nil:
		l.now = f.ended
		l.last = s.join(&f)
		s.succeed(l, n, "")
		return nil
	case f.first.final:
		return f.first
	}
	l.now = f.ended
	if s.variant.FailFast {
		l.now = f.at
		s.abandon(f.from, f.at)
	}
	l.last = f.first.last
	if s.variant.Join == JoinStart {
		l.last = n.started
	}
	return s.fail(l, n, *f.first, caught)
}

// branch runs one branch or iteration.
//
// Model: the details of its events hold nothing. No document shows one.
func (s *simulation) branch(f *fan, body []*plannedStep, l *lane, kind history.StepKind) {
	entered, exited := history.BranchEntered, history.BranchExited
	if kind == history.IterationNode {
		entered, exited = history.IterationEntered, history.IterationExited
	}
	b := &node{kind: kind, name: f.node.name, parent: f.node}
	shown := f.node.name
	if s.variant.Unnamed {
		shown = ""
	}
	b.opened = s.add(l, happening{node: b, Event: history.Event{Type: entered, Step: shown, Detail: s.emptyDetail()}}, f.node.started)
	failed := s.steps(body, l, b, f.caught)
	if failed == nil || s.variant.Climb && !failed.final {
		s.pass(l, 10)
		exit := s.add(l, happening{node: b, Event: history.Event{Type: exited, Step: shown, Detail: s.emptyDetail()}}, b.opened)
		f.exits = append(f.exits, exit)
		if failed != nil {
			failed.last = exit
		}
	}
	if failed != nil {
		f.first, f.at = failed, l.now
	}
	if l.now.After(f.ended) {
		f.ended = l.now
	}
}

// join is the event that a step's end has as its cause.
func (s *simulation) join(f *fan) *happening {
	switch {
	case len(f.exits) == 0 || s.variant.Join == JoinStart:
		return f.node.started
	case s.variant.Join == JoinAny:
		return pick(s.rng, f.exits)
	}
	return latest(f.exits)
}

// abandon takes out what the branches would have done later.
func (s *simulation) abandon(from int, at time.Time) {
	inside := slices.DeleteFunc(s.list[from:], func(h *happening) bool { return h.Time.After(at) })
	s.list = s.list[:from+len(inside)]
}
