// SPDX-License-Identifier: Apache-2.0

package render

import (
	"cmp"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/internal/ends"
)

// timeline is an execution with what is needed to draw it in proportion to time.
type timeline struct {
	exec       history.Execution
	begin, end time.Time // what there is to draw; both zero when nothing has a time
	now        time.Time // up to which what has not ended is drawn
	told       bool      // it goes on, and somebody says what time it is; else now is the latest time that is known
	cause      history.RootCause
	found      bool                        // there is a cause
	blamed     map[*history.Step]bool      // the steps of its path
	ends       map[*history.Step]time.Time // of steps that have ended, although nothing says when: ends.Untold
	counts     counts
}

// counts are the numbers of a whole execution. Branches and iterations are no steps of their own here, and a step that
// failed only because another one in it did is not counted again.
type counts struct {
	steps, failed, retries int
}

// newTimeline looks at all times once. A zero now means the latest of them; so does one that lies before it, since what
// has happened has to be on the picture.
func newTimeline(e history.Execution, now time.Time) *timeline {
	t := &timeline{exec: e, blamed: map[*history.Step]bool{}, ends: ends.Untold(e.Steps, e.Ended)}
	for _, at := range []time.Time{e.Started, e.Ended} {
		t.include(at)
	}
	for _, s := range e.Walk() {
		t.include(s.Entered)
		t.include(s.Started)
		t.include(s.Ended)
		for _, a := range s.Attempts {
			t.include(a.Scheduled)
			t.include(a.Started)
			t.include(a.Ended)
		}
		t.counts.add(s)
	}
	t.now, t.told = t.end, !e.Status.Terminal() && !now.IsZero()
	if t.told && now.After(t.end) && !t.begin.IsZero() {
		t.now, t.end = now, now
	}
	t.cause, t.found = e.RootCause()
	for _, s := range t.cause.Path {
		t.blamed[s] = true
	}
	return t
}

func (t *timeline) include(at time.Time) {
	if at.IsZero() {
		return
	}
	if t.begin.IsZero() || at.Before(t.begin) {
		t.begin = at
	}
	if at.After(t.end) {
		t.end = at
	}
}

func (c *counts) add(s *history.Step) {
	c.retries += max(0, len(s.Attempts)-1)
	if s.Kind != history.StepNode {
		return
	}
	c.steps++
	if failed(s.Status) && !failedInside(s) {
		c.failed++
	}
}

// failedInside reports whether something that a step is made of failed.
func failedInside(s *history.Step) bool {
	for i := range s.Children {
		if failed(s.Children[i].Status) {
			return true
		}
	}
	return false
}

func failed(s history.Status) bool { return s == history.Failed || s == history.TimedOut }

// duration is how long the execution took, or has taken until now.
func (t *timeline) duration() time.Duration {
	from, until := t.exec.Started, t.exec.Ended
	if from.IsZero() {
		from = t.begin
	}
	if until.IsZero() {
		until = t.now
	}
	return max(0, until.Sub(from))
}

// span is a stretch of time; both ends are zero when it is not known where it begins.
type span struct{ from, until time.Time }

func (s span) known() bool             { return !s.from.IsZero() }
func (s span) duration() time.Duration { return s.until.Sub(s.from) }

// reach is from when a step was scheduled to its end. One that has no end lasts until now.
func (t *timeline) reach(s *history.Step) span {
	from := s.Entered
	if from.IsZero() {
		from = s.Started
	}
	if from.IsZero() && !s.Ended.IsZero() {
		from = s.Ended
	}
	if from.IsZero() {
		return span{}
	}
	return span{from, t.until(cmp.Or(s.Ended, t.ends[s]), from)}
}

// open reports whether nothing says when a step ended, or that it did.
func (t *timeline) open(s *history.Step) bool { return s.Ended.IsZero() && t.ends[s].IsZero() }

// until is an end that may not have come, and does not lie before its beginning.
func (t *timeline) until(end, from time.Time) time.Time {
	if end.IsZero() {
		end = t.now
		if !t.exec.Ended.IsZero() {
			end = t.exec.Ended
		}
	}
	if end.Before(from) { // clocks go backwards in what providers send
		return from
	}
	return end
}

// phase is what a step does in a part of its time.
type phase string

const (
	waiting phase = "wait" // scheduled and not started, or between two attempts
	working phase = "run"
	failing phase = "fail" // an attempt that did not succeed
	around  phase = "hold" // the time of a step that has others in it: they do the work
)

// segment is a part of a step's bar.
type segment struct {
	phase phase
	span
}

// segments cut a step's reach into what it did, in order and without gaps.
func (t *timeline) segments(s *history.Step) []segment {
	whole := t.reach(s)
	if !whole.known() {
		return nil
	}
	b := bar{whole: whole, at: whole.from}
	work := working
	switch {
	case len(s.Children) > 0 || s.Kind != history.StepNode:
		work = around
	case failed(s.Status):
		work = failing
	}
	switch {
	case s.Started.After(whole.from):
		b.add(waiting, s.Started)
	case s.Started.IsZero() && s.Kind == history.StepNode && s.Ended.IsZero():
		b.add(waiting, whole.until)
	}
	if len(s.Attempts) > 1 {
		t.attempts(&b, s.Attempts)
	}
	b.add(work, whole.until)
	return b.segments
}

// attempts adds each try, and the waiting in front of it.
func (t *timeline) attempts(b *bar, attempts []history.Attempt) {
	for i, a := range attempts {
		from := a.Scheduled
		if from.IsZero() {
			from = a.Started
		}
		if from.IsZero() {
			continue
		}
		if i > 0 {
			b.add(waiting, from)
		}
		end := a.Ended
		if end.IsZero() && i < len(attempts)-1 {
			continue // nobody knows; the next one shows that there was an end
		}
		kind := working
		if failed(a.Status) {
			kind = failing
		}
		b.add(kind, t.until(end, from))
	}
}

// bar is a step's bar on its way from left to right.
type bar struct {
	whole    span
	at       time.Time
	segments []segment
}

// add goes on to a time. Nothing reaches beyond the step's own end.
func (b *bar) add(p phase, until time.Time) {
	if until.After(b.whole.until) {
		until = b.whole.until
	}
	if n := len(b.segments); n > 0 && b.segments[n-1].phase == p && until.After(b.at) {
		b.segments[n-1].until, b.at = until, until
		return
	}
	if until.After(b.at) || len(b.segments) == 0 && until.Equal(b.whole.until) {
		b.segments = append(b.segments, segment{p, span{b.at, until}})
		b.at = until
	}
}
