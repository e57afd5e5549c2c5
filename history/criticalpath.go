// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"slices"
	"time"
)

// CriticalPath is the steps that the execution's duration is made of: whatever else had been faster, it would have ended
// at the same time. On each level that is the step that ended last, the one that ended last before that began, and so
// on; of parallel branches therefore the slowest. The steps are in order of time, each before those in it that are on
// the path. A step that has not ended counts as the last; one without any time is left out.
//
// The pointers point into e.Steps.
func (e Execution) CriticalPath() []*Step { return criticalPath(e.Steps, nil) }

func criticalPath(level []Step, path []*Step) []*Step {
	for _, s := range criticalLevel(level) {
		path = criticalPath(s.Children, append(path, s))
	}
	return path
}

// criticalLevel is the path's steps of one level.
func criticalLevel(level []Step) []*Step {
	byEnd := make([]*Step, 0, len(level))
	for i := range level {
		if !level[i].began().IsZero() || !level[i].Ended.IsZero() {
			byEnd = append(byEnd, &level[i])
		}
	}
	slices.SortStableFunc(byEnd, func(a, b *Step) int {
		if a.Ended.IsZero() || b.Ended.IsZero() {
			return cmp.Compare(isOpen(a), isOpen(b))
		}
		return a.Ended.Compare(b.Ended)
	})
	var path []*Step
	var begin time.Time // of the earliest step of the path
	for _, s := range slices.Backward(byEnd) {
		if len(path) == 0 || !s.Ended.IsZero() && !s.Ended.After(begin) {
			path = append(path, s)
			if begin = s.began(); begin.IsZero() {
				begin = s.Ended
			}
		}
	}
	slices.Reverse(path)
	return path
}

// isOpen is 1 for a step that has not ended, else 0.
func isOpen(s *Step) int {
	if s.Ended.IsZero() {
		return 1
	}
	return 0
}

// began is when a step was entered, or if that is not known started.
func (s *Step) began() time.Time {
	if s.Entered.IsZero() {
		return s.Started
	}
	return s.Entered
}
