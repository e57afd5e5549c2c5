// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"slices"
	"strings"
)

// nameList is the names of nodes by number. Number 0 is what the execution has and a name that is not known.
type nameList struct {
	numbers map[string]int32
	all     []nodeName
}

// nodeName is a name and what is known about the steps that have it.
type nodeName struct {
	text  string
	count int
	open  openList
	ended place // the last that ended and was not exited
}

func (l *nameList) begin() {
	l.all = append(l.all, nodeName{})
	if l.numbers == nil {
		l.numbers = make(map[string]int32)
	}
}

// of is what is known about a node's name.
func (l *nameList) of(n *node) *nodeName { return &l.all[n.name] }

// find is what is known about a name.
func (l *nameList) find(name string) nodeName { return l.all[l.numbers[name]] }

// reset forgets all names.
func (l *nameList) reset() {
	if clear(l.numbers); len(l.all) > mostKept {
		l.numbers = nil // emptying a map takes as long as it was ever large
	}
	l.all = kept(l.all)
}

// openList is a list of nodes that are open, the last first.
type openList struct{ last place }

// open adds a node to a list.
func (f *Folder) open(l *openList, n *node) {
	n.listed, n.older, n.newer = true, l.last, 0
	if last := f.node(l.last); last != nil {
		last.newer = n.place
	}
	l.last = n.place
}

// shut takes a node out of its list.
func (f *Folder) shut(l *openList, n *node) {
	if !n.listed {
		return
	}
	if newer := f.node(n.newer); newer != nil {
		newer.older = n.older
	} else {
		l.last = n.older
	}
	if older := f.node(n.older); older != nil {
		older.newer = n.newer
	}
	n.listed, n.older, n.newer = false, 0, 0
}

// find is the last open node that fits, looking at no more than maxDepth of them.
func (f *Folder) find(l openList, fits func(*node) bool) *node {
	n := f.node(l.last)
	for i := 0; n != nil && i < maxDepth; n, i = f.node(n.older), i+1 {
		if fits(n) {
			return n
		}
	}
	return nil
}

// number is the number of a name.
func (f *Folder) number(name string) int32 {
	k := f.names.numbers[name]
	if k == 0 {
		k = int32(len(f.names.all))
		f.names.all = append(f.names.all, nodeName{text: name})
		f.names.numbers[name] = k
		if f.taken == nil && (name == "" || strings.IndexByte(name, '#') >= 0 || strings.IndexByte(name, '[') >= 0) {
			f.takeNames()
		}
	}
	return k
}

// takeNames begins to keep the IDs that are taken, with those that there are.
func (f *Folder) takeNames() {
	f.taken = make(map[string]bool)
	for n := f.following(f.root); n != nil; n = f.following(n) {
		f.taken[f.id(n)] = true
	}
}

// name numbers a node: a step among those of its name, a branch or iteration in its whole. Its ID comes from that.
func (f *Folder) name(n *node) {
	n.named = true
	if n.isPart() {
		f.namePart(n, f.node(n.parent))
		return
	}
	name := f.names.of(n)
	if name.count++; f.taken != nil {
		_, name.count = f.free(name.text, name.count)
	}
	n.number = int32(name.count)
}

func (f *Folder) namePart(n, whole *node) {
	whole.parts++
	if n.number = whole.parts; f.taken == nil {
		return
	}
	if id, k := f.free(f.id(n), 1); k > 1 {
		*f.ids.ensure(&n.id) = id
	}
}

// id is a node's ID, which is kept for the next time.
func (f *Folder) id(n *node) string {
	parent := ""
	if n.isPart() {
		parent = f.id(f.node(n.parent))
	}
	id := f.idIn(n, parent)
	if n.isPart() || n.number > 1 {
		*f.ids.ensure(&n.id) = id
	}
	return id
}

// idIn is a node's ID, made from that of the node that it is in: a step has its name, from the second on with a number
// behind it; a branch or iteration its parent's with its place.
func (f *Folder) idIn(n *node, parent string) string {
	if id := f.ids[n.id]; id != "" {
		return id
	}
	if n.isPart() {
		return f.newIDs.make(parent, '[', int(n.number), "]")
	}
	return f.numbered(f.names.of(n).text, int(n.number))
}

func (f *Folder) numbered(name string, k int) string {
	if k <= 1 {
		return name
	}
	return f.newIDs.make(name, '#', k, "")
}

// free takes the first free ID of a name, from the k-th on; most often that is the k-th, as a name that looks like an ID is
// needed to take it. It returns which one it is.
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
	for i := range f.names.all {
		f.names.all[i].count = 0
	}
	clear(f.taken)
	var nodes []*node
	for n := f.root; n != nil; n = f.following(n) {
		n.named, n.parts, n.dirty = false, 0, true
		f.ids[n.id], f.built[n.built] = "", nil
		nodes = append(nodes, n)
	}
	nodes = nodes[1:] // the root has no name
	f.whole = true
	slices.SortStableFunc(nodes, func(a, b *node) int { return cmp.Compare(a.firstEvent, b.firstEvent) })
	for _, n := range nodes {
		f.nameAgain(n)
	}
}

// nameAgain names a node, unless it has its ID already, and before it the one that it is in: a part has its whole's name.
func (f *Folder) nameAgain(n *node) {
	if n.named {
		return
	}
	if n.parent != f.root.place {
		f.nameAgain(f.node(n.parent))
	}
	f.name(n)
}
