// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/flowhistory/flowhistory/history"
)

var _ history.WorkflowLister = (*Source)(nil)

// AddWorkflow puts a workflow into the list of workflows, with the source's provider and scope in place of its own. One of
// the same Ref.Workflow is replaced. The list has the workflows of executions that were added too, behind these, with
// nothing but their names.
func (s *Source) AddWorkflow(w history.Workflow) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w = cloneWorkflow(w)
	w.Ref = s.own(history.Ref{Workflow: w.Workflow})
	if i := slices.IndexFunc(s.workflows, func(old history.Workflow) bool { return old.Ref == w.Ref }); i >= 0 {
		s.workflows[i] = w
		return
	}
	s.workflows = append(s.workflows, w)
}

// WorkflowPages serves the workflows that were added, in the order in which they were.
func (s *Source) WorkflowPages(ctx context.Context, q history.WorkflowQuery) iter.Seq2[history.Page[history.Workflow], error] {
	return history.Paged(ctx, q.From, func(ctx context.Context, from history.Cursor) (history.Page[history.Workflow], error) {
		ref := s.own(history.Ref{})
		f, id, err := s.begin(ctx, Call{Op: OpWorkflowPages, Ref: ref, From: from, PageSize: q.PageSize, OmitDetail: q.OmitDetail})
		if err != nil {
			return history.Page[history.Workflow]{}, err
		}
		return cut(f, id, func() ([]history.Workflow, error) { return s.workflowsBehind(from) }, pageForm[history.Workflow]{
			size: s.size(q.PageSize),
			from: from,
			at:   history.Position{Ref: ref, Query: q.Fingerprint()},
			behind: func(p history.Position, w history.Workflow) history.Position {
				p.Token = w.Workflow
				return p
			},
			bare: func(w history.Workflow) history.Workflow {
				w = cloneWorkflow(w)
				if q.OmitDetail {
					w.Definition = ""
				}
				return w
			},
		})
	})
}

// workflowsBehind is what the list has behind a cursor.
func (s *Source) workflowsBehind(from history.Cursor) ([]history.Workflow, error) {
	p, err := position(from)
	if err != nil {
		return nil, err
	}
	all := s.allWorkflows()
	if p.Token == "" {
		return all, nil
	}
	i := slices.IndexFunc(all, func(w history.Workflow) bool { return w.Workflow == p.Token })
	if i < 0 {
		return nil, &history.Error{Op: OpWorkflowPages, Kind: history.ErrCursor,
			Message: fmt.Sprintf("the cursor's place is gone: there is no workflow %q any more", p.Token)}
	}
	return all[i+1:], nil
}

// allWorkflows is the workflows that were added, and behind them those that only executions tell of.
func (s *Source) allWorkflows() []history.Workflow {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.workflows)
	known := make(map[string]bool, len(all))
	for _, w := range all {
		known[w.Workflow] = true
	}
	for _, e := range s.executions {
		if !known[e.Workflow] {
			known[e.Workflow] = true
			all = append(all, history.Workflow{Ref: s.own(history.Ref{Workflow: e.Workflow}), Name: e.Workflow})
		}
	}
	return all
}

// knows reports whether a workflow was added, itself or by an execution of it. The caller holds the lock.
func (s *Source) knows(workflow string) bool {
	return slices.ContainsFunc(s.workflows, func(w history.Workflow) bool { return w.Workflow == workflow }) ||
		slices.ContainsFunc(s.executions, func(e history.Execution) bool { return e.Workflow == workflow })
}

// cloneWorkflow keeps what the caller may change apart from what is served.
func cloneWorkflow(w history.Workflow) history.Workflow {
	w.Attributes = maps.Clone(w.Attributes)
	w.Diagnostics = slices.Clone(w.Diagnostics)
	return w
}
