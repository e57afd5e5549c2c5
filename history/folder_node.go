// SPDX-License-Identifier: Apache-2.0

package history

// maxDepth is how deep nodes nest; what is nested deeper goes beside the one at this depth. It keeps the cost of an
// event constant.
//
// Assumption: no workflow nests that deep.
const maxDepth = 256

// place is the number of a node in its Folder, 0 of none.
type place int32

// node is a step, branch or iteration that is being folded. It has no pointers: it knows other nodes by their places, and
// what else would be pointers by number, 0 where there is none. So the garbage collector has nothing to do with nodes, and
// nothing is to be told to it when they change; with pointers they were as much work as all that Fold returns.
type node struct {
	// What its Step will have, or where that is. Of it, build makes Kind, Status and Children.
	times      struct{ entered, started, ended instant }
	firstEvent int64
	lastEvent  int64
	name       int32 // in Folder.names
	number     int32 // of which its ID is made
	id         int32 // in Folder.ids, if it is kept or another one than that
	texts      int32 // in Folder.texts
	failure    int32 // in Folder.failures
	attempt    int32 // in Folder.attempts: the last one
	attempts   int32 // how many there are
	tried      int32 // in Folder.tried: the attempts, as they were last told
	built      int32 // in Folder.built: its children, as they were last built

	place  place // its own
	parent place
	first  place // of its children, in order unless disordered says else
	last   place
	next   place // its parent's child behind it
	newer  place // in the list of open ones
	older  place
	blame  place // to which the cause of its failure belongs

	entered  int64 // IDs of its own events
	started  int64
	extra    int64 // of the last event of a type that it had before
	failed   int64
	lost     int64 // its last entry in Folder.lost
	children int32 // how many there are
	parts    int32 // how many branches and iterations it had
	depth    int32

	seen        events
	attemptSeen events
	kind        nodeKind
	forked      nodeKind // of the part that came first; not first's, which changes when the children are put in order
	named       bool     // has its ID
	final       bool     // output is StepSucceeded's
	derived     bool
	told        bool       // by a derived end
	status      nodeStatus // that it said
	culprit     bool       // the execution failed with it, or with what is in it
	listed      bool       // in the list of open ones
	handed      bool       // was returned by Add
	dirty       bool       // build has something to do, as it has for all nodes above
	retried     bool       // its attempts are others than those that were told
	disordered  bool       // children are not in order of FirstEvent
}

// nodeTexts is what a node has of events' details.
type nodeTexts struct {
	input  Detail
	output Detail
	// Of a derived end: the provider's own word for the status, and the InvocationID of the only attempt.
	native     string
	invocation string
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

// nodeStatus is the Status of a node or of an attempt, in one byte.
type nodeStatus uint8

const (
	statusUnknown nodeStatus = iota
	statusRunning
	statusSucceeded
	statusFailed
	statusTimedOut
	statusStopped
)

func (s nodeStatus) status() Status {
	return [...]Status{
		statusUnknown: "", statusRunning: Running, statusSucceeded: Succeeded, statusFailed: Failed, statusTimedOut: TimedOut, statusStopped: Stopped,
	}[s]
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

// add makes a node that begins with e.
func (f *Folder) add(parent *node, kind nodeKind, name int32, e *Event) *node {
	n := f.nodes.new()
	if parent.depth >= maxDepth {
		parent = f.node(parent.parent)
		f.note(noteBrokenChain, Warning, n, e, "it is nested more than %d deep; it was put higher up", maxDepth)
	}
	n.kind, n.derived = kind, e.Derived
	n.name, n.firstEvent = name, e.ID
	f.adopt(parent, n)
	if e.ID < f.last {
		f.unnamed = true
	}
	if kind == aStep {
		f.running++
		f.open(&f.names.of(n).open, n)
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
		f.owners.set(e.ID, n.place)
	} else {
		f.link(n, e)
	}
	f.extend(n, e)
}

// link remembers an event as the last at a node that needs no remembering else.
func (f *Folder) link(n *node, e *Event) {
	before := n.extra
	n.extra = e.ID
	f.owners.set(e.ID, n.place)
	if before != 0 && before != e.ID {
		f.owners.forget(before)
	}
}

// extend makes an event one of the node's own.
func (f *Folder) extend(n *node, e *Event) {
	if n.kind == theExecution {
		return
	}
	n.lastEvent = max(n.lastEvent, e.ID)
	if e.ID < f.last && e.ID <= n.firstEvent {
		n.firstEvent = e.ID
		f.node(n.parent).disordered = true
		f.unnamed = true
	}
	f.mark(n)
}

// mark says that a node changed. Where a node is dirty, all above it are.
func (f *Folder) mark(n *node) {
	for ; n != nil && !n.dirty; n = f.node(n.parent) {
		n.dirty = true
	}
}

// touchAll says that what is cut off changed, of all nodes and of their attempts.
func (f *Folder) touchAll() {
	f.whole = true
	for _, n := range f.nodes.all() { // faster than in the order of a walk
		n.dirty = true
		for k := n.attempt; k != 0 && !n.retried; k = f.attempts[k].before {
			n.retried = f.attempts[k].status == statusRunning
		}
	}
}
