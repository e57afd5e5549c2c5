// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"cmp"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// part is an execution or a step of it with both its ends: a trace knows nothing without them.
type part struct {
	start, end time.Time
	unfinished bool          // end is a guess
	step       *history.Step // nil for the execution
	children   []part
}

// plan finds both ends of an execution and of all that is in it.
func plan(e *history.Execution, now time.Time) part {
	first, last := bounds(e)
	return newPart(period{cmp.Or(e.Started, first), e.Ended}, period{first, latest(last, now)}, nil, e.Steps)
}

// period is from when to when something was; either is zero when it is not known.
type period struct{ start, end time.Time }

// newPart fills in what is not known of a period from the one around it. What has not begun is at the end of that one.
func newPart(own, around period, step *history.Step, children []history.Step) part {
	start := around.start
	if step != nil && step.Status == history.Pending {
		start = around.end
	}
	p := part{start: cmp.Or(own.start, start), end: cmp.Or(own.end, around.end), unfinished: own.end.IsZero(), step: step}
	if p.end.Before(p.start) { // clocks of clouds step back, too
		p.end = p.start
	}
	if len(children) > 0 {
		p.children = make([]part, len(children))
	}
	for i := range children {
		child := &children[i]
		p.children[i] = newPart(period{cmp.Or(child.Entered, child.Started), child.Ended}, period{p.start, p.end}, child, child.Children)
	}
	return p
}

// bounds are the earliest and the latest time that an execution knows.
func bounds(e *history.Execution) (first, last time.Time) {
	see := func(times ...time.Time) {
		for _, t := range times {
			if !t.IsZero() && (first.IsZero() || t.Before(first)) {
				first = t
			}
			last = latest(last, t)
		}
	}
	see(e.Started, e.Ended, e.Updated)
	for _, s := range e.Walk() {
		see(s.Entered, s.Started, s.Ended)
		for _, a := range s.Attempts {
			see(a.Scheduled, a.Started, a.Ended)
		}
	}
	return first, last
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// unixNano is a time in nanoseconds since 1970, within what 64 bits hold: a trace has no others.
func unixNano(t time.Time) int64 {
	switch {
	case t.Before(time.Unix(0, 0)):
		return 0
	case t.Year() > 2261:
		return time.Date(2261, 12, 31, 23, 59, 59, 0, time.UTC).UnixNano()
	default:
		return t.UnixNano()
	}
}
