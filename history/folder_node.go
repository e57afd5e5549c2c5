// SPDX-License-Identifier: Apache-2.0

package history

import (
	"strconv"
	"strings"
	"time"
)

// maxDepth is how deep nodes nest; what is nested deeper goes beside the one at this depth. It keeps the cost of an
// event constant.
//
// Assumption: no workflow nests that deep.
const maxDepth = 256

// node is a step, branch or iteration that is being folded.
type node struct {
	step     Step // Children, and the Status of what did not end by itself, are set by build
	parent   *node
	depth    int
	children []*node
	names    *nameList // of a step
	parts    int       // how many branches and iterations it had
	next     *node     // in the list of open ones, the one that was opened before
	prev     *node

	seen        events
	attemptSeen events
	entered     int64 // IDs of its own events
	started     int64
	extra       int64 // of the last event of a type that it had before
	failed      int64
	lost        int64 // its last entry in Folder.lost
	blame       *node // to which the cause of its failure belongs
	output      bool  // Output is StepSucceeded's
	derived     bool
	told        bool // Status is what a derived end said
	culprit     bool // the execution failed with it, or with what is in it
	listed      bool // in the list of open ones
	handed      bool // was returned by Add
	dirty       bool // build has something to do, as it has for all nodes above
	shared      bool // Attempts are in somebody's hands
	disordered  bool // children are not in order of FirstEvent
}

// events is a set of the types that a node, or an attempt, had an event of.
type events uint16

const (
	ownEntered events = 1 << iota
	ownStarted
	ownSucceeded
	ownFailed
	ownExited
	ownEnded // of the execution
	attemptScheduled
	attemptStarted
	attemptSubmitted
	attemptEnded
)

func (s *events) add(e events) (isNew bool) {
	isNew = *s&e == 0
	*s |= e
	return isNew
}

func (s events) has(e events) bool { return s&e != 0 }

// ended reports whether any of the node's ends was read.
func (n *node) ended() bool { return n.seen.has(ownSucceeded | ownFailed | ownExited) }

// opens reports whether an event is one with which the node begins.
func (n *node) opens(id int64) bool { return id != 0 && (id == n.entered || id == n.started) }

// isPart reports whether the node is a branch or an iteration.
func (n *node) isPart() bool { return n.step.Kind == BranchNode || n.step.Kind == IterationNode }

// attempt is the last attempt, to be changed; nil if there is none.
func (n *node) attempt() *Attempt {
	if len(n.step.Attempts) == 0 {
		return nil
	}
	if n.shared {
		n.step.Attempts = append(make([]Attempt, 0, len(n.step.Attempts)+1), n.step.Attempts...)
		n.shared = false
	}
	return &n.step.Attempts[len(n.step.Attempts)-1]
}

// slab allocates nodes many at a time.
type slab struct {
	free []node
	next int
}

func (s *slab) new() *node {
	if len(s.free) == 0 {
		s.next = min(max(8, 2*s.next), 128)
		s.free = make([]node, s.next)
	}
	n := &s.free[0]
	s.free = s.free[1:]
	return n
}

// nameList is what is known about the steps of one name.
type nameList struct {
	count int
	open  openList
	ended *node // the last that ended and was not exited
}

// openList is a list of nodes that are open, the last first.
type openList struct{ last *node }

func (l *openList) add(n *node) {
	n.listed, n.next, n.prev = true, l.last, nil
	if l.last != nil {
		l.last.prev = n
	}
	l.last = n
}

func (l *openList) remove(n *node) {
	if !n.listed {
		return
	}
	if n.prev != nil {
		n.prev.next = n.next
	} else {
		l.last = n.next
	}
	if n.next != nil {
		n.next.prev = n.prev
	}
	n.listed, n.next, n.prev = false, nil, nil
}

// find is the last open node that fits, looking at no more than maxDepth of them.
func (l *openList) find(fits func(*node) bool) *node {
	for n, i := l.last, 0; n != nil && i < maxDepth; n, i = n.next, i+1 {
		if fits(n) {
			return n
		}
	}
	return nil
}

// add makes a node that begins with e.
func (f *Folder) add(parent *node, kind StepKind, name string, e *Event) *node {
	n := f.nodes.new()
	if parent.depth >= maxDepth {
		parent = parent.parent
		f.note(noteBrokenChain, Warning, n, e, "it is nested more than %d deep; it was put higher up", maxDepth)
	}
	n.parent, n.depth, n.derived = parent, parent.depth+1, e.Derived
	n.step = Step{Name: name, Kind: kind, Status: Running, FirstEvent: e.ID}
	if k := len(parent.children); k > 0 && parent.children[k-1].step.FirstEvent > e.ID {
		parent.disordered = true
	}
	parent.children = append(parent.children, n)
	if e.ID < f.last {
		f.unnamed = true
	}
	if kind == StepNode {
		n.names = f.list(name)
		n.names.open.add(n)
	} else {
		f.parts.add(n)
	}
	f.name(n)
	f.mark(n)
	return n
}

// list is what is known about a name.
func (f *Folder) list(name string) *nameList {
	l := f.names[name]
	if l == nil {
		l = &nameList{}
		f.names[name] = l
		if f.taken == nil && (name == "" || strings.ContainsAny(name, "#[")) {
			f.taken = make(map[string]bool)
			f.unnamed = true // what was named so far is taken
		}
	}
	return l
}

// name gives a node its ID: a step its name, from the second on with a number behind it; a branch or iteration its
// parent's with its place.
func (f *Folder) name(n *node) {
	if n.isPart() {
		n.parent.parts++
		n.step.ID, _ = f.unique(n.parent.step.ID+"["+strconv.Itoa(n.parent.parts)+"]", 1)
		return
	}
	n.step.ID, n.names.count = f.unique(n.step.Name, n.names.count+1)
}

// unique is the k-th ID of a name. If that is taken, which needs a name that looks like an ID, it is the next that is
// free. It returns which one it is.
func (f *Folder) unique(name string, k int) (string, int) {
	for ; ; k++ {
		id := name
		if k > 1 {
			id += "#" + strconv.Itoa(k)
		}
		if f.taken == nil {
			return id, k
		}
		if id != "" && !f.taken[id] {
			f.taken[id] = true
			return id, k
		}
	}
}

// own notes that an event belongs to a node. Of each type the first is remembered for as long as the Folder, of the
// others only the last.
func (f *Folder) own(n *node, e *Event, kind events) {
	if first := n.seen.add(kind); !first {
		f.link(n, e)
	} else {
		f.owners[e.ID] = n
	}
	f.extend(n, e)
}

// link remembers an event as the last at a node that needs no remembering else.
func (f *Folder) link(n *node, e *Event) {
	if n.extra != 0 {
		delete(f.owners, n.extra)
	}
	n.extra = e.ID
	f.owners[e.ID] = n
}

// extend makes an event one of the node's own.
func (f *Folder) extend(n *node, e *Event) {
	if n.parent == nil {
		return
	}
	n.step.FirstEvent = min(n.step.FirstEvent, e.ID)
	n.step.LastEvent = max(n.step.LastEvent, e.ID)
	if n.step.FirstEvent == e.ID && e.ID < f.last {
		n.parent.disordered = true
		f.unnamed = true
	}
	f.mark(n)
}

// mark says that a node changed.
func (f *Folder) mark(n *node) {
	for ; n != nil && !n.dirty; n = n.parent {
		n.dirty = true
	}
}

// setTime fills in a time that is not known yet.
func setTime(t *time.Time, e *Event) {
	if t.IsZero() {
		*t = e.Time
	}
}
