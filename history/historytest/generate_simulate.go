// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// simulation runs a flow in simulated time. Branches are run one after the other, each with a clock of its own; only
// then are their events put in order and numbered.
type simulation struct {
	rng     *rand.Rand
	variant Variant
	ref     history.Ref
	plan    flowPlan

	list  []*happening
	begin *happening // ExecutionStarted
	main  *lane
	end   *ending // how the execution ends, if a step says so
	blame *node   // the step that the execution failed by
}

// happening is an event with what the simulation knows about it.
type happening struct {
	history.Event
	cause *happening
	lane  *lane
	node  *node // nil for the execution's own events
	try   int   // index of the attempt, for task events

	input, output history.Detail   // as far as the detail tells
	failure       *history.Failure // as far as the detail tells

	goesOn *happening // where a failure that this is the event of was caught
}

// node is a step, branch or iteration.
type node struct {
	kind   history.StepKind
	name   string
	parent *node
	shows  []Construct
	goesOn *happening // where its failure was caught

	opened  *happening // StepEntered, BranchEntered, IterationEntered
	started *happening // StepStarted

	truth nodeTruth
}

// lane is a sequence of events that follow each other: the execution's own, or that of one branch.
type lane struct {
	now  time.Time
	last *happening
}

// ending is how a step ends the execution.
type ending struct {
	kind    history.EventType
	cause   *happening
	at      time.Time
	failure *history.Failure
	silent  bool // nothing but the cause says which step it was
}

// failure is that of a step that has failed, on its way to what catches it.
type failure struct {
	history.Failure
	known  *history.Failure // as far as the details tell
	last   *happening       // the last event of what has failed
	failed *happening       // its StepFailed
	events []*happening     // all StepFailed on the way
	final  bool             // the execution has ended
}

// run runs the flow to its end.
func (s *simulation) run(start time.Time) {
	s.main = &lane{now: start}
	input := s.value()
	s.begin = s.add(s.main, happening{
		Event: history.Event{Type: history.ExecutionStarted, Detail: s.inputDetail(input)},
		input: s.ifTold(input),
	}, nil)
	rest := func() int {
		used := len(s.list) + executionCost - 1
		if s.plan.last != nil {
			used += s.plan.last.cost()
		}
		return s.plan.size - used
	}
	for next := s.plan.next(rest()); next != nil; next = s.plan.next(rest()) {
		s.step(next, s.main, nil, false)
	}
	if s.plan.last != nil {
		if f := s.step(s.plan.last, s.main, nil, false); f != nil && !f.final {
			s.finish(history.ExecutionFailed, s.main, f.last, f.known)
		}
	}
	switch s.plan.end {
	case history.ExecutionTimedOut, history.ExecutionStopped:
		s.interrupt()
	default:
		if s.end == nil {
			s.finish(history.ExecutionSucceeded, s.main, s.main.last, nil)
		}
		s.terminate(*s.end)
	}
}

// add adds an event to a lane. opening is its cause where causes are openings; where they are what was before, it is
// the lane's last event.
func (s *simulation) add(l *lane, h happening, opening *happening) *happening {
	h.Ref, h.Time, h.lane = s.ref, l.now, l
	h.cause = l.last
	if s.variant.Causes == CauseIsOpening && opening != nil {
		h.cause = opening
	}
	s.list = append(s.list, &h)
	l.last = &h
	return &h
}

// pass lets less than so many milliseconds pass.
func (s *simulation) pass(l *lane, ms int) {
	l.now = l.now.Add(time.Duration(s.rng.IntN(ms)) * time.Millisecond)
}

// finish has the execution end with the lane's next event.
func (s *simulation) finish(kind history.EventType, l *lane, cause *happening, f *history.Failure) {
	s.pass(l, 20)
	s.end = &ending{kind: kind, cause: cause, at: l.now, failure: f}
}

// terminate ends the execution: what would have come later does not.
func (s *simulation) terminate(e ending) {
	s.order()
	s.list = slices.DeleteFunc(s.list, func(h *happening) bool { return h.Time.After(e.at) })
	h := &happening{
		Event:   history.Event{Ref: s.ref, Type: e.kind, Time: e.at},
		cause:   e.cause,
		failure: e.failure,
	}
	if s.variant.EndByStart && !e.silent {
		h.cause = s.begin
	}
	if e.kind == history.ExecutionSucceeded {
		output := s.value()
		h.Detail, h.output = s.outputDetail(output), s.ifTold(output)
	} else {
		h.Detail = s.failureDetail(e.failure)
	}
	s.list = append(s.list, h)
}

// order puts the events in order of time. Those of the same time stay as they were made: a cause before its effect.
func (s *simulation) order() {
	slices.SortStableFunc(s.list, func(a, b *happening) int { return a.Time.Compare(b.Time) })
}

// interrupt times the execution out or stops it, at an event in the last part of what would have been its history. It
// does not do so between a failure and what catches it: nothing would tell then what the execution ended by.
func (s *simulation) interrupt() {
	s.order()
	n := len(s.list)
	if !s.plan.filled {
		n -= s.rng.IntN(1 + 2*n/3)
	}
	for i := 0; i < n; i++ {
		if caught := s.list[i].goesOn; caught != nil {
			n = max(n, 1+slices.Index(s.list, caught))
		}
	}
	s.list = s.list[:n]
	last := s.list[n-1]
	e := ending{kind: s.plan.end, cause: s.begin, at: last.Time.Add(time.Duration(s.rng.IntN(1000)) * time.Millisecond)}
	for _, h := range s.list {
		if h.lane == s.main {
			e.cause = h
		}
	}
	if s.rng.IntN(2) == 0 { // StopExecution takes a reason, and need not be given one
		e.failure = s.ifToldFailure(history.Failure{Code: "CalledOff", Cause: "no longer needed"})
	}
	s.terminate(e)
}

// stopWatching takes events from the end, the terminal one at least.
func (s *simulation) stopWatching() {
	s.list = s.list[:1+s.rng.IntN(len(s.list)-1)]
	s.blame = nil
}

// generated numbers the events and tells the truth about them.
func (s *simulation) generated(seed uint64) Generated {
	for i, h := range s.list {
		h.ID = int64(i) + 1
		if h.cause != nil {
			h.Cause = h.cause.ID
		}
	}
	if s.variant.LostCauses {
		s.loseCauses()
	}
	g := Generated{Seed: seed, Variant: s.variant, Events: make([]history.Event, len(s.list))}
	for i, h := range s.list {
		g.Events[i] = h.Event
	}
	t := truth{execution: history.Execution{Ref: s.ref}, names: map[string]int{}, shows: constructSet{}, blame: s.blame}
	t.tell(s.list)
	g.Execution, g.RootCause, g.Open, g.Constructs = t.execution, t.cause, t.open, t.shows.list()
	return g
}

// loseCauses takes the cause from some events of steps and tasks, if only one open step has their name. Exits keep
// theirs: their step has ended already.
func (s *simulation) loseCauses() {
	open := map[string]int{}
	for _, h := range s.list {
		switch h.Type {
		case history.StepEntered:
			open[h.Step]++
			continue
		case history.StepExited:
			continue
		}
		scope := h.Type.Scope()
		if (scope == history.StepScope || scope == history.TaskScope) && open[h.Step] == 1 && s.rng.IntN(4) == 0 {
			h.Cause = 0
		}
		if h.Type == history.StepSucceeded || h.Type == history.StepFailed {
			open[h.Step]--
		}
	}
}

// latest is the event that came last; of several at the same time, the last in the list.
func latest(list []*happening) *happening {
	last := list[0]
	for _, h := range list {
		if !h.Time.Before(last.Time) {
			last = h
		}
	}
	return last
}
