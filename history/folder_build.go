// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"slices"
)

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
		f.build(f.root)
		e.Steps = f.root.step.Children
	}
	e.Diagnostics = f.diagnostics()
	return e
}

// build brings a node's Step up to date, and those of all nodes in it.
func (f *Folder) build(n *node) {
	if !n.dirty {
		return
	}
	n.dirty = false
	n.sort()
	if len(n.children) > 0 {
		n.step.Children = make([]Step, len(n.children)) // the one before is in somebody's hands
		for i, c := range n.children {
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

// sort puts the children in order of their first events.
func (n *node) sort() {
	if n.disordered {
		slices.SortStableFunc(n.children, func(a, b *node) int { return cmp.Compare(a.step.FirstEvent, b.step.FirstEvent) })
		n.disordered = false
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
	case !n.isPart():
		return ""
	}
	if k := len(n.children); k > 0 {
		if s := n.children[k-1].step.Status; s == Failed || s == TimedOut {
			return s
		}
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
			failure := *a.Failure
			n.step.Failure = &failure
			return
		}
	}
}

// rename gives all nodes their IDs anew, after one was found that begins before others.
func (f *Folder) rename() {
	f.unnamed = false
	var steps []*node
	for n := range f.root.below() {
		if !n.isPart() {
			steps = append(steps, n)
		}
	}
	slices.SortStableFunc(steps, func(a, b *node) int { return cmp.Compare(a.step.FirstEvent, b.step.FirstEvent) })
	for _, l := range f.names {
		l.count = 0
	}
	clear(f.taken)
	for _, n := range steps {
		f.name(n)
	}
	for n := range f.root.below() {
		n.parts = 0
		if n.isPart() {
			f.name(n)
		}
		n.dirty = true
	}
	f.root.dirty = true
}

// below is all nodes below n, each before its children, which it puts in order.
func (n *node) below() func(yield func(*node) bool) {
	return func(yield func(*node) bool) { n.each(yield) }
}

func (n *node) each(yield func(*node) bool) bool {
	n.sort()
	for _, c := range n.children {
		if !yield(c) || !c.each(yield) {
			return false
		}
	}
	return true
}
