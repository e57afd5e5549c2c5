// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"bytes"
	"cmp"
	"encoding/json"
	"strconv"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/history"
)

// WorkflowExecutionBrief is an execution in the official SDK's type, for code that already works with it. Times are in
// milliseconds; what is not known is nil. An output's numbers are json.Number, so that none loses digits.
func WorkflowExecutionBrief(e history.Execution) model.WorkflowExecutionBrief {
	out := model.WorkflowExecutionBrief{
		WorkflowId:               known(cmp.Or(e.Attributes[attributeWorkflowID], e.Workflow)),
		ExecutionId:              known(e.Execution),
		Status:                   known(cmp.Or(e.NativeStatus, nativeStatus(e.Status))),
		BeginTime:                milliseconds(e.Started),
		EndTime:                  milliseconds(e.Ended),
		LastUpdateTime:           milliseconds(e.Updated),
		CreatedBy:                known(e.CreatedBy),
		ProjectId:                known(e.Attributes[attributeProjectID]),
		LastRecordIdWithSnapshot: known(e.Attributes[attributeLastRecordID]),
	}
	if n, err := strconv.ParseInt(e.Attributes[attributeEditTime], 10, 64); err == nil {
		out.WorkflowEditTime = &n // as it was sent
	}
	if len(e.Approvers) > 0 {
		names := append([]string(nil), e.Approvers...)
		out.ApproveUserNameList = &names
	}
	if len(e.Steps) > 0 {
		nodes := make([]model.ExecutionResultList, len(e.Steps))
		for i, step := range e.Steps {
			nodes[i] = executionResult(step)
		}
		out.ExecutionResultList = &nodes
	}
	return out
}

func executionResult(s history.Step) model.ExecutionResultList {
	out := model.ExecutionResultList{
		NodeId:    known(s.Name),
		BeginTime: milliseconds(s.Started),
		EndTime:   milliseconds(s.Ended),
		Status:    known(cmp.Or(s.NativeStatus, nativeStatus(s.Status))),
	}
	if len(s.Attempts) > 0 {
		out.FunctionExecutionId = known(s.Attempts[len(s.Attempts)-1].InvocationID)
	}
	if s.Output != "" {
		output := value(s.Output)
		out.Output = &output
	}
	return out
}

// value is a detail's JSON value; a detail that is no JSON is a string.
func value(d history.Detail) any {
	dec := json.NewDecoder(bytes.NewReader([]byte(d)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil || endOfAnswer(dec) != nil {
		return string(d)
	}
	return v
}

func known(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func milliseconds(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := t.UnixMilli()
	return &ms
}
