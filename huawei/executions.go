// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

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
//
// A cursor holds the id of an execution and its number in the list. When executions in front of it have gone since, finding
// the place takes a second request.
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
			w.last = parseListPlace(pos.Token)
		}
		if err := checkID("workflow id", q.Workflow); err != nil {
			yield(history.Page[history.Execution]{}, err)
			return
		}
		err := w.get(ctx)
		for w.astray { // the id alone finds the place then
			w.astray, w.last.nth = false, 0
			err = w.get(ctx)
		}
		w.finish(err)
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
	pos    history.Position // of its cursors, but for the place
	last   listPlace        // behind the last execution that was taken
	size   int
	yield  func(history.Page[history.Execution], error) bool

	page      []history.Execution // taken, not yet delivered
	steps     int                 // in the page
	requestID string              // of the attempt that brought them
	before    int                 // executions in the page before: about as many as the next one has
	delivered bool                // a page was
	astray    bool                // what is behind the place went by, because the list is no longer what it was
	left      bool                // the consumer has left the loop
}

func (w *listWalk) get(ctx context.Context) error {
	return w.source.get(ctx, opList, w.query.Workflow+"/executions", w.source.listQuery(), w.read)
}

// read reads one answer. It is called again when an answer broke off.
func (w *listWalk) read(ctx context.Context, reply *exchange.Reply) error {
	w.requestID = reply.RequestID
	at := listSearch{place: w.last, found: w.last.id == ""}
	err := readList(reply, func(item *executionItem) error {
		switch {
		case item == nil:
			w.source.log.DebugContext(ctx, "the list of executions has a null, which is left out", "workflow", w.query.Workflow)
			return nil
		case at.next(string(item.ExecutionID)):
			return w.take(ctx, reply, item, at.nth)
		case at.astray():
			w.astray = true
			return exchange.ErrStop
		}
		return nil
	})
	if err != nil || at.found {
		return err
	}
	if at.earlier > 0 {
		w.astray = at.earlier < at.nth // else it is the last of the list, and nothing went by
		return nil
	}
	return &history.Error{Kind: history.ErrCursor, Message: fmt.Sprintf(
		"the execution %q, behind which reading was to go on, is no longer in the list; start from \"\"", wire.Clip(w.last.id))}
}

// take adds an execution, the nth of the list. A full page waits for it, to know that it is not the last one.
func (w *listWalk) take(ctx context.Context, reply *exchange.Reply, item *executionItem, nth int) error {
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
	w.last = listPlace{e.Execution, nth}
	return nil
}

// deliver yields the page and reports whether the consumer wants more.
func (w *listWalk) deliver(more bool) bool {
	page := history.Page[history.Execution]{Items: w.page, Resume: w.cursor(!more), RequestID: w.requestID}
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
		e.Cursor = w.cursor(false)
	}
	return err
}

// cursor goes on behind what was taken.
func (w *listWalk) cursor(end bool) history.Cursor {
	pos := w.pos
	pos.Token, pos.End = w.last.token(), end
	return history.NewCursor(pos)
}

// listPlace is a place in the list: behind an execution. The id alone is not enough where the list has it twice: a walk that
// begins anew for each page would come back to the first one for ever.
type listPlace struct {
	id  string // "" = before the first
	nth int    // it was that of the list, counted from 1; 0 = not known, as in cursors from before this was kept
}

// token writes the place for Position.Token.
func (p listPlace) token() string {
	if p.nth == 0 {
		return p.id
	}
	return strconv.Itoa(p.nth) + "/" + p.id
}

// parseListPlace reads what token writes. Ids that can be asked for have no slash.
func parseListPlace(token string) listPlace {
	number, id, ok := strings.Cut(token, "/")
	if nth, err := strconv.Atoi(number); ok && err == nil && nth > 0 && id != "" {
		return listPlace{id, nth}
	}
	return listPlace{id: token}
}

// listSearch finds a place in the list as it comes in. The number only chooses between executions of one id, since
// executions come and go in front of it: of those the first is the place that has the number, or a higher one. Where another
// one has the number and one with the id came before, it is the first of all: nothing is lost then, and a list that has an id
// twice and grows in front repeats some.
type listSearch struct {
	place   listPlace
	found   bool
	nth     int // how many executions were seen
	earlier int // which of them was the first with the id, at a lower number; 0 = none
}

// next goes on to the next execution and reports whether it is behind the place.
func (s *listSearch) next(id string) bool {
	s.nth++
	switch {
	case s.found:
		return true
	case id != s.place.id:
	case s.nth >= s.place.nth:
		s.found = true
	case s.earlier == 0:
		s.earlier = s.nth
	}
	return false
}

// astray reports whether the execution with the number is another one, and one with the id came before it.
func (s *listSearch) astray() bool { return !s.found && s.nth == s.place.nth && s.earlier > 0 }
