// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

func TestRoutes(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	project := "/v1/" + srv.ProjectID()
	list := project + "/cms/workflow/" + huaweitest.DemoWorkflow + "/executions"
	detail := list + "/" + huaweitest.DemoExecutions()[0].ID + "/status"
	long := strings.Repeat("ü", 65)
	tests := []struct {
		name, method, target string
		status               int
		op                   string
	}{
		{"list", http.MethodGet, list, 200, huaweitest.OpListWorkflowExecutions},
		{"list, enterprise project", http.MethodGet, list + "?x_enterprise_project_id=0", 200, huaweitest.OpListWorkflowExecutions},
		{"list, empty enterprise project", http.MethodGet, list + "?x_enterprise_project_id", 400, huaweitest.OpListWorkflowExecutions},
		{"list, long enterprise project", http.MethodGet, list + "?x_enterprise_project_id=" + long, 400, huaweitest.OpListWorkflowExecutions},
		{"detail", http.MethodGet, detail, 200, huaweitest.OpSearchWorkflowExecutionDetail},
		{"run a workflow", http.MethodPost, list, 405, ""},
		{"post a detail", http.MethodPost, detail, 405, ""},
		{"get the workflow list", http.MethodGet, project + "/cms/workflow-list", 405, ""},
		{"delete", http.MethodDelete, list, 405, ""},
		{"other project", http.MethodGet, strings.Replace(list, "0123", "4567", 1), 403, huaweitest.OpListWorkflowExecutions},
		{"long workflow", http.MethodGet, project + "/cms/workflow/" + long + "/executions", 400, huaweitest.OpListWorkflowExecutions},
		{"64 characters", http.MethodGet, project + "/cms/workflow/" + long[2:] + "/executions", 404, huaweitest.OpListWorkflowExecutions},
		{"long execution", http.MethodGet, list + "/" + long + "/status", 400, huaweitest.OpSearchWorkflowExecutionDetail},
		{"empty workflow", http.MethodGet, project + "/cms/workflow//executions", 404, ""},
		{"dots", http.MethodGet, project + "/cms/workflow/../executions", 404, ""},
		{"escaped dots", http.MethodGet, project + "/cms/workflow/%2e%2e/executions", 404, ""},
		{"up and down", http.MethodGet, project + "/cms/workflow/x/../" + huaweitest.DemoWorkflow + "/executions", 404, ""},
		{"slash", http.MethodGet, project + "/cms/workflow/a/b/executions", 404, ""},
		{"escaped slash", http.MethodGet, project + "/cms/workflow/a%2Fb/executions", 404, ""},
		{"backslash", http.MethodGet, project + "/cms/workflow/a%5Cb/executions", 404, ""},
		{"final slash", http.MethodGet, list + "/", 404, ""},
		{"other version", http.MethodGet, strings.Replace(list, "/v1/", "/v2/", 1), 404, ""},
		{"other service", http.MethodGet, strings.Replace(list, "/cms/", "/ams/", 1), 404, ""},
		{"root", http.MethodGet, "/", 404, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			srv.ResetRequests()
			got := send(t, srv, test.method, test.target, nil, "")
			if got.Status != test.status {
				t.Errorf("status = %d, want %d: %s", got.Status, test.status, got.Body)
			}
			if len(got.Header.Get("X-Request-Id")) != 32 {
				t.Errorf("X-Request-Id = %q, want 32 digits", got.Header.Get("X-Request-Id"))
			}
			if (got.Header.Get("Allow") != "") != (test.status == 405) {
				t.Errorf("Allow = %q with status %d", got.Header.Get("Allow"), test.status)
			}
			requests := srv.Requests()
			if len(requests) != 1 || requests[0].Op != test.op || requests[0].Status != test.status {
				t.Errorf("recorded %+v, want one request of %q with status %d", requests, test.op, test.status)
			}
		})
	}
}

// TestIDsOfTheSDK signs ids that look different in a path.
func TestIDsOfTheSDK(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	for _, id := range []string{"a-Z_0.9~", "ü", "(1)!*", "a+b=c&d"} {
		srv.AddWorkflow(huaweitest.Workflow{ID: id})
		if got := sdkList(t, srv, id); len(got) != 0 {
			t.Errorf("workflow id %q: %v, want an empty list", id, got)
		}
	}
}

// TestPathOfTheSDK shows what the official client lets out, and that it leads nowhere.
func TestPathOfTheSDK(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	client := sdkClient(t, srv)
	for _, id := range []string{
		"", "..", "../x", "a/b", "../../../../v3/projects", "x/../" + huaweitest.DemoWorkflow, `a\b`,
	} {
		_, err := client.ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{WorkflowId: id})
		if got := sdkStatus(err); got != http.StatusNotFound {
			t.Errorf("workflow id %q: status = %d, want 404 (%v)", id, got, err)
		}
	}
	for _, recorded := range srv.Requests() {
		if recorded.Op != "" || recorded.Code != "APIGW.0101" {
			t.Errorf("%s was taken for %q (%s)", recorded.Path, recorded.Op, recorded.Code)
		}
	}
}
