// SPDX-License-Identifier: Apache-2.0

package history

// findCulprit marks the step that the execution failed with and the nodes that it is in, when the execution has ended.
// Nodes that did not end get their status from that, so all are built again.
func (f *Folder) findCulprit() {
	if f.settled == f.adds {
		return
	}
	if f.settled > 0 || !f.whole { // something was built, or marked, before
		for _, n := range f.owners.nodes[1:] { // faster than in the order of a walk
			n.culprit, n.dirty = false, true
		}
		f.whole = true
	}
	f.settled = f.adds
	f.findUnclosed()
	if f.terminal.kind != ExecutionFailed {
		return
	}
	for n := f.culprit(); n != nil; n = n.parent {
		n.culprit = true
	}
}

// findUnclosed lists the steps that never ended though the execution succeeded.
func (f *Folder) findUnclosed() {
	f.unclosed = nil
	if f.running == 0 || f.run.Status != Succeeded {
		return
	}
	last := f.owners.get(f.terminal.cause)
	for n := f.root; n != nil; n = n.following() {
		if n.isStep() && !n.ended() && !n.excused(last) {
			f.unclosed = append(f.unclosed, n)
		}
	}
}

// culprit is the deepest step with which the execution failed, nil if it cannot be told: by the cause of the
// execution's failure, else the step that failed last and was not followed by another on its level.
func (f *Folder) culprit() *node {
	cause := f.owners.get(f.terminal.cause)
	if cause != nil && cause != f.root && !cause.seen.has(ownSucceeded) {
		if n := cause.failing(); n != nil {
			return n
		}
		if !cause.isPart() {
			return cause // a step that ends the execution need not end itself
		}
	}
	return f.root.failing()
}

// failing is the deepest failed step in n, n itself included, that explains why n failed; nil if there is none.
func (n *node) failing() *node {
	if n.seen.has(ownSucceeded) && !n.seen.has(ownFailed) {
		return nil
	}
	if c := n.childOf(n.blame); c != nil {
		if found := c.failing(); found != nil {
			return found
		}
	}
	if found := n.failingBelow(); found != nil {
		return found
	}
	if n.seen.has(ownFailed) {
		return n
	}
	return nil
}

func (n *node) failingBelow() (found *node) {
	n.sort()
	if n.parts == 0 {
		if n.last != nil {
			return n.last.failing()
		}
		return nil
	}
	for part := n.first; part != nil; part = part.next {
		if c := part.failing(); c != nil && (found == nil || c.failed > found.failed) {
			found = c
		}
	}
	return found
}

// childOf is the child of n in which another node is, nil if it is in none.
func (n *node) childOf(other *node) *node {
	for ; other != nil; other = other.parent {
		if other.parent == n {
			return other
		}
	}
	return nil
}
