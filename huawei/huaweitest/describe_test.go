// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

func TestDetailWithTheSDK(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	want := huaweitest.DemoExecutions()[1]
	resp, err := sdkClient(t, srv).SearchWorkflowExecutionDetail(&model.SearchWorkflowExecutionDetailRequest{
		WorkflowId: want.Workflow, ExecutionId: want.ID,
	})
	if err != nil {
		t.Fatal(err)
	}
	if *resp.WorkflowId != want.Workflow || *resp.ExecutionId != want.ID || *resp.Status != want.Status {
		t.Errorf("answer = %s, want the ids and the status of %s", resp, want.ID)
	}
	if *resp.BeginTime != want.Begin.UnixMilli() || *resp.EndTime != want.End.UnixMilli() {
		t.Errorf("times = %d, %d, want %d, %d", *resp.BeginTime, *resp.EndTime, want.Begin.UnixMilli(), want.End.UnixMilli())
	}
	if diff := cmp.Diff(want.Approvers, *resp.ApproveUserNameList); diff != "" {
		t.Errorf("approvers mismatch (-want +got):\n%s", diff)
	}
	if got := len(*resp.ExecutionResultList); got != len(want.Nodes) {
		t.Errorf("%d nodes, want %d", got, len(want.Nodes))
	}
}

func TestDetailHasNoCreator(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, &huaweitest.Options{Nested: true})
	got := get(t, srv, "workflow/"+huaweitest.DemoWorkflow+"/executions/"+huaweitest.DemoExecutions()[0].ID+"/status")
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(got.Body), &fields); err != nil {
		t.Fatalf("answer is no object: %v: %s", err, got.Body)
	}
	if _, ok := fields["created_by"]; ok {
		t.Errorf("answer = %s, want no created_by", got.Body)
	}
}

func TestDetailNotFound(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	for path, want := range map[string]string{
		"workflow/none/executions/exec/status":                                "workflow none does not exist.",
		"workflow/" + huaweitest.DemoWorkflow + "/executions/none/status":     "execution none does not exist.",
		"workflow/" + huaweitest.DemoWorkflow + "/executions/a%20b%3F/status": "execution a b? does not exist.",
	} {
		got := get(t, srv, path)
		if got.Status != http.StatusNotFound || !strings.Contains(got.Body, want) {
			t.Errorf("%s: answer = %d %s, want 404 with %q", path, got.Status, got.Body, want)
		}
	}
}
