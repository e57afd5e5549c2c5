// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"context"
	"fmt"
	"iter"

	"github.com/flowhistory/flowhistory/history"
)

const (
	maxEventPage     = 1000
	maxExecutionPage = 100
)

// The operations of a Source, as its errors name them.
const (
	opDescribe   = "archive.Describe"
	opExecutions = "archive.ExecutionPages"
	opEvents     = "archive.EventPages"
)

// Source reads the histories of one provider and scope from an archive. It is a history.Source, safe for concurrent use,
// and keeps no file open between two pages.
//
// It is the archive as it was opened: executions that came later are not seen, and a file that was replaced since, as
// Sync does, is ErrUnavailable: open the archive again.
//
// Executions come in order of their start, then of their name. A cursor of events that the provider's own client made is
// good here and the other way round, as far as the ID of its last event goes; that of a list of executions is not.
type Source struct {
	store     *store
	provider  string
	scope     string
	can       history.Capabilities
	workflows map[string]*workflow
}

var _ history.Source = (*Source)(nil)

// Provider is that of everything in the archive of this source.
func (s *Source) Provider() string { return s.provider }

// Scope is that of everything in the archive of this source.
func (s *Source) Scope() string { return s.scope }

// Capabilities says what the archive has: NativeEvents unless it has derived ones, Steps if an execution has some.
func (s *Source) Capabilities() history.Capabilities { return s.can }

// Describe reads an execution as it was archived. One of which there are only events, because its own line is missing
// or was skipped, has the Diagnostic no_record.
func (s *Source) Describe(ctx context.Context, ref history.Ref) (history.Execution, error) {
	if err := ctx.Err(); err != nil {
		return history.Execution{}, err
	}
	ref.Provider, ref.Scope = s.provider, s.scope
	e, err := s.find(opDescribe, ref)
	if err != nil {
		return history.Execution{}, err
	}
	f := opened{store: s.store}
	defer f.close()
	return s.execution(&f, ref, e)
}

// ExecutionPages serves the executions of a workflow, filtered.
func (s *Source) ExecutionPages(ctx context.Context, q history.ExecutionQuery) iter.Seq2[history.Page[history.Execution], error] {
	return history.Paged(ctx, q.From, func(ctx context.Context, from history.Cursor) (history.Page[history.Execution], error) {
		return s.executionPage(ctx, q, from)
	})
}

func (s *Source) executionPage(ctx context.Context, q history.ExecutionQuery, from history.Cursor) (page history.Page[history.Execution], err error) {
	ref := history.Ref{Provider: s.provider, Scope: s.scope, Workflow: q.Workflow}
	w, ok := s.workflows[q.Workflow]
	if !ok {
		return page, s.missing(opExecutions, ref)
	}
	at := history.Position{Ref: ref, Query: q.Fingerprint()}
	rest := w.sorted
	if from != "" {
		got, err := from.Position()
		if err != nil {
			return page, err
		}
		if at.Token = got.Token; at.Token != "" {
			p, ok := parsePlace(at.Token)
			if !ok {
				return page, &history.Error{Op: opExecutions, Kind: history.ErrCursor,
					Message: "the cursor is not one of an archive; start from \"\""}
			}
			rest = w.behind(p)
		}
	}
	f := opened{store: s.store}
	defer f.close()
	size := pageSize(q.PageSize, maxExecutionPage)
	page.Resume = history.NewCursor(at)
	for _, e := range rest {
		if err := ctx.Err(); err != nil {
			return history.Page[history.Execution]{}, err
		}
		ref.Execution = e.name
		if !q.Match(history.Execution{Ref: ref, Status: e.status, Started: e.started}) {
			continue
		}
		if len(page.Items) == size {
			page.Next = page.Resume
			break
		}
		item, err := s.execution(&f, ref, e)
		if err != nil {
			page.Next = page.Resume
			return page, err
		}
		if q.OmitDetail {
			item.Input, item.Output, item.Definition = "", "", ""
			item.Steps = bareSteps(item.Steps)
		}
		page.Items = append(page.Items, item)
		at.Token = e.place().token()
		page.Resume = history.NewCursor(at)
	}
	return page, nil
}

// EventPages serves the events of an execution in order of ID.
func (s *Source) EventPages(ctx context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
	return history.Paged(ctx, q.From, func(ctx context.Context, from history.Cursor) (history.Page[history.Event], error) {
		return s.eventPage(q, from)
	})
}

func (s *Source) eventPage(q history.EventQuery, from history.Cursor) (page history.Page[history.Event], err error) {
	ref := history.Ref{Provider: s.provider, Scope: s.scope, Workflow: q.Workflow, Execution: q.Execution}
	e, err := s.find(opEvents, ref)
	if err != nil {
		return page, err
	}
	at := history.Position{Ref: ref}
	if from != "" {
		got, err := from.Position()
		if err != nil {
			return page, err
		}
		at.LastEvent, at.End = got.LastEvent, got.End
	}
	rest := e.behind(at.LastEvent)
	f := opened{store: s.store}
	defer f.close()
	page.Resume = history.NewCursor(at)
	for _, found := range rest[:min(len(rest), pageSize(q.PageSize, maxEventPage))] {
		r, err := f.read(found.at)
		if err == nil && (r.Event == nil || r.Ref() != ref || r.Event.ID != found.id) {
			err = f.changed(found.at)
		}
		if err != nil {
			page.Next = page.Resume
			return page, err
		}
		if q.OmitDetail {
			r.Event.Detail = ""
		}
		page.Items = append(page.Items, *r.Event)
		at.LastEvent, at.End = r.Event.ID, r.Event.Type.Terminal()
		page.Resume = history.NewCursor(at)
	}
	if len(page.Items) < len(rest) {
		page.Next = page.Resume
	}
	return page, nil
}

// execution reads the record of an execution.
func (s *Source) execution(f *opened, ref history.Ref, e *entry) (history.Execution, error) {
	if !e.recorded {
		return history.Execution{Ref: ref, Diagnostics: []history.Diagnostic{{
			Code: "no_record", Severity: history.Defect, Text: "the archive has events of the execution, and not its own line",
		}}}, nil
	}
	r, err := f.read(e.record)
	if err == nil && (r.Execution == nil || r.Ref() != ref) {
		err = f.changed(e.record)
	}
	if err != nil {
		return history.Execution{}, err
	}
	return *r.Execution, nil
}

func (s *Source) find(op string, ref history.Ref) (*entry, error) {
	if w, ok := s.workflows[ref.Workflow]; ok {
		if e, ok := w.byName[ref.Execution]; ok {
			return e, nil
		}
	}
	return nil, s.missing(op, ref)
}

// missing is the error about an execution, or a workflow, that is not in the archive.
func (s *Source) missing(op string, ref history.Ref) error {
	if _, ok := s.workflows[ref.Workflow]; !ok {
		return &history.Error{Op: op, Kind: history.ErrWorkflowNotFound, Message: fmt.Sprintf("the archive has no workflow %q", ref.Workflow)}
	}
	return &history.Error{Op: op, Kind: history.ErrExecutionNotFound, Message: fmt.Sprintf("the archive has no execution %q", ref.Execution)}
}

func pageSize(hint, most int) int {
	if hint < 1 {
		return most
	}
	return min(hint, most)
}

// bareSteps is steps without what OmitDetail leaves out.
func bareSteps(steps []history.Step) []history.Step {
	for i := range steps { // they were just decoded and are nobody else's
		steps[i].Input, steps[i].Output, steps[i].Children = "", "", bareSteps(steps[i].Children)
	}
	return steps
}
