// SPDX-License-Identifier: Apache-2.0

package history

// task is an event of a step's task.
func (f *Folder) task(e *Event, kind events) *node {
	n, sure := f.stepOf(e, kind)
	if n == nil {
		return f.unplaced(e)
	}
	f.guessed(n, e, sure)
	a := f.tryOf(n, e, kind)
	n.retried = true
	switch kind {
	case attemptScheduled:
		a.scheduled.fill(f.now)
	case attemptStarted:
		a.started.fill(f.now)
	case attemptEnded:
		f.endAttempt(n, a, e)
	}
	if n.attemptSeen.add(kind) {
		f.owners.set(e.ID, n.place)
	} else {
		f.link(n, e)
	}
	f.extend(n, e)
	return n
}

// endAttempt ends a step's attempt.
func (f *Folder) endAttempt(n *node, a *attempt, e *Event) {
	a.ended = f.now
	switch e.Type {
	case TaskSucceeded:
		a.status = statusSucceeded
		if n.final {
			break
		}
		if out := detailValue(e.Detail, "output"); out != "" || n.texts != 0 {
			f.texts.ensure(&n.texts).output = out
		}
	case TaskTimedOut:
		a.status, a.failure = statusTimedOut, f.failure(e)
	default:
		a.status, a.failure = statusFailed, f.failure(e)
	}
}

// attempt is an Attempt that is being folded. It has no pointers, as nodes have none.
type attempt struct {
	scheduled, started, ended instant

	before  int32 // the one before it, in Folder.attempts; 0 if it is the first
	failure int32 // in Folder.failures
	status  nodeStatus
}

// tryOf is the attempt that an event belongs to: the last one, or a new one if the event begins one.
func (f *Folder) tryOf(n *node, e *Event, kind events) *attempt {
	switch {
	case n.attempt == 0:
	case n.late(e) && !n.attemptSeen.has(kind), kind != attemptScheduled && !n.attemptSeen.has(attemptEnded):
		return &f.attempts[n.attempt]
	}
	n.attemptSeen = 0
	return f.addAttempt(n)
}

// addAttempt begins another attempt.
func (f *Folder) addAttempt(n *node) *attempt {
	before := n.attempt
	n.attempt = 0
	a := f.attempts.ensure(&n.attempt)
	a.before, a.status = before, statusRunning
	n.attempts++
	return a
}
