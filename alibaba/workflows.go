// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"iter"
	"maps"

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
	Flows     *itemList[flowItem]
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
	return listing[flowItem, history.Workflow]{
		op:   opFlows,
		what: "flow",
		pos:  history.Position{Ref: s.own(history.Ref{}), Query: q.Fingerprint()},
		get: func(ctx context.Context, token string) (listed[flowItem], error) {
			return s.listFlows(ctx, q, token)
		},
		name: func(i flowItem) wire.Text { return i.Name },
		item: func(i flowItem) history.Workflow {
			w := i.workflow(s.own(history.Ref{Workflow: string(i.Name)}))
			if q.OmitDetail {
				w.Definition = ""
			}
			return w
		},
	}.pages(ctx, q.From)
}

// listFlows makes one ListFlows request. The service has no filter.
func (s *source) listFlows(ctx context.Context, q history.WorkflowQuery, token string) (listed[flowItem], error) {
	var answer flowsAnswer
	err := s.exchange.Do(ctx, exchange.Call{
		Op: opFlows,
		Sign: func(ctx context.Context) (exchange.Signed, error) {
			req := fnf.CreateListFlowsRequest()
			req.NextToken, req.Limit = token, requests.NewInteger(limit(q.PageSize, maxWorkflowPage))
			return s.signer.sign(ctx, req.RpcRequest, req)
		},
		Read: func(_ context.Context, reply *exchange.Reply) error {
			answer = flowsAnswer{}
			return read(reply, &answer, &answer.RequestID, func() bool { return answer.Flows != nil }, "Flows")
		},
	})
	if err != nil {
		return listed[flowItem]{}, err
	}
	return listed[flowItem]{*answer.Flows, answer.NextToken, answer.RequestID}, nil
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
