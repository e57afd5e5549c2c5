// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// ExecutionPages reads ListExecutions page by page.
func (s *source) ExecutionPages(ctx context.Context, q history.ExecutionQuery) iter.Seq2[history.Page[history.Execution], error] {
	return history.Paged(ctx, q.From, func(ctx context.Context, at history.Cursor) (history.Page[history.Execution], error) {
		pos := history.Position{Ref: s.own(history.Ref{Workflow: q.Workflow}), Query: q.Fingerprint()}
		place := listPlace{}
		if at != "" {
			got, err := at.Position()
			if err != nil {
				return history.Page[history.Execution]{}, err
			}
			place = parsePlace(got.Token)
		}
		if err := checkName("flow name", q.Workflow); err != nil {
			return history.Page[history.Execution]{}, err
		}
		answer, err := s.list(ctx, q, place.token)
		if place.token != "" && refused(err) {
			err = lostPlace(err)
		}
		if err != nil {
			return history.Page[history.Execution]{}, err
		}
		return s.listPage(q, pos, place, answer)
	})
}

// listPage makes a page of an answer, behind the place's last execution if it has one. An execution without a name ends
// it with an error behind what came before: there is nothing to ask for it with.
func (s *source) listPage(q history.ExecutionQuery, pos history.Position, place listPlace, answer listAnswer) (history.Page[history.Execution], error) {
	page := history.Page[history.Execution]{RequestID: string(answer.RequestID)}
	goOn := func(at listPlace) {
		pos.Token = at.String()
		page.Next = history.NewCursor(pos)
		page.Resume = page.Next
	}
	items, found := place.behind(*answer.Executions)
	switch {
	case !found && answer.NextToken == "":
		return page, &history.Error{Op: opList, Kind: history.ErrCursor, RequestID: page.RequestID,
			Message: "the execution " + wire.Clip(place.after) + " at the cursor's place is no longer in the list behind it; start from \"\""}
	case !found:
		// Pages are smaller than they were, or new executions have come before it: it is looked for further on.
		goOn(listPlace{token: string(answer.NextToken), after: place.after})
		return page, nil
	}
	for _, item := range items {
		if item.Name == "" {
			err := wire.Unreadable("an execution of the list has no Name (its Status is %q)", wire.Clip(string(item.Status)))
			err.Op, err.RequestID = opList, page.RequestID
			err.Message = answer.redact(err.Message)
			goOn(place)
			return page, err
		}
		e := item.execution(history.Ref{Provider: provider, Scope: s.scope, Workflow: q.Workflow, Execution: string(item.Name)})
		if q.OmitDetail {
			e = bare(e)
		}
		page.Items = append(page.Items, e)
		place.after = e.Execution
	}
	if answer.NextToken != "" {
		goOn(listPlace{token: string(answer.NextToken)})
		return page, nil
	}
	pos.Token, pos.End = place.String(), true
	page.Resume = history.NewCursor(pos)
	return page, nil
}

// lostPlace says of a refused token what the caller can do about it. Events are found again by their ID; a list has nothing
// of the kind.
func lostPlace(err error) error {
	e, ok := errors.AsType[*history.Error](err)
	if !ok {
		return err
	}
	lost := *e
	lost.Kind = history.ErrCursor
	lost.Message = "the service refused the page token of the cursor's place; start from \"\"; it says: " + e.Message
	return &lost
}

// listPlace is where a list goes on: the service's token of a page, and the name of the last execution of that page that
// was delivered, "" for none. It is looked for on that page and on those behind it.
type listPlace struct{ token, after string }

// String writes the place for Position.Token. A name has no slash, so the first one ends it.
func (p listPlace) String() string { return p.after + "/" + p.token }

// behind is the items of a page behind the place's execution, and whether that is on it. A place without one is the start
// of its page.
func (p listPlace) behind(items []executionItem) ([]executionItem, bool) {
	if p.after == "" {
		return items, true
	}
	i := slices.IndexFunc(items, func(i executionItem) bool { return string(i.Name) == p.after })
	return items[i+1:], i >= 0
}

func parsePlace(s string) listPlace {
	after, token, _ := strings.Cut(s, "/")
	return listPlace{token: token, after: after}
}

// list makes one ListExecutions request, with every filter that the service has.
func (s *source) list(ctx context.Context, q history.ExecutionQuery, token string) (listAnswer, error) {
	limit := maxExecutionPage
	if q.PageSize > 0 {
		limit = min(q.PageSize, maxExecutionPage)
	}
	var answer listAnswer
	err := s.exchange.Do(ctx, exchange.Call{
		Op: opList,
		Sign: func(ctx context.Context) (exchange.Signed, error) {
			req := fnf.CreateListExecutionsRequest()
			req.FlowName, req.NextToken, req.Limit = q.Workflow, token, requests.NewInteger(limit)
			req.ExecutionNamePrefix = q.NamePrefix
			req.StartedTimeBegin, req.StartedTimeEnd = startedBegin(q.StartedAfter), startedEnd(q.StartedBefore)
			if len(q.Status) == 1 { // the service takes one; more are left to the client
				req.Status = nativeStatus(q.Status[0])
			}
			if q.OmitDetail {
				req.QueryParams["MetadataOnly"] = "true" // newer than the SDK's struct
			}
			return s.signer.sign(ctx, req.RpcRequest, req)
		},
		Read: func(_ context.Context, reply *exchange.Reply) error {
			answer = listAnswer{redact: reply.Redact}
			return read(reply, &answer, &answer.RequestID, func() bool { return answer.Executions != nil }, "Executions")
		},
	})
	return answer, err
}

// startedBegin and startedEnd push a time range down a little wider than it is, since no document says whether the
// service's bounds are part of its range; the client checks each execution against the real one.
func startedBegin(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Millisecond).Add(-time.Millisecond).Format(timeForm)
}

func startedEnd(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Millisecond).Add(time.Millisecond).Format(timeForm)
}
