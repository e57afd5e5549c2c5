// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// attempt is one try of a task at work.
type attempt struct {
	node   *node
	index  int
	opener *happening // TaskScheduled, else TaskStarted, else the step's start
}

// task tries a task until an attempt succeeds or there are no tries left.
func (s *simulation) task(p *plannedStep, l *lane, n *node, caught bool) *failure {
	tries := p.tries
	if tries > 1 {
		tries = 1 + s.rng.IntN(tries)
	}
	f := failure{Failure: s.taskFailure()}
	for i := range tries {
		a := &attempt{node: n, index: i, opener: n.started}
		if i > 0 { // the back-off of the service: one second, doubled each time
			l.now = l.now.Add(time.Second << (i - 1))
		}
		outcome := history.TaskSucceeded
		if p.fails || i < tries-1 {
			outcome, f = s.setback()
		}
		value := s.try(a, l, outcome, f)
		if outcome == history.TaskSucceeded {
			s.succeed(l, n, value)
			return nil
		}
	}
	return s.fail(l, n, f, caught)
}

// setback draws how an attempt does not succeed.
func (s *simulation) setback() (history.EventType, failure) {
	outcomes := []history.EventType{history.TaskFailed, history.TaskFailed}
	if s.plan.allowed[SubmitFailure] {
		outcomes = append(outcomes, history.TaskSubmitFailed)
	}
	if s.plan.allowed[TaskTimeout] {
		outcomes = append(outcomes, history.TaskTimedOut)
	}
	outcome := pick(s.rng, outcomes)
	if outcome == history.TaskTimedOut {
		return outcome, failure{Failure: timeoutFailure()}
	}
	return outcome, failure{Failure: s.taskFailure()}
}

// try runs one attempt and returns its output, if it has one.
func (s *simulation) try(a *attempt, l *lane, outcome history.EventType, f failure) history.Detail {
	unscheduled := a.index > 0 && s.variant.UnscheduledRetries
	if !unscheduled {
		s.pass(l, 15)
		a.opener = s.taskEvent(a, l, history.TaskScheduled, happening{})
	}
	// Model: what cannot be submitted may not even have started.
	if unscheduled || outcome != history.TaskSubmitFailed || s.rng.IntN(2) == 0 {
		s.pass(l, 200)
		started := s.taskEvent(a, l, history.TaskStarted, happening{})
		if unscheduled {
			a.opener = started
		}
	}
	if s.plan.allowed[Callback] && outcome != history.TaskSubmitFailed && s.rng.IntN(4) == 0 {
		s.pass(l, 100)
		s.taskEvent(a, l, history.TaskSubmitted, happening{})
		s.pass(l, 600_000)
	}
	s.pass(l, 5_000)
	h := happening{}
	if outcome == history.TaskSucceeded {
		value := s.value()
		h.Detail, h.output = s.outputDetail(value), s.ifTold(value)
		s.taskEvent(a, l, outcome, h)
		return value
	}
	// A timeout may leave no detail, if the step's end tells what it was.
	if s.variant.Details != DetailsFull || outcome != history.TaskTimedOut || s.rng.IntN(2) == 0 {
		h.failure = s.ifToldFailure(f.Failure)
	}
	h.Detail = s.failureDetail(h.failure)
	s.taskEvent(a, l, outcome, h)
	return ""
}

func (s *simulation) taskEvent(a *attempt, l *lane, kind history.EventType, h happening) *happening {
	h.Type, h.Step, h.node, h.try = kind, a.node.name, a.node, a.index
	if h.Detail == "" {
		h.Detail = s.emptyDetail()
	}
	return s.add(l, h, a.opener)
}
