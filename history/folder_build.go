// SPDX-License-Identifier: Apache-2.0

package history

import "slices"

// Execution is what the events so far tell. It costs what changed since the last call and, on each level above that, the
// number of steps there; once more the number of all steps when the execution ends. What it returns does not change later;
// treat it as read-only, it shares memory with what other calls return.
//
// Before the first event it has nothing but the Diagnostic missing_start.
func (f *Folder) Execution() Execution {
	e := f.run
	if f.begun {
		if f.unnamed {
			f.rename()
		}
		if f.terminal != nil {
			f.findCulprit()
		}
		if f.whole {
			f.newSteps.prepare(len(f.nodes.all()) - 1) // all but the root
		}
		if !f.shown {
			f.newAttempts.prepare(len(f.attempts) - 1) // later, few of them are not told already
		}
		f.build(f.root, "")
		f.newSteps, f.newAttempts = room[Step]{}, room[Attempt]{}
		f.shown, f.whole = true, false
		e.Steps = f.built[f.root.built]
	}
	e.Diagnostics = f.diagnostics()
	return e
}

// build brings what a node with an ID has up to date, and the Steps of its children.
func (f *Folder) build(n *node, id string) {
	if !n.dirty {
		return
	}
	n.dirty = false
	if n.children == 0 {
		return
	}
	f.sort(n)
	before := f.built[n.built] // in somebody's hands
	steps := f.newSteps.take(n.children)
	for i, c := 0, f.node(n.first); c != nil; i, c = i+1, f.node(c.next) {
		s := &steps[i]
		if i < len(before) {
			s.ID = before[i].ID
		} else {
			s.ID = f.idIn(c, id)
		}
		f.build(c, s.ID)
		f.tell(c, s)
	}
	*f.built.ensure(&n.built) = steps
}

// tell writes the Step of a node that is built; before, that has nothing but its ID. It assigns one field after the other,
// and most of those with pointers only if there is something: to assign a whole Step takes longer while the garbage
// collector is at work.
func (f *Folder) tell(n *node, s *Step) {
	s.Name, s.Kind, s.Status = f.names.of(n).text, n.kind.stepKind(), f.status(n)
	s.Entered, s.Started, s.Ended = n.times.entered.time(), n.times.started.time(), n.times.ended.time()
	s.FirstEvent, s.LastEvent = n.firstEvent, n.lastEvent
	if n.texts != 0 {
		said := &f.texts[n.texts]
		s.Input, s.Output, s.NativeStatus = said.input, said.output, said.native
	}
	if n.attempts > 0 {
		s.Attempts = f.attemptsOf(n)
	}
	if n.built != 0 {
		s.Children = f.built[n.built]
	}
	if failure := f.failureOf(n); failure != 0 {
		s.Failure = f.failures[failure]
	}
}

// status is a node's status; of a part its children must be built.
func (f *Folder) status(n *node) Status {
	switch {
	case n.told:
		return n.status.status()
	case n.seen.has(ownFailed):
		if f.attempts[n.attempt].status == statusTimedOut {
			return TimedOut
		}
		return Failed
	case n.seen.has(ownSucceeded):
		return Succeeded
	case !n.seen.has(ownExited):
		return f.cutOff(n)
	case n.isStep():
		return ""
	}
	steps := f.built[n.built]
	if last := len(steps) - 1; last >= 0 && (steps[last].Status == Failed || steps[last].Status == TimedOut) {
		return steps[last].Status
	}
	return Succeeded
}

// cutOff is the status of what did not end by itself.
func (f *Folder) cutOff(n *node) Status {
	switch {
	case f.terminal == nil:
		return Running
	case f.run.Status == TimedOut, f.run.Status == Failed && n.culprit:
		return f.run.Status
	}
	return Stopped
}

// attemptsOf are a node's attempts. As long as they do not change, they are the same in all that is returned from the second
// time on; most often there is no second time.
func (f *Folder) attemptsOf(n *node) []Attempt {
	if !f.shown {
		return f.tellAttempts(n)
	}
	told := f.tried.ensure(&n.tried)
	if n.retried {
		n.retried, *told = false, f.tellAttempts(n)
	}
	return *told
}

// tellAttempts makes a node's attempts. Those that did not end have the status of what was cut off.
func (f *Folder) tellAttempts(n *node) []Attempt {
	attempts := f.newAttempts.take(n.attempts)
	k := n.attempt
	for i := range slices.Backward(attempts) {
		a, to := &f.attempts[k], &attempts[i]
		to.Scheduled, to.Started, to.Ended = a.scheduled.time(), a.started.time(), a.ended.time()
		if to.Status = a.status.status(); a.status == statusRunning {
			to.Status = f.cutOff(n)
		}
		if a.failure != 0 {
			to.Failure = f.failures[a.failure]
		}
		if n.told && a.before == 0 {
			to.InvocationID = f.texts[n.texts].invocation
		}
		k = a.before
	}
	return attempts
}

// failureOf is what a node failed with; where its own events do not say so, as its last attempt does.
func (f *Folder) failureOf(n *node) int32 {
	if n.failure != 0 || n.told || !n.seen.has(ownFailed) {
		return n.failure
	}
	k := n.attempt
	for k != 0 && f.attempts[k].failure == 0 {
		k = f.attempts[k].before
	}
	return f.attempts[k].failure
}
