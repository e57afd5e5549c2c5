// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
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
		data, err := reply.ReadAll()
		if err != nil {
			return err
		}
		item, err := decode(data)
		if err != nil {
			return err
		}
		if string(item.ExecutionID) != ref.Execution {
			return unreadable("the answer is about the execution %q, not %q", clip(string(item.ExecutionID)), clip(ref.Execution))
		}
		return use(item, reply.RequestID)
	})
}

// decode reads one answer: an execution and nothing behind it. An answer that ends early is one that broke off.
func decode(data []byte) (*executionItem, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	begins := fmt.Sprintf("the answer begins %q", clip(string(data)))
	token, err := dec.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil, unreadable("the answer is empty; want an execution")
	case err != nil:
		return nil, decodeError(err, begins)
	case token != json.Delim('{'):
		return nil, unreadable("want an object with an execution_id; %s", begins)
	}
	item := new(executionItem)
	if err := item.read(dec, true); err != nil {
		return nil, decodeError(err, begins)
	}
	return item, endOfAnswer(dec)
}
