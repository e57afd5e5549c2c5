// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"cmp"
	"context"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// maxWait is the longest that the service holds DescribeExecution.
const maxWait = 60 * time.Second

// Describe reads one execution with DescribeExecution.
func (s *source) Describe(ctx context.Context, ref history.Ref) (history.Execution, error) {
	return s.describe(ctx, ref, 0)
}

// Wait is Describe with WaitTimeSeconds: the service answers when the execution has ended or d, at most 60 s, has passed.
func (s *source) Wait(ctx context.Context, ref history.Ref, d time.Duration) (history.Execution, error) {
	return s.describe(ctx, ref, min(max(d, 0), maxWait))
}

func (s *source) describe(ctx context.Context, ref history.Ref, wait time.Duration) (history.Execution, error) {
	ref = s.own(ref)
	if err := checkNames(ref); err != nil {
		return history.Execution{}, err
	}
	var answer describeAnswer
	err := s.exchange.Do(ctx, exchange.Call{
		Op:   opDescribe,
		Hold: wait,
		Sign: func(ctx context.Context) (exchange.Signed, error) {
			req := fnf.CreateDescribeExecutionRequest()
			req.FlowName, req.ExecutionName = ref.Workflow, ref.Execution
			if seconds := int(wait / time.Second); seconds > 0 {
				req.WaitTimeSeconds = requests.NewInteger(seconds)
			}
			return s.signer.sign(ctx, req.RpcRequest, req)
		},
		Read: func(_ context.Context, reply *exchange.Reply) error {
			answer = describeAnswer{}
			return read(reply, &answer, &answer.RequestID, func() bool { return answer.Name != "" }, "Name")
		},
	})
	if err != nil {
		return history.Execution{}, err
	}
	return answer.execution(ref), nil
}

// read decodes a 2xx answer and makes sure that it is one of the operation: it has a request id and what was asked for.
// An error that came with a 2xx is told as what it is.
func read(reply *exchange.Reply, into any, requestID *text, whole func() bool, want string) error {
	data, err := reply.ReadAll()
	if err != nil {
		return err
	}
	if err := decode(data, into); err != nil {
		return err
	}
	reply.RequestID = string(*requestID)
	switch {
	case whole() && *requestID != "":
		return nil
	case !whole():
		if e := fail(exchange.Answer{Status: reply.Status, Header: reply.Header, Body: data}); e.Code != "" {
			e.Kind = cmp.Or(e.Kind, history.ErrDecode) // an unknown code in a success says nothing more
			return e
		}
		return unreadable("the answer has no %s; it begins %q", want, clip(string(data)))
	default:
		return unreadable("the answer has no RequestId; it begins %q", clip(string(data)))
	}
}
