// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/flowhistory/flowhistory/history"
)

// EventPages serves the events of an execution that was added.
func (s *Source) EventPages(ctx context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
	if s.OnEventPages != nil {
		return s.OnEventPages(ctx, q)
	}
	return history.Paged(ctx, q.From, func(ctx context.Context, from history.Cursor) (history.Page[history.Event], error) {
		ref := s.own(q.Ref)
		f, id, err := s.begin(ctx, Call{Op: OpEventPages, Ref: ref, From: from, PageSize: q.PageSize, OmitDetail: q.OmitDetail})
		if err != nil {
			return history.Page[history.Event]{}, err
		}
		return cut(f, id, func() ([]history.Event, error) { return s.eventsBehind(ref, from) }, pageForm[history.Event]{
			size: s.size(q.PageSize),
			from: from,
			at:   history.Position{Ref: ref},
			behind: func(p history.Position, e history.Event) history.Position {
				p.LastEvent, p.End = e.ID, e.Type.Terminal()
				return p
			},
			bare: func(e history.Event) history.Event {
				if q.OmitDetail {
					e.Detail = ""
				}
				return e
			},
		})
	})
}

// eventsBehind is what an execution's history has behind a cursor.
func (s *Source) eventsBehind(ref history.Ref, from history.Cursor) ([]history.Event, error) {
	p, err := position(from)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.find(ref) < 0 {
		return nil, s.missing(OpEventPages, ref)
	}
	all := s.events[ref]
	i := slices.IndexFunc(all, func(e history.Event) bool { return e.ID > p.LastEvent })
	if i < 0 {
		return nil, nil
	}
	return slices.Clone(all[i:]), nil
}

// ExecutionPages serves the executions of a workflow that was added.
func (s *Source) ExecutionPages(ctx context.Context, q history.ExecutionQuery) iter.Seq2[history.Page[history.Execution], error] {
	if s.OnExecutionPages != nil {
		return s.OnExecutionPages(ctx, q)
	}
	return history.Paged(ctx, q.From, func(ctx context.Context, from history.Cursor) (history.Page[history.Execution], error) {
		ref := s.own(history.Ref{Workflow: q.Workflow})
		f, id, err := s.begin(ctx, Call{Op: OpExecutionPages, Ref: ref, From: from, PageSize: q.PageSize, OmitDetail: q.OmitDetail})
		if err != nil {
			return history.Page[history.Execution]{}, err
		}
		return cut(f, id, func() ([]history.Execution, error) { return s.executionsBehind(ref, from) }, pageForm[history.Execution]{
			size: s.size(q.PageSize),
			from: from,
			at:   history.Position{Ref: ref, Query: q.Fingerprint()},
			behind: func(p history.Position, e history.Execution) history.Position {
				p.Token = e.Execution
				return p
			},
			bare: func(e history.Execution) history.Execution {
				e = clone(e)
				if q.OmitDetail {
					e.Input, e.Output, e.Definition, e.Steps = "", "", "", bare(e.Steps)
				}
				return e
			},
		})
	})
}

// executionsBehind is what a workflow has behind a cursor.
func (s *Source) executionsBehind(ref history.Ref, from history.Cursor) ([]history.Execution, error) {
	p, err := position(from)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []history.Execution
	for _, e := range s.executions {
		if e.Workflow == ref.Workflow {
			all = append(all, e)
		}
	}
	if len(all) == 0 && !s.knows(ref.Workflow) {
		return nil, s.missing(OpExecutionPages, ref)
	}
	if p.Token == "" {
		return all, nil
	}
	i := slices.IndexFunc(all, func(e history.Execution) bool { return e.Execution == p.Token })
	if i < 0 {
		return nil, &history.Error{Op: OpExecutionPages, Kind: history.ErrCursor,
			Message: fmt.Sprintf("the cursor's place is gone: there is no execution %q any more", p.Token)}
	}
	return all[i+1:], nil
}

// position is the zero Position for "".
func position(c history.Cursor) (history.Position, error) {
	if c == "" {
		return history.Position{}, nil
	}
	return c.Position()
}

// pageForm is how a page is cut from the items behind a cursor.
type pageForm[T any] struct {
	size   int
	from   history.Cursor
	at     history.Position                                   // of the whole sequence
	behind func(at history.Position, last T) history.Position // the place behind an item
	bare   func(T) T                                          // an item as the query wants it
}

// cut makes one page, and what a fault makes of it.
func cut[T any](f Fault, requestID string, behind func() ([]T, error), form pageForm[T]) (history.Page[T], error) {
	page := history.Page[T]{RequestID: requestID}
	if f.fails() && f.Items < 1 {
		return page, f.failure()
	}
	rest, err := behind()
	if err != nil {
		return page, err
	}
	page.Resume = resume(form, rest[:0])
	if f.Empty {
		at, _ := position(form.from) // it was read before
		at.Ref, at.Query = form.at.Ref, form.at.Query
		// Another text for the same place: of a place between events the Token, which is not used there, of one in a list
		// the End, which is for the eyes of the reader only.
		switch {
		case at.Execution == "":
			at.End = !at.End
		case at.Token == "":
			at.Token = "empty page"
		default:
			at.Token = ""
		}
		page.Next = history.NewCursor(at)
		return page, nil
	}
	n := min(len(rest), form.size)
	if f.fails() {
		n = min(n, f.Items)
	}
	for _, item := range rest[:n] {
		page.Items = append(page.Items, form.bare(item))
	}
	page.Resume = resume(form, rest[:n])
	switch {
	case f.Circle:
		page.Next = history.NewCursor(form.at)
	case n < len(rest):
		page.Next = page.Resume
	}
	return page, f.failure()
}

// resume is the cursor behind the items of a page, or of an empty page the place where it began.
func resume[T any](form pageForm[T], items []T) history.Cursor {
	switch {
	case len(items) > 0:
		return history.NewCursor(form.behind(form.at, items[len(items)-1]))
	case form.from != "":
		return form.from
	default:
		return history.NewCursor(form.at)
	}
}

// bare is steps without what OmitDetail leaves out.
func bare(steps []history.Step) []history.Step {
	steps = slices.Clone(steps)
	for i := range steps {
		steps[i].Input, steps[i].Output, steps[i].Children = "", "", bare(steps[i].Children)
	}
	return steps
}

// Pages is the sequence of the given pages, and behind them of err if it is not nil.
func Pages[T any](err error, pages ...history.Page[T]) iter.Seq2[history.Page[T], error] {
	return func(yield func(history.Page[T], error) bool) {
		for _, page := range pages {
			page.Items = slices.Clone(page.Items)
			if !yield(page, nil) {
				return
			}
		}
		if err != nil {
			yield(history.Page[T]{}, err)
		}
	}
}
