// SPDX-License-Identifier: Apache-2.0

package history

// An event finds its node by its cause: the node that the cause belongs to, or one above it. Where the cause is missing
// or leads nowhere, a guess by name is made, and noted.

// home is the node in which a step that e begins belongs, and whether that is certain.
func (f *Folder) home(e *Event) (parent *node, sure bool) {
	n := f.owner(e.Cause)
	if n == nil {
		return f.here(), false
	}
	if n.isStep() && n.opens(e.Cause) && !n.over() {
		return n, true // the chosen step of a choice
	}
	return f.around(n), true
}

// here is where a step is likely to be of which nothing is known but that it comes behind the last event.
func (f *Folder) here() *node {
	if p := f.node(f.parts.last); p != nil && p.parent == f.lately {
		return p
	}
	return f.around(f.at())
}

// around is the node in which a step is that comes behind n: in n itself when it is the execution, a part, or a choice
// with the chosen step in it; else in what n is in, the choices that are over left out.
func (f *Folder) around(n *node) *node {
	switch {
	case n.kind == theExecution, n.isPart() && !n.over():
		return n
	case n.isPart():
		n = f.node(n.parent)
	case !n.over() && n.parts == 0 && n.first != 0:
		return n
	}
	for n = f.node(n.parent); n.isStep() && n.over(); n = f.node(n.parent) {
	}
	return n
}

// over reports whether nothing can come inside the node any more. A choice that has succeeded may still be waiting for
// the chosen step until it is exited.
func (n *node) over() bool { return n.seen.has(ownFailed | ownExited) }

// fitsName reports whether an event may be of a node: it has its name, or none.
func (f *Folder) fitsName(n *node, e *Event) bool {
	return e.Step == "" || e.Step == f.names.of(n).text
}

// late reports whether an event happened before others that the node has already.
func (n *node) late(e *Event) bool { return e.ID < n.lastEvent }

// stepOf is the step to which an event that begins nothing belongs, and whether that is certain; nil if there is none.
func (f *Folder) stepOf(e *Event, kind events) (n *node, sure bool) {
	for n := f.owner(e.Cause); n != nil; n = f.node(n.parent) {
		if n.isStep() && f.fitsName(n, e) && n.awaits(e, kind) {
			return n, true
		}
	}
	return f.guessStep(e, kind), false
}

// guessStep is the step that is likely to be meant by an event whose cause does not lead to it.
func (f *Folder) guessStep(e *Event, kind events) *node {
	awaits := func(n *node) bool { return n.awaits(e, kind) }
	if n := f.node(f.lost[e.Cause]); n != nil && n.isStep() && f.fitsName(n, e) && awaits(n) {
		return n
	}
	if e.Step == "" {
		return f.climb(f.at(), func(n *node) bool { return n.isStep() && awaits(n) })
	}
	name := f.names.find(e.Step)
	if ended := f.node(name.ended); ended != nil && kind == ownExited && awaits(ended) {
		return ended
	}
	if n := f.find(name.open, func(n *node) bool { return n.seen.has(ownStarted) && awaits(n) }); n != nil {
		return n // more likely than one that did not even start
	}
	return f.find(name.open, awaits)
}

// awaits reports whether a step has a place for an event that begins nothing.
func (n *node) awaits(e *Event, kind events) bool {
	switch {
	case kind&ofTask != 0:
		return !n.ended() || n.late(e)
	case kind == ownExited:
		return !n.seen.has(ownExited)
	case n.seen.has(ownExited) && !n.late(e):
		return false
	case kind == ownSucceeded:
		return !n.seen.has(ownSucceeded | ownFailed)
	}
	return !n.seen.has(ownFailed)
}

// partOf is likewise for a branch or an iteration that e ends.
func (f *Folder) partOf(e *Event, kind nodeKind) (n *node, sure bool) {
	fits := func(n *node) bool { return n.kind == kind && (!n.over() || n.late(e) && !n.seen.has(ownExited)) }
	if n := f.climb(f.owner(e.Cause), fits); n != nil {
		return n, true
	}
	return f.find(f.parts, func(n *node) bool { return fits(n) && f.fitsName(n, e) }), false
}

// wholeOf is the step of which a branch or iteration that e begins is a part, and whether that is certain; nil if there
// is none. The event has the step's name, or none, or (no document excludes it) another one.
func (f *Folder) wholeOf(e *Event, kind nodeKind) (n *node, sure bool) {
	open := func(n *node) bool { return n.isStep() && (!n.ended() || n.late(e)) }
	cause := f.owner(e.Cause)
	if n := f.climb(cause, func(n *node) bool { return open(n) && f.fitsName(n, e) }); n != nil {
		return n, true
	}
	if n := f.node(f.lost[e.Cause]); n != nil && open(n) {
		return n, false
	}
	if e.Step != "" {
		if n := f.find(f.names.find(e.Step).open, open); n != nil {
			return n, false
		}
	}
	if n := f.climb(cause, open); n != nil {
		return n, true
	}
	return f.guessWhole(e, kind, open), false
}

// guessWhole looks for the step of a nameless part whose cause is missing. It should be the step's StepStarted.
func (f *Folder) guessWhole(e *Event, kind nodeKind, open func(*node) bool) *node {
	for id := e.Cause - 1; e.Cause > 0 && id >= e.Cause-16; id-- { // the step was entered shortly before that
		if n := f.owner(id); n != nil && n.entered == id && open(n) && !n.seen.has(ownStarted) {
			return n
		}
	}
	if e.Cause == 0 && open(f.at()) && f.at().lastEvent == f.at().started && f.at().parts == 0 {
		return f.at() // nothing has happened since it started
	}
	whole := func(n *node) bool { return n.forked == kind && open(n) }
	if n := f.climb(f.at(), whole); n != nil {
		return n
	}
	if n := f.find(f.parts, func(n *node) bool { return whole(f.node(n.parent)) }); n != nil {
		return f.node(n.parent)
	}
	return nil
}
