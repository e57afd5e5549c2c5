// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"slices"
	"time"
)

// AddNode adds the result of a node to an execution. A result with the same ID and
// the same FunctionExecutionID is replaced: that is how a node ends. A missing
// execution is made, as one that executes since n.Begin.
func (s *Server) AddNode(workflow, execution string, n Node) {
	s.change(workflow, execution, n.Begin, func(e *Execution) {
		same := func(old Node) bool { return old.ID == n.ID && old.FunctionExecutionID == n.FunctionExecutionID }
		// Answers in flight may still hold the old list, so that it is copied and
		// never written to.
		nodes := slices.Clone(e.Nodes)
		if i := slices.IndexFunc(nodes, same); i >= 0 {
			nodes[i] = n.clone()
		} else {
			nodes = append(nodes, n.clone())
		}
		e.Nodes = nodes
		e.Updated = latest(e.Updated, n.Begin, n.End)
	})
}

// Finish ends an execution with a status ("" = "success") at a time. Nodes stay as
// they are. A missing execution is made, as one that began and ended at the same
// time.
func (s *Server) Finish(workflow, execution, status string, at time.Time) {
	s.change(workflow, execution, at, func(e *Execution) {
		e.Status = statusOr(status, at)
		e.End = at
		e.Updated = latest(e.Updated, at)
	})
}

// at returns what can be seen of e at a time, and false when it has not begun.
// Only a Live execution changes.
func (e Execution) at(now time.Time) (Execution, bool) {
	if !e.Live {
		return e, true
	}
	if e.Begin.After(now) {
		return Execution{}, false
	}
	if reached(e.End, now) {
		return e, true
	}
	e.Status, e.End, e.Updated = StatusExecuting, time.Time{}, e.Begin
	var nodes []Node
	for _, n := range e.Nodes {
		if n.Begin.After(now) {
			continue
		}
		e.Updated = latest(e.Updated, n.Begin)
		if reached(n.End, now) {
			e.Updated = latest(e.Updated, n.End)
		} else {
			n = n.running()
		}
		nodes = append(nodes, n)
	}
	e.Nodes = nodes
	return e, true
}

// running returns n before its end. A node without an end keeps its own word, such
// as "waitApproval".
func (n Node) running() Node {
	if !n.End.IsZero() {
		n.Status, n.End, n.Output = StatusExecuting, time.Time{}, nil
	}
	return n
}

func reached(t, now time.Time) bool { return !t.IsZero() && !t.After(now) }

func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }
