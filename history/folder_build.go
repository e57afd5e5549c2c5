// SPDX-License-Identifier: Apache-2.0

package history

import "slices"

// Execution is what the events so far tell. It costs what changed since the last call and, on each level above that, the
// number of steps there; once more the number of all steps when the execution ends. What it returns does not change later; treat it as
// read-only, it shares memory with what other calls return.
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
			f.levels, f.given = make([]Step, len(f.owners.nodes)-2), 0 // all but the root; at place 0 there is none
		}
		f.build(f.root)
		f.levels, f.whole = nil, false
		e.Steps = f.root.built
	}
	e.Diagnostics = f.diagnostics()
	return e
}

// level makes room for the steps of one level. When everything is built, all levels are in one array. When a part is
// built again, each has its own: one that stays longer than the others would keep their memory.
func (f *Folder) level(children int) []Step {
	if len(f.levels)-f.given < children {
		return make([]Step, children)
	}
	f.given += children
	return f.levels[f.given-children : f.given : f.given]
}

// build brings what a node has up to date, and the Steps of its children.
func (f *Folder) build(n *node) {
	if !n.dirty {
		return
	}
	n.dirty = false
	n.sort()
	if n.children > 0 {
		n.built = f.level(int(n.children)) // the one before is in somebody's hands
		for i, c := 0, n.first; c != nil; i, c = i+1, c.next {
			f.build(c)
			f.tell(c, &n.built[i])
		}
	}
	n.shared = true
}

// tell writes the Step of a node that is built. It assigns one field after the other: to assign a whole Step takes longer
// while the garbage collector is at work.
func (f *Folder) tell(n *node, s *Step) {
	s.ID, s.Name, s.Kind, s.Status = n.id, n.name, n.kind.stepKind(), f.status(n)
	s.Entered, s.Started, s.Ended = n.times.entered.time(), n.times.started.time(), n.times.ended.time()
	s.NativeStatus, s.Attempts, s.Input, s.Output, s.Failure = n.native, f.attemptsOf(n), n.input, n.output, f.failureOf(n)
	s.FirstEvent, s.LastEvent = n.firstEvent, n.lastEvent
	s.Children = n.built
}

// status is a node's status; of a part its children must be built.
func (f *Folder) status(n *node) Status {
	switch {
	case n.told:
		return n.status
	case n.seen.has(ownFailed):
		if k := len(n.attempts); k > 0 && n.attempts[k-1].Status == TimedOut {
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
	if last := len(n.built) - 1; last >= 0 && (n.built[last].Status == Failed || n.built[last].Status == TimedOut) {
		return n.built[last].Status
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

// attemptsOf are a node's attempts as its Step has them: those that did not end have the status of what was cut off.
func (f *Folder) attemptsOf(n *node) []Attempt {
	if n.told || len(n.attempts) == 0 {
		return n.attempts
	}
	cut := f.cutOff(n)
	if cut == Running {
		return n.attempts
	}
	attempts := n.attempts
	for i := range n.attempts {
		if n.attempts[i].Status != Running {
			continue
		}
		if &attempts[0] == &n.attempts[0] {
			attempts = slices.Clone(attempts) // others may come: the node's own do not change
		}
		attempts[i].Status = cut
	}
	return attempts
}

// failureOf is what a node failed with; where its own events do not say so, as its last attempt does.
func (f *Folder) failureOf(n *node) *Failure {
	if n.failure != nil || n.told || !n.seen.has(ownFailed) {
		return n.failure
	}
	for i := range slices.Backward(n.attempts) {
		if n.attempts[i].Failure != nil {
			return n.attempts[i].Failure
		}
	}
	return nil
}
