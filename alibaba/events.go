// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"cmp"
	"context"
	"iter"
	"math"
	"slices"
	"strconv"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// EventPages reads GetExecutionHistory page by page.
func (s *source) EventPages(ctx context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
	q.Ref = s.own(q.Ref)
	r := &eventReader{source: s, query: q, limit: maxEventPage}
	if q.PageSize > 0 {
		r.limit = min(q.PageSize, maxEventPage)
	}
	return history.PagedAhead(ctx, q.From, q.Prefetch, r.foretell, r.page)
}

// eventReader reads one execution's events. It holds no place: that is in the cursors, so it may be used concurrently.
type eventReader struct {
	source *source
	query  history.EventQuery
	limit  int
}

// page fetches the page at a cursor.
func (r *eventReader) page(ctx context.Context, at history.Cursor, foretold bool) (history.Page[history.Event], error) {
	pos := history.Position{Ref: r.query.Ref}
	if at != "" {
		var err error
		if pos, err = at.Position(); err != nil {
			return history.Page[history.Event]{}, err
		}
	}
	if err := checkNames(r.query.Ref); err != nil {
		return history.Page[history.Event]{}, err
	}
	if pos.End && pos.Token == "" {
		return history.Page[history.Event]{Resume: at}, nil // nothing comes behind a terminal event
	}
	answer, err := r.answer(ctx, pos, foretold)
	if err != nil {
		return history.Page[history.Event]{}, err
	}
	return r.cut(pos, answer)
}

// cut makes a page of an answer: the events behind the position, in order of ID, each once, whatever the service
// repeated. An unreadable event ends it with an error behind what came before.
func (r *eventReader) cut(pos history.Position, answer historyAnswer) (history.Page[history.Event], error) {
	events := make([]history.Event, 0, len(*answer.Events))
	var failed error
	for i, item := range *answer.Events {
		e, err := item.event(r.query.Ref)
		if err != nil {
			err.Op, err.RequestID = opHistory, string(answer.RequestID)
			err.Message = answer.redact(err.Message)
			failed = err
			events = below((*answer.Events)[i:], pos.LastEvent, events)
			break
		}
		if r.query.OmitDetail {
			e.Detail = ""
		}
		events = append(events, e)
	}
	byID := func(a, b history.Event) int { return cmp.Compare(a.ID, b.ID) }
	if !slices.IsSortedFunc(events, byID) {
		slices.SortStableFunc(events, byID)
	}
	page := history.Page[history.Event]{Items: events[:0], RequestID: string(answer.RequestID)}
	for _, e := range events {
		if e.ID > pos.LastEvent {
			page.Items = append(page.Items, e)
			pos.LastEvent, pos.End = e.ID, e.Type.Terminal()
		}
	}
	pos.Token = ""
	page.Resume = history.NewCursor(pos)
	switch {
	case failed != nil:
		page.Next = page.Resume
	case answer.NextToken != "":
		pos.Token = string(answer.NextToken)
		page.Next = history.NewCursor(pos)
	}
	return page, failed
}

// below is the events with smaller IDs than all items behind last, so that in an answer that is out of order a cursor behind
// them loses none of the items.
func below(items []eventItem, last int64, events []history.Event) []history.Event {
	least := int64(math.MaxInt64)
	for _, item := range items {
		if id, ok := integer(item.EventID); ok && id > last {
			least = min(least, id)
		}
	}
	return slices.DeleteFunc(events, func(e history.Event) bool { return e.ID >= least })
}

// foretell guesses the Next of the page at a cursor.
//
// Assumption: tokens are the decimal ID of the next page's first event and IDs have no gaps, as in the documents'
// samples. A wrong guess costs a request and nothing else: see history.PagedAhead.
func (r *eventReader) foretell(at history.Cursor) history.Cursor {
	pos := history.Position{Ref: r.query.Ref}
	first := int64(1)
	if at != "" {
		var err error
		if pos, err = at.Position(); err != nil || pos.Token != strconv.FormatInt(pos.LastEvent+1, 10) {
			return ""
		}
		first = pos.LastEvent + 1
	}
	pos.LastEvent = first + int64(r.limit) - 1
	pos.Token = strconv.FormatInt(pos.LastEvent+1, 10)
	return history.NewCursor(pos)
}

// get makes one GetExecutionHistory request.
func (r *eventReader) get(ctx context.Context, token string) (historyAnswer, error) {
	var answer historyAnswer
	err := r.source.exchange.Do(ctx, exchange.Call{
		Op: opHistory,
		Sign: func(ctx context.Context) (exchange.Signed, error) {
			req := fnf.CreateGetExecutionHistoryRequest()
			req.FlowName, req.ExecutionName = r.query.Workflow, r.query.Execution
			req.NextToken, req.Limit = token, requests.NewInteger(r.limit)
			if r.query.RequestID != "" {
				req.QueryParams["RequestId"] = r.query.RequestID // the SDK's struct has lost this parameter
			}
			return r.source.signer.sign(ctx, req.RpcRequest, req)
		},
		Read: func(_ context.Context, reply *exchange.Reply) error {
			answer = historyAnswer{redact: reply.Redact} // an attempt before may have left something
			return read(reply, &answer, &answer.RequestID, func() bool { return answer.Events != nil }, "Events")
		},
	})
	return answer, err
}
