// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"fmt"
	"slices"

	"github.com/flowhistory/flowhistory/history"
)

// truth writes down what happened. It goes through the events too, but need not find out anything: each comes with the
// node that it belongs to.
type truth struct {
	execution history.Execution
	cause     RootCause
	open      []string
	shows     constructSet
	blame     *node // the step that the execution failed by

	names map[string]int // how many steps there were of a name
	roots []*node
}

// nodeTruth is what is known of a node.
type nodeTruth struct {
	history.Step
	children   []*node
	end        history.EventType // StepSucceeded, StepFailed or an exit
	taskOutput history.Detail
	blamed     bool // the execution failed by this node, or by one in it
}

func (t *truth) tell(list []*happening) {
	t.execution.Status = history.Running
	for _, h := range list {
		if h.node == nil {
			t.executionEvent(h)
			continue
		}
		t.nodeEvent(h)
		t.show(h)
	}
	for n := t.blame; n != nil && t.execution.Status == history.Failed; n = n.parent {
		n.truth.blamed = true
		t.cause.Path = append(t.cause.Path, n.truth.ID)
	}
	slices.Reverse(t.cause.Path)
	t.execution.Steps = t.steps(t.roots)
	if t.execution.Status == history.TimedOut || t.execution.Status == history.Stopped {
		t.cause.Path = underWay(t.execution.Steps)
	}
	t.conclude()
}

func (t *truth) executionEvent(h *happening) {
	e := &t.execution
	if h.Type == history.ExecutionStarted {
		e.Started, e.Input = h.Time, h.input
		return
	}
	e.Ended, e.Output, e.Failure = h.Time, h.output, h.failure
	switch h.Type {
	case history.ExecutionSucceeded:
		e.Status = history.Succeeded
	case history.ExecutionFailed:
		e.Status, t.shows[Failure] = history.Failed, true
	case history.ExecutionTimedOut:
		e.Status, t.shows[ExecutionTimeout] = history.TimedOut, true
	case history.ExecutionStopped:
		e.Status, t.shows[Stop] = history.Stopped, true
	}
}

// show notes which constructs an event shows.
func (t *truth) show(h *happening) {
	for _, c := range h.node.shows {
		t.shows[c] = true
	}
	switch h.Type {
	case history.TaskSubmitted:
		t.shows[Callback] = true
	case history.TaskSubmitFailed:
		t.shows[SubmitFailure] = true
	case history.TaskTimedOut:
		t.shows[TaskTimeout] = true
	}
	if h.try > 0 {
		t.shows[Retry] = true
	}
	if h.node.caught() {
		t.shows[Catch] = true
	}
}

func (t *truth) nodeEvent(h *happening) {
	if h.node.truth.FirstEvent == 0 {
		t.meet(h.node, h.ID)
	}
	x := &h.node.truth
	x.LastEvent = h.ID
	switch h.Type {
	case history.StepEntered:
		x.Entered, x.Input = h.Time, h.input
	case history.BranchEntered, history.IterationEntered:
		x.Entered = h.Time
	case history.StepStarted:
		x.Started = h.Time
		if x.Input == "" {
			x.Input = h.input
		}
	case history.StepSucceeded:
		x.Ended, x.end, x.Output = h.Time, h.Type, h.output
	case history.StepFailed:
		x.Ended, x.end, x.Failure = h.Time, h.Type, h.failure
	case history.StepExited:
		x.Ended = h.Time
	case history.BranchExited, history.IterationExited:
		x.Ended, x.end = h.Time, h.Type
	default:
		x.taskEvent(h)
	}
}

// meet gives a node its place and its ID.
func (t *truth) meet(n *node, first int64) {
	siblings := &t.roots
	if n.parent != nil {
		siblings = &n.parent.truth.children
	}
	*siblings = append(*siblings, n)
	x := &n.truth
	x.Name, x.Kind, x.FirstEvent = n.name, n.kind, first
	if n.kind != history.StepNode {
		x.ID = fmt.Sprintf("%s[%d]", n.parent.truth.ID, len(*siblings))
		return
	}
	t.names[n.name]++
	x.ID = n.name
	if times := t.names[n.name]; times > 1 {
		x.ID = fmt.Sprintf("%s#%d", n.name, times)
	}
}

func (x *nodeTruth) taskEvent(h *happening) {
	if h.try == len(x.Attempts) {
		x.Attempts = append(x.Attempts, history.Attempt{Status: history.Running})
	}
	a := &x.Attempts[h.try]
	switch h.Type {
	case history.TaskScheduled:
		a.Scheduled = h.Time
	case history.TaskStarted:
		a.Started = h.Time
	case history.TaskSucceeded:
		a.Ended, a.Status, x.taskOutput = h.Time, history.Succeeded, h.output
	case history.TaskFailed, history.TaskSubmitFailed:
		a.Ended, a.Status, a.Failure = h.Time, history.Failed, h.failure
	case history.TaskTimedOut:
		a.Ended, a.Status, a.Failure = h.Time, history.TimedOut, h.failure
	}
}

// steps makes the tree below some nodes, and notes on the way what there is in it.
func (t *truth) steps(nodes []*node) []history.Step {
	var out []history.Step
	for _, n := range nodes {
		x := &n.truth
		place := len(t.open)
		survived, caught := len(t.cause.Survived), len(t.cause.Caught)
		x.Children = t.steps(x.children)
		x.settle(t.openStatus(x))
		// In the order of Walk, a node is in front of its children.
		switch {
		case x.end == "":
			t.open = slices.Insert(t.open, place, x.ID)
		case n.caught():
			t.cause.Caught = slices.Insert(t.cause.Caught, caught, x.ID)
		case x.end == history.StepSucceeded && len(x.Attempts) > 1:
			t.cause.Survived = slices.Insert(t.cause.Survived, survived, x.ID)
		}
		out = append(out, x.Step)
	}
	return out
}

// caught reports whether the step failed and another went on. An event that the history does not reach has no ID.
func (n *node) caught() bool { return n.goesOn != nil && n.goesOn.ID > 0 }

// underWay leads to the innermost of the nodes that did not end.
func underWay(steps []history.Step) []string {
	i := slices.IndexFunc(steps, func(s history.Step) bool { return s.Ended.IsZero() })
	if i < 0 {
		return nil
	}
	return append([]string{steps[i].ID}, underWay(steps[i].Children)...)
}

// settle fills in what follows from all that happened to the node. open is its status if it did not end.
func (x *nodeTruth) settle(open history.Status) {
	last := len(x.Attempts) - 1
	switch x.end {
	case "":
		x.Status = open
		if last >= 0 && x.Attempts[last].Ended.IsZero() {
			x.Attempts[last].Status = open
		}
	case history.StepFailed:
		x.Status = history.Failed
		if last >= 0 && x.Attempts[last].Status == history.TimedOut {
			x.Status = history.TimedOut
		}
		if x.Failure == nil && last >= 0 {
			x.Failure = x.Attempts[last].Failure
		}
	case history.BranchExited, history.IterationExited:
		x.Status = history.Succeeded
		if n := len(x.Children); n > 0 && (x.Children[n-1].Status == history.Failed || x.Children[n-1].Status == history.TimedOut) {
			x.Status = x.Children[n-1].Status
		}
	default:
		x.Status = history.Succeeded
	}
	if x.Output == "" {
		x.Output = x.taskOutput
	}
}

// openStatus is the status of a node that did not end.
func (t *truth) openStatus(x *nodeTruth) history.Status {
	switch t.execution.Status {
	case history.Running, history.TimedOut:
		return t.execution.Status
	case history.Failed:
		if x.blamed {
			return history.Failed
		}
	}
	return history.Stopped
}

// conclude fills in why the execution did not succeed.
func (t *truth) conclude() {
	switch t.execution.Status {
	case history.Failed, history.TimedOut, history.Stopped:
		t.cause.Found, t.cause.Status = true, t.execution.Status
	}
	if !t.cause.Found {
		return
	}
	reason := t.execution.Failure
	if t.execution.Status == history.Failed && t.blame != nil && t.blame.truth.Failure != nil {
		reason = t.blame.truth.Failure
	}
	if reason != nil {
		t.cause.Failure = *reason
	}
}
