// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"slices"
	"time"
)

// Append adds events to the history of an execution. A terminal event ends it, with
// the status it names, its time, and its output when its detail has one. A missing
// execution is made, as one that runs since the first event.
func (s *Server) Append(flow, execution string, events ...Event) {
	now := s.opts.Now()
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	e := s.store.execution(flow, execution)
	last := int64(0)
	if n := len(e.Events); n > 0 {
		last = e.Events[n-1].ID
	}
	// Answers in flight may still hold the old list, so that it is copied and never
	// written to.
	e.Events = slices.Concat(e.Events, number(events, last, now))
	slices.SortStableFunc(e.Events, byID)
	if _, ended := e.terminal(); ended && e.Stopped.IsZero() {
		e.Status = ""
	}
	e.complete()
	if e.Started.IsZero() {
		e.Started = now
	}
}

// at returns what can be seen of e at a time, and false when it has not begun. Only
// a Live execution changes.
func (e Execution) at(now time.Time) (Execution, bool) {
	if !e.Live {
		return e, true
	}
	if e.Started.After(now) {
		return Execution{}, false
	}
	// Events appear in order of ID, so that one with a later time holds back those
	// behind it.
	n := slices.IndexFunc(e.Events, func(v Event) bool { return v.Time.After(now) })
	if n >= 0 {
		e.Events = e.Events[:n]
	}
	_, ended := e.terminal()
	if !ended && (n >= 0 || e.Stopped.IsZero() || e.Stopped.After(now)) {
		e.Status, e.Stopped, e.Output, e.ExternalOutputURI = StatusRunning, time.Time{}, "", ""
	}
	return e, true
}

// hasEnded reports whether the execution will not change any more.
func (e Execution) hasEnded() bool {
	return e.Status != "" && e.Status != StatusStarting && e.Status != StatusRunning
}
