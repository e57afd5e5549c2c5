// SPDX-License-Identifier: Apache-2.0

// Package ends finds when steps ended that nobody told the end of, so that pictures and traces say the same.
package ends

import (
	"cmp"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Untold are the ends of steps, and of all that is in them, that have none of their own, by step: a branch or iteration that
// failed ended with the last step in it, and whatever else is open when what it is in ends, at over, ended then. But no step
// ended before the last thing that is known of it, its attempts and what is in it included. A zero over says that what the
// steps are in goes on; what has no end then is missing.
func Untold(steps []history.Step, over time.Time) map[*history.Step]time.Time {
	ends := finder{}
	for i := range steps {
		ends.see(&steps[i])
	}
	ends.close(steps, over)
	return ends
}

// finder has of steps without an end what is known last, and later their ends.
type finder map[*history.Step]time.Time

// see returns the latest time that is known of a step and of what is in it.
func (f finder) see(s *history.Step) time.Time {
	last := latest(s.Entered, s.Started, s.Ended)
	for i := range s.Attempts {
		a := &s.Attempts[i]
		last = latest(last, a.Scheduled, a.Started, a.Ended)
	}
	for i := range s.Children {
		last = latest(last, f.see(&s.Children[i]))
	}
	if s.Ended.IsZero() {
		f[s] = last
	}
	return last
}

func (f finder) close(steps []history.Step, over time.Time) {
	for i := range steps {
		s := &steps[i]
		end := s.Ended
		if end.IsZero() {
			end = over
			if n := len(s.Children); n > 0 && s.Kind != history.StepNode && failed(s.Status) {
				end = cmp.Or(s.Children[n-1].Ended, over)
			}
			if end.IsZero() {
				delete(f, s)
			} else {
				end = latest(end, f[s])
				f[s] = end
			}
		}
		f.close(s.Children, end)
	}
}

func failed(s history.Status) bool { return s == history.Failed || s == history.TimedOut }

func latest(first time.Time, others ...time.Time) time.Time {
	for _, t := range others {
		if t.After(first) {
			first = t
		}
	}
	return first
}
