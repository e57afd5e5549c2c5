// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// each visits every step of a tree, parents before children.
func each(steps []history.Step, visit func(*history.Step)) {
	for i := range steps {
		visit(&steps[i])
		each(steps[i].Children, visit)
	}
}

func isLeaf(s *history.Step) bool { return len(s.Children) == 0 }

// elapsed is the time between two instants, 0 if one is missing or they are the wrong way round.
func elapsed(from, to time.Time) time.Duration {
	if from.IsZero() || to.IsZero() {
		return 0
	}
	return max(0, to.Sub(from))
}

// timed is all of a step's time, and whether both of its ends are known.
func timed(s *history.Step) (time.Duration, bool) {
	begin := earliest(s)
	return elapsed(begin, s.Ended), !begin.IsZero() && !s.Ended.IsZero()
}

// earliest is when a step was first seen: entered or, where that is not known, started.
func earliest(s *history.Step) time.Time {
	if s.Entered.IsZero() {
		return s.Started
	}
	return s.Entered
}

// failed reports whether a status is an end that nobody wanted. Stopped is not: somebody wanted it.
func failed(s history.Status) bool { return s == history.Failed || s == history.TimedOut }

// retries is how many attempts a step made after its first.
func retries(s *history.Step) int { return max(0, len(s.Attempts)-1) }
