// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"slices"
)

// maxDepth is how deep nodes nest; what is nested deeper goes beside the one at this depth. It keeps the cost of an
// event constant.
//
// Assumption: no workflow nests that deep.
const maxDepth = 256

// node is a step, branch or iteration that is being folded.
type node struct {
	// What its Step will have. Of that, build makes Kind, Status and Children.
	id         string
	name       string
	native     string // status, of a derived end
	input      Detail
	output     Detail
	failure    *Failure
	attempts   []Attempt
	firstEvent int64
	lastEvent  int64
	times      struct{ entered, started, ended instant }

	parent *node
	first  *node // of its children, in order unless disordered says else
	last   *node
	next   *node     // its parent's child behind it
	names  *nameList // of a step
	blame  *node     // to which the cause of its failure belongs
	built  []Step    // its children, as they were last built
	status Status    // what a derived end said, if told

	entered  int64 // IDs of its own events
	started  int64
	extra    int64 // of the last event of a type that it had before
	failed   int64
	lost     int64 // its last entry in Folder.lost
	place    int32 // in owners
	newer    int32 // in the list of open ones, places too
	older    int32
	children int32 // how many there are
	parts    int32 // how many branches and iterations it had
	depth    int32

	seen        events
	attemptSeen events
	kind        nodeKind
	forked      nodeKind // of the part that came first; not first's, which changes when the children are put in order
	final       bool     // output is StepSucceeded's
	derived     bool
	told        bool // by a derived end
	culprit     bool // the execution failed with it, or with what is in it
	listed      bool // in the list of open ones
	handed      bool // was returned by Add
	dirty       bool // build has something to do, as it has for all nodes above
	shared      bool // attempts are in somebody's hands
	disordered  bool // children are not in order of FirstEvent
}

// nodeKind is the StepKind of a node, in one byte.
type nodeKind uint8

const (
	theExecution nodeKind = iota // it is no step
	aStep
	aBranch
	anIteration
)

func (k nodeKind) stepKind() StepKind {
	return [...]StepKind{theExecution: "", aStep: StepNode, aBranch: BranchNode, anIteration: IterationNode}[k]
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

	ofTask = attemptScheduled | attemptStarted | attemptSubmitted | attemptEnded
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

// isStep reports whether the node is a step, and not the execution, a branch or an iteration.
func (n *node) isStep() bool { return n.kind == aStep }

// isPart reports whether the node is a branch or an iteration.
func (n *node) isPart() bool { return n.kind >= aBranch }

// adopt makes c the last child.
func (n *node) adopt(c *node) {
	c.parent, c.depth = n, n.depth+1
	if n.last == nil {
		n.first = c
	} else {
		n.last.next = c
		n.disordered = n.disordered || n.last.firstEvent > c.firstEvent
	}
	n.last = c
	n.children++
}

// sort puts the children in order of their first events.
func (n *node) sort() {
	if !n.disordered {
		return
	}
	n.disordered = false
	children := make([]*node, 0, n.children)
	for c := n.first; c != nil; c = c.next {
		children = append(children, c)
	}
	slices.SortStableFunc(children, func(a, b *node) int { return cmp.Compare(a.firstEvent, b.firstEvent) })
	for i, c := range children[1:] {
		children[i].next = c
	}
	n.first, n.last = children[0], children[len(children)-1]
	n.last.next = nil
}

// following is the next node in the order of a walk, nil behind the last. It puts the children of n in order.
func (n *node) following() *node {
	n.sort()
	if n.first != nil {
		return n.first
	}
	for n.next == nil {
		if n = n.parent; n == nil {
			return nil
		}
	}
	return n.next
}

// add makes a node that begins with e.
func (f *Folder) add(parent *node, kind nodeKind, name string, e *Event) *node {
	n := f.nodes.new()
	if parent.depth >= maxDepth {
		parent = parent.parent
		f.note(noteBrokenChain, Warning, n, e, "it is nested more than %d deep; it was put higher up", maxDepth)
	}
	n.kind, n.derived = kind, e.Derived
	n.name, n.firstEvent = name, e.ID
	f.owners.join(n)
	parent.adopt(n)
	if e.ID < f.last {
		f.unnamed = true
	}
	if kind == aStep {
		f.running++
		n.names = f.list(name)
		f.open(&n.names.open, n)
	} else {
		f.open(&f.parts, n)
	}
	f.name(n)
	f.mark(n)
	return n
}

// own notes that an event belongs to a node. Of each type the first is remembered for as long as the Folder, of the
// others only the last.
func (f *Folder) own(n *node, e *Event, kind events) {
	if first := n.seen.add(kind); first {
		f.owners.set(e.ID, n)
	} else {
		f.link(n, e)
	}
	f.extend(n, e)
}

// link remembers an event as the last at a node that needs no remembering else.
func (f *Folder) link(n *node, e *Event) {
	before := n.extra
	n.extra = e.ID
	f.owners.set(e.ID, n)
	if before != 0 && before != e.ID {
		f.owners.forget(before)
	}
}

// extend makes an event one of the node's own.
func (f *Folder) extend(n *node, e *Event) {
	if n.parent == nil {
		return
	}
	n.lastEvent = max(n.lastEvent, e.ID)
	if n.firstEvent >= e.ID && e.ID < f.last {
		n.firstEvent = e.ID
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
