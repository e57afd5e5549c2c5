// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"slices"
	"strings"
)

// nameList is what is known about the steps of one name.
type nameList struct {
	count int
	open  openList
	ended int32 // the place of the last that ended and was not exited
}

// openList is a list of nodes that are open, the last first.
type openList struct{ last int32 } // its place

// open adds a node to a list.
func (f *Folder) open(l *openList, n *node) {
	n.listed, n.older, n.newer = true, l.last, 0
	if last := f.owners.nodes[l.last]; last != nil {
		last.newer = n.place
	}
	l.last = n.place
}

// shut takes a node out of its list.
func (f *Folder) shut(l *openList, n *node) {
	if !n.listed {
		return
	}
	if newer := f.owners.nodes[n.newer]; newer != nil {
		newer.older = n.older
	} else {
		l.last = n.older
	}
	if older := f.owners.nodes[n.older]; older != nil {
		older.newer = n.newer
	}
	n.listed, n.older, n.newer = false, 0, 0
}

// find is the last open node that fits, looking at no more than maxDepth of them.
func (f *Folder) find(l openList, fits func(*node) bool) *node {
	n := f.owners.nodes[l.last]
	for i := 0; n != nil && i < maxDepth; n, i = f.owners.nodes[n.older], i+1 {
		if fits(n) {
			return n
		}
	}
	return nil
}

// list is what is known about a name.
func (f *Folder) list(name string) *nameList {
	l := f.names[name]
	if l == nil {
		l = f.nameLists.new()
		f.names[name] = l
		if f.taken == nil && (name == "" || strings.IndexByte(name, '#') >= 0 || strings.IndexByte(name, '[') >= 0) {
			f.takeNames()
		}
	}
	return l
}

// takeNames begins to keep the IDs that are taken, with those that there are.
func (f *Folder) takeNames() {
	f.taken = make(map[string]bool)
	for n := f.root.following(); n != nil; n = n.following() {
		f.taken[n.id] = true // of the node that is being made it is ""
	}
}

// name gives a node its ID: a step its name, from the second on with a number behind it; a branch or iteration its
// parent's with its place.
func (f *Folder) name(n *node) {
	if !n.isPart() {
		n.id, n.names.count = f.nameStep(n.name, n.names.count+1)
		return
	}
	n.parent.parts++
	id := f.ids.make(n.parent.id, '[', int(n.parent.parts), "]")
	if f.taken != nil {
		id, _ = f.free(id, 1)
	}
	n.id = id
}

// nameStep is the ID of the k-th step of a name. If that is taken, which needs a name that looks like an ID, it is the
// next that is free. It returns which one it is.
func (f *Folder) nameStep(name string, k int) (id string, number int) {
	if f.taken != nil {
		return f.free(name, k)
	}
	return f.numbered(name, k), k
}

func (f *Folder) numbered(name string, k int) string {
	if k == 1 {
		return name
	}
	return f.ids.make(name, '#', k, "")
}

// free takes the first free ID of a name, from the k-th on.
func (f *Folder) free(name string, k int) (id string, number int) {
	for ; ; k++ {
		if id := f.numbered(name, k); id != "" && !f.taken[id] {
			f.taken[id] = true
			return id, k
		}
	}
}

// rename gives all nodes their IDs anew, after one was found that begins before others. They get those that they would have
// got if they had come in order, whenever it is asked for them.
func (f *Folder) rename() {
	f.unnamed = false
	for _, l := range f.names {
		l.count = 0
	}
	clear(f.taken)
	var nodes []*node
	for n := f.root.following(); n != nil; n = n.following() {
		n.id, n.parts, n.dirty = "", 0, true
		nodes = append(nodes, n)
	}
	f.root.dirty, f.whole = true, true
	slices.SortStableFunc(nodes, func(a, b *node) int { return cmp.Compare(a.firstEvent, b.firstEvent) })
	for _, n := range nodes {
		f.nameAgain(n)
	}
}

// nameAgain names a node, unless it has its ID already, and before it the one that it is in: a part has its whole's name.
func (f *Folder) nameAgain(n *node) {
	if n.id != "" {
		return
	}
	if n.parent != f.root {
		f.nameAgain(n.parent)
	}
	f.name(n)
}
