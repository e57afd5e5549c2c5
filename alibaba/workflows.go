// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"iter"
	"maps"
	"slices"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// maxWorkflowPage is the largest page of ListFlows: its document allows 1 to 999, and means 60 without a Limit.
const maxWorkflowPage = 999

var _ history.WorkflowLister = (*source)(nil)

// flowsAnswer is the answer of ListFlows.
type flowsAnswer struct {
	NextToken wire.Text
	RequestID wire.Text `json:"RequestId"`
	Flows     *[]flowItem
}

type flowItem struct {
	Name, Description, Definition wire.Text
	CreatedTime, LastModifiedTime wire.Text
	ID                            wire.Text `json:"Id"`
	Type, RoleArn, ExecutionMode  wire.Text
	ExternalStorageLocation       wire.Text
	Environment                   wire.Text // of newer API versions
}

// WorkflowPages reads ListFlows page by page.
func (s *source) WorkflowPages(ctx context.Context, q history.WorkflowQuery) iter.Seq2[history.Page[history.Workflow], error] {
	return history.Paged(ctx, q.From, func(ctx context.Context, at history.Cursor) (history.Page[history.Workflow], error) {
		place := listPlace{}
		if at != "" {
			got, err := at.Position()
			if err != nil {
				return history.Page[history.Workflow]{}, err
			}
			place = parsePlace(got.Token)
		}
		answer, err := s.listFlows(ctx, q, place.token)
		if place.token != "" && refused(err) {
			err = lostPlace(err)
		}
		if err != nil {
			return history.Page[history.Workflow]{}, err
		}
		return s.flowPage(q, place, answer)
	})
}

// flowPage makes a page of an answer, as listPage does for executions: behind the place's last flow if it has one, and
// ended by a flow without a name.
func (s *source) flowPage(q history.WorkflowQuery, place listPlace, answer flowsAnswer) (history.Page[history.Workflow], error) {
	page := history.Page[history.Workflow]{RequestID: string(answer.RequestID)}
	pos := history.Position{Ref: s.own(history.Ref{}), Query: q.Fingerprint()}
	goOn := func(at listPlace) {
		pos.Token = at.String()
		page.Next = history.NewCursor(pos)
		page.Resume = page.Next
	}
	items := *answer.Flows
	if place.after != "" {
		i := slices.IndexFunc(items, func(i flowItem) bool { return string(i.Name) == place.after })
		switch {
		case i < 0 && answer.NextToken == "":
			return page, &history.Error{Op: opFlows, Kind: history.ErrCursor, RequestID: page.RequestID,
				Message: "the flow " + place.after + " at the cursor's place is no longer in the list behind it; start from \"\""}
		case i < 0:
			goOn(listPlace{token: string(answer.NextToken), after: place.after}) // pages are smaller than they were
			return page, nil
		}
		items = items[i+1:]
	}
	for _, item := range items {
		if item.Name == "" {
			err := wire.Unreadable("a flow of the list has no Name (its Id is %q)", wire.Clip(string(item.ID)))
			err.Op, err.RequestID = opFlows, page.RequestID
			goOn(place)
			return page, err
		}
		w := item.workflow(s.own(history.Ref{Workflow: string(item.Name)}))
		if q.OmitDetail {
			w.Definition = ""
		}
		page.Items = append(page.Items, w)
		place.after = w.Workflow
	}
	if answer.NextToken != "" {
		goOn(listPlace{token: string(answer.NextToken)})
		return page, nil
	}
	pos.Token, pos.End = place.String(), true
	page.Resume = history.NewCursor(pos)
	return page, nil
}

// listFlows makes one ListFlows request. The service has no filter.
func (s *source) listFlows(ctx context.Context, q history.WorkflowQuery, token string) (flowsAnswer, error) {
	limit := maxWorkflowPage
	if q.PageSize > 0 {
		limit = min(q.PageSize, maxWorkflowPage)
	}
	var answer flowsAnswer
	err := s.exchange.Do(ctx, exchange.Call{
		Op: opFlows,
		Sign: func(ctx context.Context) (exchange.Signed, error) {
			req := fnf.CreateListFlowsRequest()
			req.NextToken, req.Limit = token, requests.NewInteger(limit)
			return s.signer.sign(ctx, req.RpcRequest, req)
		},
		Read: func(_ context.Context, reply *exchange.Reply) error {
			answer = flowsAnswer{}
			return read(reply, &answer, &answer.RequestID, func() bool { return answer.Flows != nil }, "Flows")
		},
	})
	return answer, err
}

// workflow maps what the service says of a flow.
func (i flowItem) workflow(ref history.Ref) history.Workflow {
	n := notes{}
	w := history.Workflow{
		Ref:         ref,
		Name:        string(i.Name),
		Description: string(i.Description),
		Definition:  string(i.Definition),
		Created:     n.time("CreatedTime", i.CreatedTime),
		Updated:     n.time("LastModifiedTime", i.LastModifiedTime),
		Attributes: map[string]string{
			"Id":                      string(i.ID),
			"Type":                    string(i.Type),
			"RoleArn":                 string(i.RoleArn),
			"ExecutionMode":           string(i.ExecutionMode),
			"ExternalStorageLocation": string(i.ExternalStorageLocation),
			"Environment":             string(i.Environment),
		},
	}
	maps.DeleteFunc(w.Attributes, func(_, value string) bool { return value == "" })
	if len(w.Attributes) == 0 {
		w.Attributes = nil
	}
	w.Diagnostics = n.list
	return w
}
