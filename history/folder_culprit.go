// SPDX-License-Identifier: Apache-2.0

package history

import "slices"

// findCulprit marks the step that the execution failed with and the nodes that it is in, when the execution has ended.
// Nodes that did not end get their status from that, so all are built again.
func (f *Folder) findCulprit() {
	if f.settled == f.adds {
		return
	}
	if f.shown {
		for _, n := range f.nodes.all() {
			n.culprit = false
		}
		f.touchAll()
	}
	f.settled = f.adds
	f.findUnclosed()
	if f.terminal.kind != ExecutionFailed {
		return
	}
	for n := f.culprit(); n != nil; n = f.node(n.parent) {
		n.culprit = true
	}
}

// findUnclosed lists the steps that never ended though the execution succeeded.
func (f *Folder) findUnclosed() {
	f.unclosed = nil
	if f.running == 0 || f.run.Status != Succeeded {
		return
	}
	last := f.owner(f.terminal.cause)
	unclosed := func(n *node) bool { return n.isStep() && !n.ended() && !f.excused(n, last) }
	if !slices.ContainsFunc(f.nodes.all(), unclosed) {
		return // most have none; a walk takes longer
	}
	for n := f.root; n != nil; n = f.following(n) {
		if unclosed(n) {
			f.unclosed = append(f.unclosed, n)
		}
	}
}

// culprit is the deepest step with which the execution failed, nil if it cannot be told: by the cause of the
// execution's failure, else the step that failed last and was not followed by another on its level.
func (f *Folder) culprit() *node {
	cause := f.owner(f.terminal.cause)
	if cause != nil && cause != f.root && !cause.seen.has(ownSucceeded) {
		if n := f.failing(cause); n != nil {
			return n
		}
		if !cause.isPart() {
			return cause // a step that ends the execution need not end itself
		}
	}
	return f.failing(f.root)
}

// failing is the deepest failed step in n, n itself included, that explains why n failed; nil if there is none.
func (f *Folder) failing(n *node) *node {
	if n.seen.has(ownSucceeded) && !n.seen.has(ownFailed) {
		return nil
	}
	if c := f.childOf(n, f.node(n.blame)); c != nil {
		if found := f.failing(c); found != nil {
			return found
		}
	}
	if found := f.failingBelow(n); found != nil {
		return found
	}
	if n.seen.has(ownFailed) {
		return n
	}
	return nil
}

func (f *Folder) failingBelow(n *node) (found *node) {
	f.sort(n)
	if n.parts == 0 {
		if n.last != 0 {
			return f.failing(f.node(n.last))
		}
		return nil
	}
	for part := f.node(n.first); part != nil; part = f.node(part.next) {
		if c := f.failing(part); c != nil && (found == nil || c.failed > found.failed) {
			found = c
		}
	}
	return found
}
