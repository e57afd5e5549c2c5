// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"slices"
)

// nodeList is the nodes of a Folder by their places. A node never moves.
type nodeList struct {
	list []*node // at place 0 there is none; behind used, those of an execution before, to be used again
	used int
}

// new returns a node that has nothing but its place.
func (l *nodeList) new() *node {
	if l.used == len(l.list) {
		l.grow()
	}
	n := l.list[l.used]
	*n = node{place: place(l.used)}
	l.used++
	return n
}

func (l *nodeList) grow() {
	if l.used == 0 {
		l.list, l.used = append(l.list, nil), 1
	}
	more := make([]node, min(max(8, len(l.list)), mostInSlab))
	for i := range more {
		l.list = append(l.list, &more[i])
	}
}

// reset takes all nodes back, which are not to be used any more.
func (l *nodeList) reset() {
	if len(l.list) > mostKept {
		l.list = slices.Clone(l.list[:mostKept])
	}
	l.used = min(len(l.list), 1)
}

// all are the nodes in order of place, the root first.
func (l *nodeList) all() []*node { return l.list[1:l.used] }

// node is the node at a place, nil if there is none.
func (f *Folder) node(p place) *node { return f.nodes.list[p] }

// owner is the node to which an event belongs, nil if that is not known.
func (f *Folder) owner(event int64) *node { return f.node(f.owners.get(event)) }

// at is where the last event went.
func (f *Folder) at() *node { return f.node(f.lately) }

// adopt makes c the last child of n.
func (f *Folder) adopt(n, c *node) {
	c.parent, c.depth = n.place, n.depth+1
	if last := f.node(n.last); last == nil {
		n.first = c.place
	} else {
		last.next = c.place
		n.disordered = n.disordered || last.firstEvent > c.firstEvent
	}
	n.last = c.place
	n.children++
}

// sort puts the children of n in order of their first events.
func (f *Folder) sort(n *node) {
	if !n.disordered {
		return
	}
	n.disordered = false
	f.built[n.built] = nil // it is in another order
	children := make([]*node, 0, n.children)
	for c := f.node(n.first); c != nil; c = f.node(c.next) {
		children = append(children, c)
	}
	slices.SortStableFunc(children, func(a, b *node) int { return cmp.Compare(a.firstEvent, b.firstEvent) })
	n.first = children[0].place
	for i, c := range children[1:] {
		children[i].next = c.place
	}
	last := children[len(children)-1]
	last.next, n.last = 0, last.place
}

// following is the next node in the order of a walk, nil behind the last. It puts the children of n in order.
func (f *Folder) following(n *node) *node {
	f.sort(n)
	if n.first != 0 {
		return f.node(n.first)
	}
	for n.next == 0 {
		if n = f.node(n.parent); n == nil {
			return nil
		}
	}
	return f.node(n.next)
}

// climb is the nearest of n and the nodes above it that fits; nil if none does.
func (f *Folder) climb(n *node, fits func(*node) bool) *node {
	for ; n != nil; n = f.node(n.parent) {
		if fits(n) {
			return n
		}
	}
	return nil
}

// childOf is the child of n in which another node is, nil if it is in none.
func (f *Folder) childOf(n, other *node) *node {
	for ; other != nil; other = f.node(other.parent) {
		if other.parent == n.place {
			return other
		}
	}
	return nil
}
