// SPDX-License-Identifier: Apache-2.0

package history

// task is an event of a step's task.
func (f *Folder) task(e *Event, kind events) *node {
	n, sure := f.stepOf(e, kind)
	if n == nil {
		return f.unplaced(e)
	}
	f.guessed(n, e, sure)
	a := f.tried(n, e, kind)
	switch kind {
	case attemptScheduled:
		setTime(&a.Scheduled, e)
	case attemptStarted:
		setTime(&a.Started, e)
	case attemptEnded:
		f.endAttempt(n, a, e)
	}
	if n.attemptSeen.add(kind) {
		f.owners.set(e.ID, n)
	} else {
		f.link(n, e)
	}
	f.extend(n, e)
	return n
}

// endAttempt ends a step's attempt.
func (f *Folder) endAttempt(n *node, a *Attempt, e *Event) {
	a.Ended = timeOf(e)
	switch e.Type {
	case TaskSucceeded:
		a.Status = Succeeded
		if !n.final {
			n.output = detailValue(e.Detail, "output")
		}
	case TaskTimedOut:
		a.Status, a.Failure = TimedOut, f.failure(e)
	default:
		a.Status, a.Failure = Failed, f.failure(e)
	}
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
	n.attempts = f.attempts.grow(n.attempts)
	n.attemptSeen = 0
	a = n.attempt()
	a.Status = Running
	return a
}

// attempt is the last attempt, to be changed; nil if there is none.
func (n *node) attempt() *Attempt {
	k := len(n.attempts)
	if k == 0 {
		return nil
	}
	if n.shared {
		// Not from the slab: in a live view many such copies are made, and one that is kept would keep the others.
		n.attempts = append(make([]Attempt, 0, k+1), n.attempts...)
		n.shared = false
	}
	return &n.attempts[k-1]
}
