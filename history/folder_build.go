// SPDX-License-Identifier: Apache-2.0

package history

import "slices"

// Execution is what the events so far tell. It costs what changed since the last call, and the number of steps on top;
// once more the number of all steps when the execution ends. What it returns does not change later; treat it as
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
			f.levels = make([]Step, f.root.levels())
		}
		f.build(f.root)
		f.levels, f.whole = nil, false
		e.Steps = f.root.step.Children
	}
	e.Diagnostics = f.diagnostics()
	return e
}

// levels is how many steps build makes room for below a node.
func (n *node) levels() int {
	if !n.dirty {
		return 0
	}
	room := int(n.children)
	for c := n.first; c != nil; c = c.next {
		room += c.levels()
	}
	return room
}

// level makes room for the steps of one level. When everything is built, all levels are in one array. When a part is
// built again, each has its own: one that stays longer than the others would keep their memory.
func (f *Folder) level(children int) []Step {
	if len(f.levels) < children {
		return make([]Step, children)
	}
	level := f.levels[:children:children]
	f.levels = f.levels[children:]
	return level
}

// build brings a node's Step up to date, and those of all nodes in it.
func (f *Folder) build(n *node) {
	if !n.dirty {
		return
	}
	n.dirty = false
	n.sort()
	if n.children > 0 {
		n.step.Children = f.level(int(n.children)) // the one before is in somebody's hands
		for i, c := 0, n.first; c != nil; i, c = i+1, c.next {
			f.build(c)
			n.step.Children[i] = c.step
		}
	}
	n.shared = true
	if n.parent != nil && !n.told {
		n.step.Status = f.status(n)
		f.closeAttempts(n)
	}
}

// status is a node's status; of a part its children must have theirs.
func (f *Folder) status(n *node) Status {
	switch {
	case n.seen.has(ownFailed):
		if k := len(n.step.Attempts); k > 0 && n.step.Attempts[k-1].Status == TimedOut && !n.step.Attempts[k-1].Ended.IsZero() {
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
	if n.last != nil && (n.last.step.Status == Failed || n.last.step.Status == TimedOut) {
		return n.last.step.Status
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

// closeAttempts gives the attempts that did not end a status, and a failed step the failure of its last attempt.
func (f *Folder) closeAttempts(n *node) {
	for i := range n.step.Attempts {
		a := &n.step.Attempts[i]
		if !a.Ended.IsZero() {
			continue
		}
		if s := f.cutOff(n); a.Status != s {
			n.step.Attempts = slices.Clone(n.step.Attempts)
			n.step.Attempts[i].Status = s
		}
	}
	if n.step.Failure != nil || !n.seen.has(ownFailed) {
		return
	}
	for _, a := range slices.Backward(n.step.Attempts) {
		if a.Failure != nil {
			n.step.Failure = f.keep(*a.Failure)
			return
		}
	}
}
