// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// documentedNodes is how many node results an execution has at most by the documents.
const documentedNodes = 200

// ExecutionPages reads ListWorkflowExecutions once and cuts the answer into pages as it comes in.
//
// A page has q.PageSize executions, or fewer when these have more than documentedNodes steps each: then it ends with the first
// execution that brings it to as many steps as a page of the documents may have. A step takes up to half a kilobyte beside
// its texts, so a page of 100 executions holds some 15 MiB and its texts at the very most.
func (s *source) ExecutionPages(ctx context.Context, q history.ExecutionQuery) iter.Seq2[history.Page[history.Execution], error] {
	return func(yield func(history.Page[history.Execution], error) bool) {
		w := &listWalk{
			source: s,
			query:  q,
			pos:    history.Position{Ref: s.own(history.Ref{Workflow: q.Workflow}), Query: q.Fingerprint()},
			size:   defaultExecutionPage,
			yield:  yield,
		}
		if q.PageSize > 0 {
			w.size = q.PageSize
		}
		if q.From != "" {
			pos, err := q.From.Position()
			if err != nil {
				yield(history.Page[history.Execution]{}, err)
				return
			}
			w.pos.Token = pos.Token
		}
		if err := checkID("workflow id", q.Workflow); err != nil {
			yield(history.Page[history.Execution]{}, err)
			return
		}
		w.finish(s.get(ctx, opList, q.Workflow+"/executions", s.listQuery(), w.read))
	}
}

func (s *source) listQuery() map[string]string {
	if s.enterprise == "" {
		return nil
	}
	return map[string]string{queryEnterprise: s.enterprise}
}

// listWalk is one range over the executions of a workflow. It outlives the attempts: one that broke off is followed by
// another that skips what was taken and goes on.
type listWalk struct {
	source *source
	query  history.ExecutionQuery
	pos    history.Position // its Token is the id of the last execution that was taken, "" before the first
	size   int
	yield  func(history.Page[history.Execution], error) bool

	page      []history.Execution // taken, not yet delivered
	steps     int                 // in the page
	requestID string              // of the attempt that brought them
	before    int                 // executions in the page before: about as many as the next one has
	delivered bool                // a page was
	left      bool                // the consumer has left the loop
}

// read reads one answer. It is called again when an answer broke off.
func (w *listWalk) read(ctx context.Context, reply *exchange.Reply) error {
	w.requestID = reply.RequestID
	found := w.pos.Token == ""
	err := readList(reply, func(item *executionItem) error {
		switch {
		case item == nil:
			w.source.log.DebugContext(ctx, "the list of executions has a null, which is left out", "workflow", w.query.Workflow)
			return nil
		case !found:
			found = string(item.ExecutionID) == w.pos.Token
			return nil
		}
		return w.take(ctx, reply, item)
	})
	if err == nil && !found {
		return &history.Error{Kind: history.ErrCursor, Message: fmt.Sprintf(
			"the execution %q, behind which reading was to go on, is no longer in the list; start from \"\"", wire.Clip(w.pos.Token))}
	}
	return err
}

// take adds an execution. A full page waits for it, to know that it is not the last one.
func (w *listWalk) take(ctx context.Context, reply *exchange.Reply, item *executionItem) error {
	if len(w.page) >= w.size || w.steps/documentedNodes >= w.size {
		if !w.deliver(true) {
			return exchange.ErrStop
		}
		reply.Progress()
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	e := item.execution(w.pos.Ref)
	if w.query.OmitDetail {
		e = bare(e)
	}
	if w.page == nil {
		w.page = make([]history.Execution, 0, w.before)
	}
	w.page = append(w.page, e)
	w.steps += len(e.Steps)
	w.pos.Token = e.Execution
	return nil
}

// deliver yields the page and reports whether the consumer wants more.
func (w *listWalk) deliver(more bool) bool {
	pos := w.pos
	pos.End = !more
	page := history.Page[history.Execution]{Items: w.page, Resume: history.NewCursor(pos), RequestID: w.requestID}
	if more {
		page.Next = page.Resume
	}
	w.page, w.before, w.steps, w.delivered = nil, len(w.page), 0, true
	w.left = !w.yield(page, nil)
	return !w.left
}

// finish delivers what is left, and the error that ended the reading behind it.
func (w *listWalk) finish(err error) {
	switch {
	case w.left:
	case err == nil:
		w.deliver(false)
	case len(w.page) > 0 && !w.deliver(true):
	default:
		w.yield(history.Page[history.Execution]{}, w.place(err))
	}
}

// place notes in an error where to go on, unless there is nothing to go on from.
func (w *listWalk) place(err error) error {
	if e, ok := errors.AsType[*history.Error](err); ok && w.delivered && e.Kind != history.ErrCursor && e.Kind != history.ErrInvalid {
		e.Cursor = history.NewCursor(w.pos)
	}
	return err
}
