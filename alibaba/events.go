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

// Recycle takes the memory of a page that was read to its end: see history.Client.Events, which gives events out as copies.
func (s *source) Recycle(events []history.Event) { s.decoders.recycle(events) }

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
	events := answer.events
	var failed error
	if err := answer.failed; err != nil {
		err.Op, err.RequestID = opHistory, string(answer.requestID)
		err.Message = answer.redact(err.Message)
		failed = err
		events = below(events, answer.failedAt, pos.LastEvent)
	}
	sortByID(events)
	page := history.Page[history.Event]{Items: events[:0], RequestID: string(answer.requestID)}
	for i := range events {
		e := &events[i]
		if e.ID <= pos.LastEvent {
			continue
		}
		if pos.LastEvent = e.ID; len(page.Items) == i {
			page.Items = events[:i+1] // nothing was left out: it is in its place
		} else {
			page.Items = append(page.Items, *e)
		}
	}
	if n := len(page.Items); n > 0 {
		pos.End = page.Items[n-1].Type.Terminal()
	}
	pos.Token = ""
	page.Resume = history.NewCursor(pos)
	switch {
	case failed != nil:
		page.Next = page.Resume
	case answer.nextToken != "":
		pos.Token = string(answer.nextToken)
		page.Next = history.NewCursor(pos)
	}
	return page, failed
}

// sortByID sorts events that are not in order, which they nearly always are.
func sortByID(events []history.Event) {
	for i := 1; i < len(events); i++ {
		if events[i].ID < events[i-1].ID {
			slices.SortStableFunc(events, func(a, b history.Event) int { return cmp.Compare(a.ID, b.ID) })
			return
		}
	}
}

// below is the events before the one that failed which have smaller IDs than it and all that come behind it, so that in an
// answer that is out of order a cursor behind them loses none of those. Of those, the ones up to last are no longer wanted.
func below(events []history.Event, failed int, last int64) []history.Event {
	least := int64(math.MaxInt64)
	for i := range events[failed:] {
		if id := events[failed+i].ID; id > last {
			least = min(least, id)
		}
	}
	return slices.DeleteFunc(events[:failed], func(e history.Event) bool { return e.ID >= least })
}

// maxEvents is how many events an execution has at most, by the documents, unless a larger quota was granted.
const maxEvents = 5000

// foretell guesses the Next of the page at a cursor.
//
// Assumption: tokens are the decimal ID of the next page's first event and IDs have no gaps, as in the documents'
// samples. A wrong guess costs a request and nothing else: see history.PagedAhead.
//
// The page that begins beyond the documented number of events is not guessed at: few accounts have a larger quota, and
// for theirs there will be a real token, behind which guessing goes on.
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
	if first <= maxEvents && pos.LastEvent >= maxEvents {
		return ""
	}
	pos.Token = strconv.FormatInt(pos.LastEvent+1, 10)
	return history.NewCursor(pos)
}

// get makes one GetExecutionHistory request.
func (r *eventReader) get(ctx context.Context, token string) (historyAnswer, error) {
	var answer historyAnswer
	err := r.source.exchange.Do(ctx, exchange.Call{
		Op:     opHistory,
		Target: r.query.Workflow + "/" + r.query.Execution,
		Sign: func(ctx context.Context) (exchange.Signed, error) {
			req := fnf.CreateGetExecutionHistoryRequest()
			req.FlowName, req.ExecutionName = r.query.Workflow, r.query.Execution
			req.NextToken, req.Limit = token, requests.NewInteger(r.limit)
			if r.query.RequestID != "" {
				req.QueryParams["RequestId"] = r.query.RequestID // the SDK's struct has lost this parameter
			}
			return r.source.signer.sign(ctx, req.RpcRequest, req)
		},
		Read: func(_ context.Context, reply *exchange.Reply) (err error) {
			answer, err = r.source.decoders.read(reply, r.query, r.limit)
			return err
		},
	})
	return answer, err
}
