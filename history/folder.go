// SPDX-License-Identifier: Apache-2.0

package history

// Folder is Fold event by event, for live views. The zero value is ready to use. It must not be copied after the first
// Add, and is not safe for concurrent use.
//
// It keeps the steps and, of each, the IDs of events that can still be causes: at most one per type of event, and per
// attempt. So memory grows with the steps and their attempts, and by no more than a byte with 10 events that belong to none
// of them. Add takes constant time on average, whatever the events are; nothing is ever folded again from the start. The IDs
// of steps are final but for one case: when an event comes late and begins a step before others of its name, those are
// numbered anew.
type Folder struct {
	begun    bool
	derived  bool // the events are
	ref      Ref
	run      Execution // the execution's own fields
	terminal *ending   // nil while the execution runs

	root    *node           // stands for the execution; its children are the steps on top
	nodes   nodeList        // all there are
	owners  owners          // by event: the node it belongs to
	awaited map[int64]place // by the ID of a StepEntered that was not read yet: the step it would have begun
	lost    map[int64]place // by event that was not read: the node that it is likely to belong to
	names   nameList        // of nodes
	parts   openList        // branches and iterations that were not exited
	lately  place           // where the last event went
	entries bool            // there are StepEntered events
	unnamed bool            // IDs of nodes may be wrong: an event came late
	taken   map[string]bool // IDs of nodes, kept only when names could collide with them

	// What nodes have by number, see node.
	ids      rows[string]
	texts    rows[nodeTexts]
	attempts rows[attempt]
	failures rows[*Failure]
	tried    rows[[]Attempt]
	built    rows[[]Step]

	newIDs      idSlab
	newFailures slab[Failure]
	shown       bool // something was built and returned
	whole       bool // all is to be built
	newSteps    room[Step]
	newAttempts room[Attempt]

	now   instant // the time of the event that is being used
	clock instant // the time of the event with the largest ID
	last  int64   // the largest ID
	gaps  gaps    // IDs below last that were not read
	notes noteList

	exited   []*node // steps that were exited before their outcome was read
	running  int     // how many steps have not ended
	unclosed []*node // those of them that should have when the execution succeeded, as findCulprit found them
	adds     uint64  // events used
	settled  uint64  // of them, when findCulprit last looked
}

// ending is the event that ended the execution.
type ending struct {
	id, cause int64
	kind      EventType
}

// Add takes the next event in order of ID. It returns the step, branch or iteration that the event ended, nil if it
// ended none; each once, as it is known then, children included: of a step that is what its StepSucceeded or StepFailed
// says, a StepExited that follows only moves Ended in what Execution returns. What the end of the execution cuts off is
// not returned; what is cut off in a step that ends even later is Failed or Stopped as of the last call of Execution.
//
// An event whose ID came before is ignored, a late one is folded in; see Fold for what is noted of them. The returned
// step does not change later; treat it as read-only, it shares memory with what Execution returns.
func (f *Folder) Add(e Event) (ended *Step) {
	n, ours := f.take(&e)
	if !ours {
		f.note(noteOtherExecution, Defect, nil, &e, "it is of %s", FormatRef(e.Ref))
		return nil
	}
	if n == nil || n.handed || !n.ended() {
		return nil
	}
	n.handed = true
	ended = &Step{ID: f.id(n)}
	f.build(n, ended.ID)
	f.shown, f.whole = true, false // what is left to be built is not all
	f.tell(n, ended)
	return ended
}

// take uses an event and returns the node that it went to, nil if it is ignored, and whether it is of this execution.
func (f *Folder) take(e *Event) (n *node, ours bool) {
	if !f.begun {
		f.begin(e)
	} else if !sameRef(&e.Ref, &f.ref) {
		return nil, false
	}
	f.now = instantOf(e.Time)
	if e.ID > f.last && e.ID == f.last+1 && !f.now.before(f.clock) && f.terminal == nil {
		f.last, f.clock = e.ID, f.now // as usual: what advance does when it has nothing to note
	} else if e.ID > f.last || f.last == 0 && f.owners.empty() {
		f.advance(e)
	} else if !f.useLate(e) {
		return nil, true
	}
	f.adds++
	n = f.apply(e)
	f.lately = n.place
	return n, true
}

// begin prepares the zero value for its first event.
func (f *Folder) begin(e *Event) {
	f.begun, f.ref, f.derived, f.whole = true, e.Ref, e.Derived, true
	f.run.Ref, f.run.Status = e.Ref, Running
	f.names.begin()
	f.ids.begin()
	f.texts.begin()
	f.attempts.begin()
	f.failures.begin()
	f.tried.begin()
	f.built.begin()
	f.root = f.nodes.new()
	f.lately = f.root.place
}

// reset forgets the execution, and keeps memory for another one.
func (f *Folder) reset() {
	f.nodes.reset()
	f.owners.reset()
	f.names.reset()
	*f = Folder{
		nodes: f.nodes, owners: f.owners, names: f.names,
		ids: kept(f.ids), texts: kept(f.texts), attempts: kept(f.attempts), failures: kept(f.failures),
		tried: kept(f.tried), built: kept(f.built),
	}
}

// apply does what an event says and returns the node that it belongs to, or behind which it comes; never nil.
func (f *Folder) apply(e *Event) *node {
	switch e.Type {
	case StepEntered:
		return f.enterStep(e)
	case StepStarted:
		return f.startStep(e)
	case StepSucceeded:
		return f.endStep(e, ownSucceeded)
	case StepFailed:
		return f.endStep(e, ownFailed)
	case StepExited:
		return f.endStep(e, ownExited)
	case BranchEntered:
		return f.enterPart(e, aBranch)
	case IterationEntered:
		return f.enterPart(e, anIteration)
	case BranchExited:
		return f.exitPart(e, aBranch)
	case IterationExited:
		return f.exitPart(e, anIteration)
	case TaskScheduled:
		return f.task(e, attemptScheduled)
	case TaskStarted:
		return f.task(e, attemptStarted)
	case TaskSubmitted:
		return f.task(e, attemptSubmitted)
	case TaskSucceeded, TaskFailed, TaskSubmitFailed, TaskTimedOut:
		return f.task(e, attemptEnded)
	case ExecutionStarted:
		return f.start(e)
	case ExecutionSucceeded, ExecutionFailed, ExecutionTimedOut, ExecutionStopped:
		return f.end(e)
	}
	f.note(noteUnknownType, Warning, nil, e, "the type is in no document; the event changes nothing")
	return f.pass(e)
}

// start is the execution's beginning.
func (f *Folder) start(e *Event) *node {
	if f.root.seen.add(ownStarted) {
		f.run.Started = f.now.time()
		f.run.Input = detailValue(e.Detail, "input")
	}
	f.own(f.root, e, ownStarted)
	return f.root
}

// end is the execution's end.
func (f *Folder) end(e *Event) *node {
	if f.terminal != nil {
		return f.pass(e)
	}
	f.terminal = &ending{id: e.ID, cause: e.Cause, kind: e.Type}
	if f.shown {
		f.touchAll() // what is open was running, and is cut off now
	}
	f.run.Ended = f.now.time()
	if e.Type != ExecutionSucceeded {
		f.run.Failure = f.failures[f.failure(e)]
	}
	switch e.Type {
	case ExecutionSucceeded:
		f.run.Status = Succeeded
		f.run.Output = detailValue(e.Detail, "output")
	case ExecutionFailed:
		f.run.Status = Failed
	case ExecutionTimedOut:
		f.run.Status = TimedOut
	case ExecutionStopped:
		f.run.Status = Stopped
	}
	f.own(f.root, e, ownEnded)
	return f.root
}

// pass notes where an event belongs that changes nothing, so that one whose cause it is finds its place.
func (f *Folder) pass(e *Event) *node {
	n := f.owner(e.Cause)
	if n == nil {
		n = f.here()
	}
	f.link(n, e)
	return n
}

// checkRef refuses an event of another execution than the first one's.
func (f *Folder) checkRef(ref Ref) error {
	if !f.begun || sameRef(&ref, &f.ref) {
		return nil
	}
	return f.otherRef(ref)
}

// sameRef is == in less time: it copies nothing and begins with what tells most executions apart.
func sameRef(a, b *Ref) bool {
	return a.Execution == b.Execution && a.Workflow == b.Workflow && a.Scope == b.Scope && a.Provider == b.Provider
}

func (f *Folder) otherRef(ref Ref) error {
	return invalid("Fold", "the events are of two executions, %s and %s; fold each on its own", FormatRef(f.ref), FormatRef(ref))
}
