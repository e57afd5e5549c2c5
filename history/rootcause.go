// SPDX-License-Identifier: Apache-2.0

package history

import "slices"

// RootCause says why an execution did not succeed. Its pointers point into the execution's Steps.
type RootCause struct {
	// Status tells the reasons apart: Failed, TimedOut (of the execution as a whole) or Stopped.
	Status Status
	// Path leads from a step on top, through branches and iterations, to the step that the execution failed with. Of one
	// that timed out or was stopped it leads to what was under way then, through the first of several branches; it is
	// empty when nothing was.
	Path []*Step
	// Failure is what the last step of Path failed with, or where that says nothing a step above it or the execution
	// itself; of one that timed out or was stopped the reason for that. The zero value when the provider gave none.
	Failure Failure
	// Survived are the steps that succeeded after attempts that did not. They are not to blame.
	Survived []*Step
	// Caught are the steps that failed and after which another step went on. They are not to blame. What failed inside
	// such a step is not listed again.
	Caught []*Step
}

// RootCause finds the step to blame for an execution that did not succeed: the deepest of those that failed last, not
// the first that failed, since failures are retried and caught. It reports false when that cannot be told: the execution
// has not ended, or it succeeded, or it failed and no step that could explain it is in Steps. Survived and Caught are
// filled all the same.
func (e Execution) RootCause() (r RootCause, ok bool) {
	switch e.Status {
	case Failed:
		r.Path = failedPath(e.Steps)
		slices.Reverse(r.Path)
		ok = len(r.Path) > 0
	case TimedOut, Stopped:
		r.Path, ok = openPath(e.Steps), true
	}
	if ok {
		r.Status = e.Status
	}
	if ok {
		r.Failure = e.blamed(r.Path)
	}
	r.excuse(e.Steps)
	return r, ok
}

// blamed is the failure to tell of: of a failed execution that of its path, from the inside out; of one that was ended
// from outside the reason for that.
func (e Execution) blamed(path []*Step) Failure {
	reasons := []*Failure{e.Failure}
	for _, s := range path {
		reasons = append(reasons, s.Failure)
	}
	if e.Status == Failed {
		slices.Reverse(reasons)
	}
	for _, reason := range reasons {
		if reason != nil {
			return *reason
		}
	}
	return Failure{}
}

// failed reports whether a step, branch or iteration failed by itself or by its own time limit.
func (s *Step) failed() bool { return s.Status == Failed || s.Status == TimedOut }

// follows reports whether a step began when another one before it had ended.
func (s *Step) follows(before *Step) bool {
	return !before.Ended.IsZero() && !s.began().Before(before.Ended)
}

// uncaught is the last step of a level that failed and is not followed by another one, nil if there is none. Steps of a
// level follow each other; only of providers that know no branches (AOM) do they overlap.
func uncaught(level []Step) *Step {
	for i := len(level) - 1; i >= 0; i-- {
		if !level[i].failed() {
			continue
		}
		for j := i + 1; j < len(level); j++ {
			if level[j].follows(&level[i]) {
				return nil
			}
		}
		return &level[i]
	}
	return nil
}

// failedPath leads from the deepest failed step that explains why a level failed up to the level: a path that grows at its
// end costs no more for each step the deeper that is, and a source or an archive may send any depth.
func failedPath(level []Step) []*Step {
	s := uncaught(level)
	if s == nil {
		return nil
	}
	return append(failedBelow(s), s)
}

// failedBelow is the part of the path below a failed step: of several failed branches the one with the step's own
// failure, else the one that failed last.
func failedBelow(s *Step) (path []*Step) {
	if len(s.Children) > 0 && s.Children[0].Kind == StepNode {
		return failedPath(s.Children)
	}
	for i := range s.Children {
		part := &s.Children[i]
		if !part.failed() {
			continue
		}
		below := failedPath(part.Children)
		if len(below) == 0 {
			continue
		}
		if path == nil || blames(s, below) && !blames(s, path) || blames(s, below) == blames(s, path) && laterFailure(below, path) {
			path = append(below, part)
		}
	}
	return path
}

// blames reports whether a step failed with what the deepest step of a path failed with.
func blames(s *Step, path []*Step) bool {
	return s.Failure != nil && path[0].Failure != nil && *s.Failure == *path[0].Failure
}

func laterFailure(a, b []*Step) bool { return a[0].LastEvent > b[0].LastEvent }

// openPath leads to the deepest step that the end of the execution cut off; of several branches the first.
func openPath(level []Step) (path []*Step) {
	for i := 0; i < len(level); i++ {
		if s := &level[i]; s.Ended.IsZero() {
			path, level, i = append(path, s), s.Children, -1
		}
	}
	return path
}

// excuse lists the steps whose failure did no harm.
func (r *RootCause) excuse(level []Step) {
	for i := range level {
		s := &level[i]
		if s.Kind == StepNode {
			switch {
			case s.Status == Succeeded && s.retried():
				r.Survived = append(r.Survived, s)
			case s.failed() && i+1 < len(level) && level[i+1].follows(s):
				r.Caught = append(r.Caught, s)
			}
		}
		r.excuse(s.Children)
	}
}

// retried reports whether an attempt did not succeed.
func (s *Step) retried() bool {
	for _, a := range s.Attempts {
		if a.Status == Failed || a.Status == TimedOut {
			return true
		}
	}
	return false
}
