// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// store holds the flows. It is safe for concurrent use. What it hands out is never
// written to again.
type store struct {
	mu    sync.Mutex
	flows map[string]*stored
}

// stored is one flow with its executions, in the order they were added.
type stored struct {
	flow       Flow
	executions []Execution
}

// AddFlow adds a flow without executions, or replaces the description of one that
// is there.
func (s *Server) AddFlow(f Flow) {
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.get(f.Name).flow = f
}

// AddExecution adds a copy of e, and its flow when that is missing. An execution of
// the same flow with the same name is replaced.
func (s *Server) AddExecution(e Execution) {
	e = e.clone(s.opts.Now())
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	*s.store.execution(e.Flow, e.Name) = e
}

// get returns a flow, after making it if it is missing. The caller holds the lock.
func (st *store) get(name string) *stored {
	if f, ok := st.flows[name]; ok {
		return f
	}
	if st.flows == nil {
		st.flows = make(map[string]*stored)
	}
	f := &stored{flow: Flow{Name: name}}
	st.flows[name] = f
	return f
}

// execution returns an execution, after making it and its flow if they are missing.
// The caller holds the lock, and lets go of the result with it.
func (st *store) execution(flow, name string) *Execution {
	f := st.get(flow)
	i := slices.IndexFunc(f.executions, func(e Execution) bool { return e.Name == name })
	if i < 0 {
		i = len(f.executions)
		f.executions = append(f.executions, Execution{Flow: flow, Name: name})
	}
	return &f.executions[i]
}

// snapshot returns a flow as it is now, and false when there is none.
func (st *store) snapshot(flow string) (stored, bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	f, ok := st.flows[flow]
	if !ok {
		return stored{}, false
	}
	return stored{f.flow, slices.Clone(f.executions)}, true
}

// at returns what can be seen of an execution of the flow at a time.
func (f stored) at(e Execution, now time.Time) (Execution, bool) {
	e.Definition = cmp.Or(e.Definition, f.flow.Definition)
	return e.at(now)
}

// visible returns the executions that can be seen at a time.
//
// Model: the newest first. No document says which order the service has.
func (f stored) visible(now time.Time) []Execution {
	var seen []Execution
	for _, e := range f.executions {
		if e, ok := f.at(e, now); ok {
			seen = append(seen, e)
		}
	}
	slices.SortStableFunc(seen, func(a, b Execution) int {
		return cmp.Or(b.Started.Compare(a.Started), cmp.Compare(a.Name, b.Name))
	})
	return seen
}

// find returns the execution a request names, as it is now.
func (s *Server) find(rq *request) (Execution, *apiError) {
	flow, bad := rq.name("FlowName")
	if bad != nil {
		return Execution{}, bad
	}
	name, bad := rq.name("ExecutionName")
	if bad != nil {
		return Execution{}, bad
	}
	f, ok := s.store.snapshot(flow)
	if !ok {
		return Execution{}, rq.fail("FlowNotExists")
	}
	i := slices.IndexFunc(f.executions, func(e Execution) bool { return e.Name == name })
	if i < 0 {
		return Execution{}, rq.fail("ExecutionNotExists")
	}
	execution, begun := f.at(f.executions[i], s.opts.Now())
	if !begun {
		return Execution{}, rq.fail("ExecutionNotExists")
	}
	return execution, nil
}
