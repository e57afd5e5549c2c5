// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"context"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// Describe reads one execution with SearchWorkflowExecutionDetail, its steps included. Who created it, only the list says.
func (s *source) Describe(ctx context.Context, ref history.Ref) (history.Execution, error) {
	ref = s.own(ref)
	var e history.Execution
	err := s.detail(ctx, ref, func(item *executionItem, _ string) error {
		e = item.execution(ref)
		return nil
	})
	return e, err
}

// detail makes one SearchWorkflowExecutionDetail request and hands on its answer with the request's id. What use finds
// wrong is an error of the request.
func (s *source) detail(ctx context.Context, ref history.Ref, use func(item *executionItem, requestID string) error) error {
	if err := checkIDs(ref); err != nil {
		return err
	}
	path := ref.Workflow + "/executions/" + ref.Execution + "/status"
	return s.get(ctx, opDetail, path, nil, func(_ context.Context, reply *exchange.Reply) error {
		return reply.Borrow(func(data []byte) error {
			item, err := decode(data)
			if err != nil {
				return err
			}
			if string(item.ExecutionID) != ref.Execution {
				return wire.Unreadable("the answer is about the execution %q, not %q", wire.Clip(string(item.ExecutionID)), wire.Clip(ref.Execution))
			}
			return use(item, reply.RequestID)
		})
	})
}
