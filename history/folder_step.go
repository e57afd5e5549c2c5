// SPDX-License-Identifier: Apache-2.0

package history

// enterStep begins a step.
func (f *Folder) enterStep(e *Event) *node {
	n := f.node(f.awaited[e.ID])
	if n == nil {
		parent, sure := f.home(e)
		n = f.add(parent, aStep, f.number(e.Step), e)
		f.guessed(n, e, sure)
	} else {
		delete(f.awaited, e.ID)
	}
	f.entries = true
	n.entered = e.ID
	n.times.entered.fill(f.now)
	f.setInput(n, e)
	f.own(n, e, ownEntered)
	return n
}

// setInput takes the input that an event has, if it has one.
func (f *Folder) setInput(n *node, e *Event) {
	if e.Detail == "" {
		return
	}
	if input := detailValue(e.Detail, "input"); input != "" {
		f.texts.ensure(&n.texts).input = input
	}
}

// startStep starts a step that was entered, or begins one if its StepEntered was not read or the provider has none.
func (f *Folder) startStep(e *Event) *node {
	n, sure := f.startOf(e)
	if n == nil && f.entries && e.Cause == 0 && !e.Derived {
		return f.unplaced(e) // it was entered, but where cannot be told
	}
	if n == nil {
		var parent *node
		parent, sure = f.home(e)
		n = f.add(parent, aStep, f.number(e.Step), e)
		if e.Cause > 0 && f.owners.get(e.Cause) == 0 && !e.Derived {
			if f.awaited == nil {
				f.awaited = make(map[int64]place)
			}
			f.awaited[e.Cause] = n.place
		}
	}
	f.guessed(n, e, sure)
	if n.seen&ownStarted == 0 {
		n.started = e.ID
		n.times.started.fill(f.now)
	}
	if f.texts[n.texts].input == "" {
		f.setInput(n, e)
	}
	f.own(n, e, ownStarted)
	if e.Derived {
		f.startDerived(n)
	}
	return n
}

// startOf is the step that a StepStarted starts; nil if it begins one.
func (f *Folder) startOf(e *Event) (n *node, sure bool) {
	n = f.owner(e.Cause)
	switch {
	case n != nil && n.isStep() && f.fitsName(n, e) && (!n.ended() || n.late(e) || n.opens(e.Cause)):
		return n, true
	case n == nil && e.Cause != 0 && !e.Derived:
		return nil, false // what entered it was not read: it is no step that was entered before
	}
	// A derived end may be known before the start: then the start belongs to a step that has ended.
	return f.find(f.names.find(e.Step).open, func(n *node) bool { return !n.seen.has(ownStarted) && n.derived == e.Derived }), e.Derived
}

// endStep ends a step, or notes that it was exited.
func (f *Folder) endStep(e *Event, kind events) *node {
	n, sure := f.endOf(e, kind)
	if n == nil {
		if !e.Derived {
			return f.unplaced(e)
		}
		var parent *node
		parent, sure = f.home(e)
		n = f.add(parent, aStep, f.number(e.Step), e)
	}
	f.guessed(n, e, sure)
	if n.times.ended.before(f.now) {
		n.times.ended = f.now
	}
	switch kind {
	case ownSucceeded:
		if holdsOnly(e.Detail, "output", f.texts[n.texts].output) {
			n.final = true // the task's, as usual
		} else if out := detailValue(e.Detail, "output"); out != "" {
			f.texts.ensure(&n.texts).output = out
			n.final = true
		}
	case ownFailed:
		n.failed, n.blame = e.ID, f.owners.get(e.Cause)
		n.failure = f.failure(e)
	}
	if !n.ended() {
		f.running--
	}
	if f.own(n, e, kind); kind == ownExited && !e.Derived && !n.seen.has(ownSucceeded|ownFailed) {
		f.exited = append(f.exited, n)
	}
	f.close(n)
	if e.Derived {
		f.endDerived(n, e)
	}
	return n
}

// endOf is the step that e ends, and whether that is certain; nil if there is none.
func (f *Folder) endOf(e *Event, kind events) (n *node, sure bool) {
	if e.Derived && f.owners.get(e.Cause) == f.root.place {
		return nil, true // a node that has an end and no start
	}
	return f.stepOf(e, kind)
}

// close takes a step that has ended out of the lists in which guesses look for open ones. A derived one stays: its start
// may still become known.
func (f *Folder) close(n *node) {
	if n.derived && !n.seen.has(ownStarted) {
		return
	}
	name := f.names.of(n)
	f.shut(&name.open, n)
	switch {
	case !n.seen.has(ownExited):
		name.ended = n.place
	case name.ended == n.place:
		name.ended = 0
	}
}

// enterPart begins a branch or an iteration.
func (f *Folder) enterPart(e *Event, kind nodeKind) *node {
	whole, sure := f.wholeOf(e, kind)
	if whole == nil {
		return f.unplaced(e)
	}
	name := whole.name
	if !f.fitsName(whole, e) {
		name = f.number(e.Step)
	}
	n := f.add(whole, kind, name, e)
	if whole.forked == theExecution {
		whole.forked = kind
	}
	f.guessed(n, e, sure)
	if !sure {
		f.lose(whole, e.Cause)
	}
	n.entered = e.ID
	n.times.entered = f.now
	f.own(n, e, ownEntered)
	return n
}

// exitPart ends a branch or an iteration.
func (f *Folder) exitPart(e *Event, kind nodeKind) *node {
	n, sure := f.partOf(e, kind)
	if n == nil {
		return f.unplaced(e)
	}
	f.guessed(n, e, sure)
	n.times.ended = f.now
	f.own(n, e, ownExited)
	f.shut(&f.parts, n)
	return n
}

// guessed notes that an event's place is not certain, if so.
func (f *Folder) guessed(n *node, e *Event, sure bool) {
	if !sure {
		f.noteGuess(n, e)
	}
}

func (f *Folder) noteGuess(n *node, e *Event) {
	if e.Cause == 0 {
		f.note(noteBrokenChain, Warning, n, e, "it has no cause; where it was put is a guess")
		return
	}
	f.note(noteBrokenChain, Warning, n, e, "its cause, event %d, does not lead to it; where it was put is a guess", e.Cause)
	if e.Type != StepEntered && !n.isPart() {
		f.lose(n, e.Cause)
	}
}

// lose notes that an event that was not read is likely to belong to a node: others with the same cause go there too.
// Of each node only the last is remembered.
func (f *Folder) lose(n *node, id int64) {
	if id == 0 || f.owners.get(id) != 0 {
		return
	}
	if f.lost == nil {
		f.lost = make(map[int64]place)
	}
	if f.lost[n.lost] == n.place {
		delete(f.lost, n.lost)
	}
	n.lost = id
	f.lost[id] = n.place
}

// unplaced notes that there is no step to which an event could belong, and returns the node behind which it comes.
func (f *Folder) unplaced(e *Event) *node {
	n := f.owner(e.Cause)
	if n == nil {
		n = f.at()
	}
	switch e.Type {
	case StepSucceeded, StepFailed, StepExited, BranchExited, IterationExited:
		f.note(noteNoEntry, Defect, nil, e, "nothing was read of how it began; it is left out")
	default:
		f.note(noteBrokenChain, Defect, nil, e, "no step is open that it could belong to; it is left out")
	}
	n = f.around(n)
	f.link(n, e)
	return n
}
