// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"iter"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// executionsAnswer is the answer of ListExecutions.
type executionsAnswer struct {
	NextToken  wire.Text
	RequestID  wire.Text `json:"RequestId"`
	Executions *itemList[executionItem]
}

// ExecutionPages reads ListExecutions page by page.
func (s *source) ExecutionPages(ctx context.Context, q history.ExecutionQuery) iter.Seq2[history.Page[history.Execution], error] {
	return listing[executionItem, history.Execution]{
		op:   opList,
		what: "execution",
		pos:  history.Position{Ref: s.own(history.Ref{Workflow: q.Workflow}), Query: q.Fingerprint()},
		get: func(ctx context.Context, token string) (listed[executionItem], error) {
			if err := checkName("flow name", q.Workflow); err != nil {
				return listed[executionItem]{}, err
			}
			return s.listExecutions(ctx, q, token)
		},
		name: func(i executionItem) wire.Text { return i.Name },
		item: func(i executionItem) history.Execution {
			e := i.execution(s.own(history.Ref{Workflow: q.Workflow, Execution: string(i.Name)}))
			if q.OmitDetail {
				e = bare(e)
			}
			return e
		},
	}.pages(ctx, q.From)
}

// listExecutions makes one ListExecutions request, with every filter that the service has.
func (s *source) listExecutions(ctx context.Context, q history.ExecutionQuery, token string) (listed[executionItem], error) {
	var answer executionsAnswer
	err := s.exchange.Do(ctx, exchange.Call{
		Op:     opList,
		Target: q.Workflow,
		Sign: func(ctx context.Context) (exchange.Signed, error) {
			req := fnf.CreateListExecutionsRequest()
			req.FlowName, req.NextToken, req.Limit = q.Workflow, token, requests.NewInteger(limit(q.PageSize, maxExecutionPage))
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
			answer = executionsAnswer{}
			return read(reply, &answer, &answer.RequestID, func() bool { return answer.Executions != nil }, "Executions")
		},
	})
	if err != nil {
		return listed[executionItem]{}, err
	}
	return listed[executionItem]{*answer.Executions, answer.NextToken, answer.RequestID}, nil
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
