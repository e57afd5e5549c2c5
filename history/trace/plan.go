// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"cmp"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/internal/ends"
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
	over := cmp.Or(e.Ended, latest(last, now))
	x := planner{untold: ends.Untold(e.Steps, over)}
	return x.part(period{cmp.Or(e.Started, first), over}, e.Ended.IsZero(), nil, e.Steps)
}

type planner struct {
	untold map[*history.Step]time.Time // ends of steps
}

// period is from when to when something was.
type period struct{ start, end time.Time }

// part makes up for what is not known of the steps in one. What has not begun is at the end of what it is in.
func (x planner) part(own period, unfinished bool, step *history.Step, children []history.Step) part {
	p := part{start: own.start, end: latest(own.start, own.end), unfinished: unfinished, step: step} // clocks of clouds step back, too
	if len(children) > 0 {
		p.children = make([]part, len(children))
	}
	for i := range children {
		child := &children[i]
		start := p.start
		if child.Status == history.Pending {
			start = p.end
		}
		inner := period{cmp.Or(child.Entered, child.Started, start), cmp.Or(child.Ended, x.untold[child])}
		p.children[i] = x.part(inner, child.Ended.IsZero(), child, child.Children)
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
