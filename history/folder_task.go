// SPDX-License-Identifier: Apache-2.0

package history

// task is an event of a step's task.
func (f *Folder) task(e *Event) *node {
	n, sure := f.stepOf(e, func(n *node) bool { return !n.ended() || n.late(e) })
	if n == nil {
		return f.unplaced(e)
	}
	f.guessed(n, e, sure)
	kind := tasks(e.Type)
	a := f.tried(n, e, kind)
	switch e.Type {
	case TaskScheduled:
		setTime(&a.Scheduled, e)
	case TaskStarted:
		setTime(&a.Started, e)
	case TaskSucceeded:
		a.Status, a.Ended = Succeeded, e.Time
		if !n.output {
			n.step.Output = detailValue(e.Detail, "output")
		}
	case TaskFailed, TaskSubmitFailed:
		a.Status, a.Ended, a.Failure = Failed, e.Time, failureOf(e)
	case TaskTimedOut:
		a.Status, a.Ended, a.Failure = TimedOut, e.Time, failureOf(e)
	}
	if n.attemptSeen.add(kind) {
		f.owners[e.ID] = n
	} else {
		f.link(n, e)
	}
	f.extend(n, e)
	return n
}

// tried is the attempt that an event belongs to: the last one, or a new one if the event begins one.
func (f *Folder) tried(n *node, e *Event, kind events) *Attempt {
	a := n.attempt()
	switch {
	case a == nil:
	case n.late(e) && !n.attemptSeen.has(kind):
		return a
	case kind != attemptScheduled && !n.attemptSeen.has(attemptEnded):
		return a
	}
	if a == nil || cap(n.step.Attempts) == 0 {
		n.step.Attempts = make([]Attempt, 0, 1)
	}
	n.step.Attempts = append(n.step.Attempts, Attempt{Status: Running})
	n.attemptSeen = 0
	return &n.step.Attempts[len(n.step.Attempts)-1]
}

func tasks(t EventType) events {
	switch t {
	case TaskScheduled:
		return attemptScheduled
	case TaskStarted:
		return attemptStarted
	case TaskSubmitted:
		return attemptSubmitted
	}
	return attemptEnded
}
