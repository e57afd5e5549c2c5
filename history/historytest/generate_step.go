// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// steps runs steps one after the other, until one fails and nothing here catches it. caught says whether something
// further out would.
func (s *simulation) steps(steps []*plannedStep, l *lane, parent *node, caught bool) *failure {
	for _, p := range steps {
		if f := s.step(p, l, parent, caught); f != nil || s.over(l) {
			return f
		}
	}
	return nil
}

// over reports whether a step in this lane has ended the execution.
func (s *simulation) over(l *lane) bool { return s.end != nil && !l.now.Before(s.end.at) }

// step runs one step, and what goes on after it if it fails.
func (s *simulation) step(p *plannedStep, l *lane, parent *node, caught bool) *failure {
	if p.kind == Loop {
		return s.loop(p, l, parent, caught)
	}
	n := s.enter(p, l, parent)
	f := s.work(p, l, n, caught || p.target != nil)
	if f == nil || f.final || p.target == nil {
		return f
	}
	// What goes on is caused by the failure, not by what happened in between.
	l.last = f.last
	if !s.variant.CatchAfterExit {
		l.last = f.failed
	}
	before := len(s.list)
	out := s.step(p.target, l, parent, caught)
	n.goesOn = s.list[before]
	for _, h := range f.events {
		h.goesOn = n.goesOn
	}
	return out
}

// work does what a step is there for, and ends it.
func (s *simulation) work(p *plannedStep, l *lane, n *node, caught bool) *failure {
	switch p.kind {
	case Task:
		return s.task(p, l, n, caught)
	case Parallel:
		return s.fanOut(p, l, n, history.BranchNode, caught)
	case Foreach:
		return s.fanOut(p, l, n, history.IterationNode, caught)
	case Choice:
		return s.choice(p, l, n, caught)
	case Succeed, Fail:
		return s.last(p, l, n)
	case Wait:
		l.now = l.now.Add(time.Second)
		s.pass(l, 3_600_000)
	}
	s.succeed(l, n, "")
	return nil
}

// enter opens a step.
func (s *simulation) enter(p *plannedStep, l *lane, parent *node) *node {
	n := &node{kind: history.StepNode, name: p.name, parent: parent, shows: []Construct{p.kind}}
	if p.kind == Loop {
		n.shows = []Construct{Loop, Choice}
	}
	s.pass(l, 20)
	input := s.value()
	entered := happening{node: n, Event: history.Event{Type: history.StepEntered, Step: n.name}}
	switch {
	case s.variant.Details == DetailsFull && s.rng.IntN(10) > 0:
		entered.Detail, entered.input = enteredDetail(input), input
	default:
		entered.Detail = s.emptyDetail()
	}
	n.opened = s.add(l, entered, l.last)
	s.pass(l, 15)
	n.started = s.add(l, happening{
		node: n, input: s.ifTold(input),
		Event: history.Event{Type: history.StepStarted, Step: n.name, Detail: s.inputDetail(input)},
	}, n.opened)
	return n
}

// succeed ends a step. value is its output, "" for one that is drawn.
func (s *simulation) succeed(l *lane, n *node, value history.Detail) {
	if value == "" {
		value = s.value()
	}
	h := happening{node: n, Event: history.Event{Type: history.StepSucceeded, Step: n.name, Detail: s.emptyDetail()}}
	local := s.emptyDetail()
	if s.variant.Details == DetailsFull {
		h.Detail, h.output = s.outputDetail(value), value
		local = localDetail(value)
	}
	s.pass(l, 20)
	s.add(l, h, n.opened)
	s.exit(l, n, local)
}

func (s *simulation) exit(l *lane, n *node, detail history.Detail) {
	s.pass(l, 10)
	s.add(l, happening{node: n, Event: history.Event{Type: history.StepExited, Step: n.name, Detail: detail}}, n.opened)
}

// fail ends a step that has failed. If nothing catches it and failures do not climb, the execution ends with it.
func (s *simulation) fail(l *lane, n *node, f failure, caught bool) *failure {
	h := happening{node: n, Event: history.Event{Type: history.StepFailed, Step: n.name, Detail: s.emptyDetail()}}
	if s.variant.Details == DetailsFull {
		h.failure = &f.Failure
		h.Detail = s.failureDetail(h.failure)
		f.known = h.failure
	}
	s.pass(l, 20)
	f.failed = s.add(l, h, n.opened)
	f.events = append(f.events, f.failed)
	if s.variant.ExitAfterFailure {
		s.exit(l, n, s.emptyDetail())
	}
	f.last = l.last
	if !caught && s.blame == nil {
		s.blame = n
	}
	if !caught && !s.variant.Climb {
		s.finish(history.ExecutionFailed, l, f.last, f.known)
		f.final = true
	}
	return &f
}

// last is a step that ends the execution.
func (s *simulation) last(p *plannedStep, l *lane, n *node) *failure {
	kind, known := history.ExecutionSucceeded, (*history.Failure)(nil)
	switch {
	case p.kind == Fail && s.variant.SilentEnd:
		kind, s.blame = history.ExecutionFailed, n
	case p.kind == Fail:
		f := s.fail(l, n, failure{Failure: s.flowFailure()}, true)
		kind, s.blame, known = history.ExecutionFailed, n, f.known
	case !s.variant.SilentEnd:
		s.succeed(l, n, "")
	}
	s.finish(kind, l, l.last, known)
	s.end.silent = s.variant.SilentEnd
	return &failure{final: true}
}

// choice runs a choice with what it chooses, inside or behind it.
func (s *simulation) choice(p *plannedStep, l *lane, n *node, caught bool) *failure {
	body := slices.Concat(p.bodies...)
	if !s.variant.NestedChoice {
		s.succeed(l, n, "")
		return s.steps(body, l, n.parent, caught)
	}
	f := s.steps(body, l, n, caught)
	switch {
	case f == nil:
		s.succeed(l, n, "")
		return nil
	case f.final || !s.variant.Climb:
		return f
	}
	return s.fail(l, n, *f, caught)
}

// loop runs steps again and again, with a choice behind them that goes back, at last on.
func (s *simulation) loop(p *plannedStep, l *lane, parent *node, caught bool) *failure {
	for range p.turns {
		if f := s.steps(p.bodies[0], l, parent, caught); f != nil {
			return f
		}
		s.succeed(l, s.enter(p, l, parent), "")
	}
	return nil
}
