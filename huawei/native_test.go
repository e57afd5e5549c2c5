// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// What the SDK reads itself is what comes back from ours, field by field; numbers even without loss.
func TestWorkflowExecutionBrief(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, huaweitest.DemoExecutions()...)
	raw, err := sdkClient(t, srv).ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{WorkflowId: huaweitest.DemoWorkflow})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range list(t, client, history.ExecutionQuery{Workflow: huaweitest.DemoWorkflow}) {
		if diff := cmp.Diff(tree(t, (*raw.Body)[i]), tree(t, huawei.WorkflowExecutionBrief(e))); diff != "" {
			t.Errorf("brief mismatch (-sdk +ours):\n%s", diff)
		}
	}
}

// tree is a value as encoding/json sees it.
func tree(t *testing.T, v any) any {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestWorkflowExecutionBriefOfLittle(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		e    history.Execution
		want string
	}{
		{"nothing", history.Execution{}, `{}`},
		{"neutral status", history.Execution{Status: history.Paused}, `{"status":"pausing"}`},
		{"native status", history.Execution{Status: history.Paused, NativeStatus: "waitApproval"}, `{"status":"waitApproval"}`},
		{"unknown status", history.Execution{NativeStatus: "READY"}, `{"status":"READY"}`},
		{"workflow of the answer", history.Execution{Ref: ref(), Attributes: map[string]string{"workflow_id": "other"}}, `{"workflow_id":"other","execution_id":"exec"}`},
		{"edit time", history.Execution{Attributes: map[string]string{"workflow_edit_time": "2026"}}, `{"workflow_edit_time":2026}`},
		{"edit time that is none", history.Execution{Attributes: map[string]string{"workflow_edit_time": "never"}}, `{}`},
		{"output that is no JSON", history.Execution{Steps: []history.Step{{Name: "n", Status: history.TimedOut, Output: "{x"}}},
			`{"execution_result_list":[{"node_id":"n","output":"{x","status":"timeout"}]}`},
		{"large numbers", history.Execution{Steps: []history.Step{{Output: `{"n":9007199254740993}`}}},
			`{"execution_result_list":[{"output":{"n":9007199254740993}}]}`},
	} {
		data, err := json.Marshal(huawei.WorkflowExecutionBrief(tt.e))
		if err != nil || string(data) != tt.want {
			t.Errorf("%s: brief is %s, %v; want %s", tt.name, data, err, tt.want)
		}
	}
	for _, s := range []history.Status{history.Pending, history.Running, history.Paused, history.Succeeded, history.Failed, history.TimedOut, history.Stopped} {
		brief := huawei.WorkflowExecutionBrief(history.Execution{Status: s})
		got, err := described(t, `{"execution_id":"exec","status":"`+*brief.Status+`"}`)
		if err != nil || got.Status != s {
			t.Errorf("%q is written as %q and read as %q, %v", s, *brief.Status, got.Status, err)
		}
	}
}
