// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/flowhistory/flowhistory/history"
)

// The operations of a Source, as its calls, faults and errors name them.
const (
	OpDescribe       = "Describe"
	OpEventPages     = "EventPages"
	OpExecutionPages = "ExecutionPages"
	OpWorkflowPages  = "WorkflowPages"
)

const defaultPageSize = 100

// Source is a history.Source that serves what a test puts into it. The zero value is ready to use and empty. Set the
// fields before the first use; the methods are safe for concurrent use.
//
// Events come in order of ID, executions in the order in which they were added. A cursor holds the ID of the last event,
// or the name of the last execution, so that reading goes on from it after the history has grown.
type Source struct {
	ProviderName string // of everything that is served; "" = "script"
	ScopeName    string // of everything that is served; "" = "test"
	PageSize     int    // the largest page; 0 = 100

	// OnEventPages and OnExecutionPages, if set, serve the pages instead of what was added; see Pages. What they serve
	// is passed on as it is, neither counted as a call nor subject to faults.
	OnEventPages     func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error]
	OnExecutionPages func(context.Context, history.ExecutionQuery) iter.Seq2[history.Page[history.Execution], error]

	mu         sync.Mutex
	executions []history.Execution
	workflows  []history.Workflow
	events     map[history.Ref][]history.Event
	faults     []Fault
	calls      []Call
}

var _ history.Source = (*Source)(nil)

// Add puts an execution and its events there, with the source's provider and scope in place of theirs. An execution of
// the same workflow and name is replaced, events included. An event's ID 0 is the one after its predecessor's.
func (s *Source) Add(e history.Execution, events ...history.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e = clone(e)
	e.Ref = s.own(e.Ref)
	if i := s.find(e.Ref); i >= 0 {
		s.executions[i] = e
	} else {
		s.executions = append(s.executions, e)
	}
	delete(s.events, e.Ref)
	s.append(e.Ref, events)
}

// Append lets the history of an execution grow. It panics when there is no such execution.
func (s *Source) Append(ref history.Ref, events ...history.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ref = s.own(ref)
	if s.find(ref) < 0 {
		panic(fmt.Sprintf("historytest: Append to %s, which was not added", history.FormatRef(ref)))
	}
	s.append(ref, events)
}

func (s *Source) append(ref history.Ref, events []history.Event) {
	if s.events == nil {
		s.events = make(map[history.Ref][]history.Event)
	}
	all := slices.Clone(s.events[ref])
	for _, e := range events {
		if e.ID == 0 && len(all) > 0 {
			e.ID = all[len(all)-1].ID
		}
		if e.ID == 0 || len(all) > 0 && e.ID == all[len(all)-1].ID {
			e.ID++
		}
		e.Ref = ref
		all = append(all, e)
	}
	slices.SortStableFunc(all, func(a, b history.Event) int { return cmp.Compare(a.ID, b.ID) })
	s.events[ref] = all
}

// Provider is s.ProviderName or its default.
func (s *Source) Provider() string { return cmp.Or(s.ProviderName, "script") }

// Scope is s.ScopeName or its default.
func (s *Source) Scope() string { return cmp.Or(s.ScopeName, "test") }

// Capabilities says that the source has events and pages of its own and leaves filters to the client.
func (s *Source) Capabilities() history.Capabilities {
	return history.Capabilities{
		NativeEvents: true, EventPaging: true, ExecutionPaging: true,
		MaxEventPage: s.largest(), MaxExecutionPage: s.largest(),
		Workflows: true, MaxWorkflowPage: s.largest(),
	}
}

// Describe returns the execution as it was added, without its steps.
func (s *Source) Describe(ctx context.Context, ref history.Ref) (history.Execution, error) {
	f, _, err := s.begin(ctx, Call{Op: OpDescribe, Ref: s.own(ref)})
	if err == nil {
		err = f.failure()
	}
	if err != nil {
		return history.Execution{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(s.own(ref))
	if i < 0 {
		return history.Execution{}, s.missing(OpDescribe, ref)
	}
	e := clone(s.executions[i])
	e.Steps = nil
	return e, nil
}

func (s *Source) largest() int { return cmp.Or(s.PageSize, defaultPageSize) }

// size is how large a page for a query is.
func (s *Source) size(hint int) int {
	if hint < 1 {
		return s.largest()
	}
	return min(hint, s.largest())
}

func (s *Source) own(ref history.Ref) history.Ref {
	ref.Provider, ref.Scope = s.Provider(), s.Scope()
	return ref
}

func (s *Source) find(ref history.Ref) int {
	return slices.IndexFunc(s.executions, func(e history.Execution) bool { return e.Ref == ref })
}

// missing is the error about an execution, or with an empty one a workflow, that was not added.
func (s *Source) missing(op string, ref history.Ref) error {
	if !s.knows(ref.Workflow) {
		return &history.Error{Op: op, Kind: history.ErrWorkflowNotFound, Message: fmt.Sprintf("workflow %q was not added", ref.Workflow)}
	}
	return &history.Error{Op: op, Kind: history.ErrExecutionNotFound, Message: fmt.Sprintf("execution %q was not added", ref.Execution)}
}

// clone keeps what the caller may change apart from what is served. Steps are shared: nothing here changes them.
func clone(e history.Execution) history.Execution {
	e.Approvers = slices.Clone(e.Approvers)
	e.Attributes = maps.Clone(e.Attributes)
	e.Steps = slices.Clone(e.Steps)
	e.Diagnostics = slices.Clone(e.Diagnostics)
	return e
}
