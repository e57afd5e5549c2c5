// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/flowhistory/flowhistory/history"
)

const maxWorkflowPage = 100

var _ history.WorkflowLister = (*Source)(nil)

// WorkflowPages serves the workflows of which the archive has executions, by name. An archive knows of a workflow what
// the provider calls it (on AOM the id, which stands for the name too) and its newest execution.
func (s *Source) WorkflowPages(ctx context.Context, q history.WorkflowQuery) iter.Seq2[history.Page[history.Workflow], error] {
	return history.Paged(ctx, q.From, func(_ context.Context, from history.Cursor) (history.Page[history.Workflow], error) {
		return s.workflowPage(q, from)
	})
}

func (s *Source) workflowPage(q history.WorkflowQuery, from history.Cursor) (page history.Page[history.Workflow], err error) {
	at := history.Position{Ref: history.Ref{Provider: s.provider, Scope: s.scope}, Query: q.Fingerprint()}
	names := slices.Sorted(maps.Keys(s.workflows))
	if from != "" {
		got, err := from.Position()
		if err != nil {
			return page, err
		}
		at.Token = got.Token // the name of the last workflow delivered
		i, found := slices.BinarySearch(names, at.Token)
		if found {
			i++
		}
		names = names[i:]
	}
	size := pageSize(q.PageSize, maxWorkflowPage)
	page.Resume = history.NewCursor(at)
	for _, name := range names {
		w := s.workflow(name)
		if !q.Match(w) {
			continue
		}
		if len(page.Items) == size {
			page.Next = page.Resume
			break
		}
		page.Items = append(page.Items, w)
		at.Token = name
		page.Resume = history.NewCursor(at)
	}
	return page, nil
}

func (s *Source) workflow(name string) history.Workflow {
	sorted := s.workflows[name].sorted
	newest := sorted[len(sorted)-1]
	return history.Workflow{
		Ref:  history.Ref{Provider: s.provider, Scope: s.scope, Workflow: name},
		Name: name, LastExecution: newest.name, LastStarted: newest.started, Status: newest.status,
	}
}
