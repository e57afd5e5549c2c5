// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
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
		Op:     opDescribe,
		Target: ref.Workflow + "/" + ref.Execution,
		Hold:   wait,
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
