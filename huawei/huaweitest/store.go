// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"bytes"
	"cmp"
	"iter"
	"slices"
	"sync"
	"time"
)

// store holds the workflows. It is safe for concurrent use. What it hands out is
// never written to again.
type store struct {
	mu        sync.Mutex
	workflows map[string]*stored
	ids       []string // of the workflows, in the order they were added
}

// stored is one workflow with its executions.
type stored struct {
	workflow   Workflow
	executions []Execution
	generated  []generated
	raw        []byte // the answer of ListWorkflowExecutions; nil = made from the executions
}

// generated stands for executions that are made when they are read.
type generated struct {
	n   int
	gen func(i int) Execution
}

// AddWorkflow adds a workflow without executions, or replaces the description of
// one that is there.
func (s *Server) AddWorkflow(w Workflow) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.get(w.ID).workflow = w.clone()
}

// AddExecution adds a copy of e, and its workflow when that is missing. An
// execution with the same workflow and ID is replaced.
func (s *Server) AddExecution(e Execution) {
	s.change(e.Workflow, e.ID, e.Begin, func(old *Execution) { *old = e.clone() })
}

// AddGenerated adds n executions that are made one at a time whenever they are
// read, so that an answer of any size needs no memory. gen gets 0 to n-1 in this
// order, must give the same execution each time, be safe for concurrent use and
// not call the server; its Workflow is set to the given one.
//
// Model: a list has them behind the executions that were added one by one.
func (s *Server) AddGenerated(workflow string, n int, gen func(i int) Execution) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	w := s.store.get(workflow)
	w.generated = append(w.generated, generated{n, gen})
}

// ServeRaw makes ListWorkflowExecutions of a workflow answer with exactly these
// bytes; nil makes it answer with the executions again.
func (s *Server) ServeRaw(workflow string, body []byte) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.get(workflow).raw = bytes.Clone(body)
}

// change edits an execution, after making it and its workflow if they are missing.
func (s *Server) change(workflow, execution string, begin time.Time, edit func(*Execution)) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	w := s.store.get(workflow)
	i := slices.IndexFunc(w.executions, func(e Execution) bool { return e.ID == execution })
	if i < 0 {
		i = len(w.executions)
		w.executions = append(w.executions, Execution{
			Workflow: workflow, ID: execution, Status: StatusExecuting, Begin: begin, Updated: begin,
		})
	}
	edit(&w.executions[i])
}

// get returns a workflow, after making it if it is missing. The caller holds the lock.
func (st *store) get(id string) *stored {
	if w, ok := st.workflows[id]; ok {
		return w
	}
	w := &stored{workflow: Workflow{ID: id}.clone()}
	if st.workflows == nil {
		st.workflows = make(map[string]*stored)
	}
	st.workflows[id] = w
	st.ids = append(st.ids, id)
	return w
}

// snapshot returns a workflow as it is now.
func (st *store) snapshot(id string) (stored, bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	w, ok := st.workflows[id]
	if !ok {
		return stored{}, false
	}
	c := *w
	c.executions, c.generated = slices.Clone(w.executions), slices.Clone(w.generated)
	return c, true
}

// all returns all workflows as they are now, in the order they were added.
func (st *store) all() []stored {
	st.mu.Lock()
	ids := slices.Clone(st.ids)
	st.mu.Unlock()
	list := make([]stored, 0, len(ids))
	for _, id := range ids {
		if w, ok := st.snapshot(id); ok {
			list = append(list, w)
		}
	}
	return list
}

// visible returns what can be seen of the executions at a time.
//
// Model: the newest first, and the generated ones behind them in their own order.
// No document says which order the service has.
func (w stored) visible(now time.Time) iter.Seq[Execution] {
	return func(yield func(Execution) bool) {
		added := slices.Clone(w.executions)
		slices.SortStableFunc(added, func(a, b Execution) int {
			return cmp.Or(b.Begin.Compare(a.Begin), cmp.Compare(a.ID, b.ID))
		})
		for _, e := range added {
			if seen, ok := e.at(now); ok && !yield(seen) {
				return
			}
		}
		for _, g := range w.generated {
			for i := range g.n {
				e := g.gen(i)
				e.Workflow, e.Status = w.workflow.ID, statusOr(e.Status, e.End)
				if seen, ok := e.at(now); ok && !yield(seen) {
					return
				}
			}
		}
	}
}
