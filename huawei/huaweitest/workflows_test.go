// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// workflowServer has the workflows a, b and c, the demo last. Only that has runs.
func workflowServer(t *testing.T) *huaweitest.Server {
	t.Helper()
	srv := demoServer(t, nil)
	created := time.UnixMilli(1793498400000)
	srv.AddWorkflow(huaweitest.Workflow{
		ID: "a", Name: "alpha", Description: "first", Type: "cron", CreatedBy: "me", Created: created,
		Updated: created.Add(time.Hour), Tags: map[string]string{"env": "test"},
	})
	srv.AddWorkflow(huaweitest.Workflow{ID: "b", Description: "second", EnterpriseProjectID: "ep", Created: created.Add(time.Second)})
	srv.AddWorkflow(huaweitest.Workflow{ID: huaweitest.DemoWorkflow, Created: created.Add(2 * time.Second)})
	return srv
}

func TestWorkflowsWithTheSDK(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		query model.WorkflowQueryParam
		want  []string
		total int64
	}{
		"all":            {model.WorkflowQueryParam{}, []string{"a", "b", huaweitest.DemoWorkflow}, 3},
		"newest first":   {model.WorkflowQueryParam{SortType: "DESC"}, []string{huaweitest.DemoWorkflow, "b", "a"}, 3},
		"last run first": {model.WorkflowQueryParam{SortField: "last_execution_start_time", SortType: "DESC"}, []string{huaweitest.DemoWorkflow, "a", "b"}, 3},
		"update":         {model.WorkflowQueryParam{SortField: "update_time"}, []string{"b", huaweitest.DemoWorkflow, "a"}, 3},
		"first page":     {model.WorkflowQueryParam{Size: new(int32(2))}, []string{"a", "b"}, 3},
		"second page":    {model.WorkflowQueryParam{Size: new(int32(2)), Page: new(int32(1))}, []string{huaweitest.DemoWorkflow}, 3},
		"third page":     {model.WorkflowQueryParam{Size: new(int32(2)), Page: new(int32(2))}, []string{}, 3},
		"name":           {model.WorkflowQueryParam{Search: new("alpha")}, []string{"a"}, 1},
		"description":    {model.WorkflowQueryParam{Search: new("second")}, []string{"b"}, 1},
		"type":           {model.WorkflowQueryParam{Type: new("cron")}, []string{"a"}, 1},
		"tag":            {model.WorkflowQueryParam{Tags: map[string]string{"env": "test"}}, []string{"a"}, 1},
		"creator":        {model.WorkflowQueryParam{CreateBy: new("me")}, []string{"a"}, 1},
		"enterprise":     {model.WorkflowQueryParam{EnterpriseProjectId: new("ep")}, []string{"b"}, 1},
		"status":         {model.WorkflowQueryParam{Status: new("executing")}, []string{huaweitest.DemoWorkflow}, 1},
		"time range": {model.WorkflowQueryParam{
			SearchTimeStart: new(int64(1793498401000)), SearchTimeEnd: new(int64(1793498401000)),
		}, []string{"b"}, 1},
	}
	srv := workflowServer(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.query.SortField == "" {
				test.query.SortField = "create_time"
			}
			if test.query.SortType == "" {
				test.query.SortType = "ASC"
			}
			resp, err := sdkClient(t, srv).ListWorkflow(&model.ListWorkflowRequest{Body: &test.query})
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, w := range *resp.Elements {
				got = append(got, *w.Id)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("workflows mismatch (-want +got):\n%s", diff)
			}
			if *resp.TotalElements != test.total {
				t.Errorf("total = %d, want %d", *resp.TotalElements, test.total)
			}
		})
	}
}

func TestWorkflowFields(t *testing.T) {
	t.Parallel()
	srv := workflowServer(t)
	body := `{"sort_field":"create_time","sort_type":"ASC","type":"cron"}`
	want := `{ "elements" : [ { "create_by" : "me", "create_time" : 1793498400000, "description" : "first", ` +
		`"enterprise_project_id" : "0", "id" : "a", "name" : "alpha", "project_id" : "` + srv.ProjectID() + `", ` +
		`"tags" : {"env":"test"}, "type" : "cron", "update_time" : 1793502000000, "workflow_id" : "a" } ], "total_elements" : 1 }`
	got := send(t, srv, http.MethodPost, "/v1/"+srv.ProjectID()+"/cms/workflow-list", nil, body)
	if diff := cmp.Diff(want, got.Body); diff != "" {
		t.Errorf("answer mismatch (-want +got):\n%s", diff)
	}
}

func TestWorkflowQueryIsRefused(t *testing.T) {
	t.Parallel()
	srv := workflowServer(t)
	const sorted = `"sort_field":"create_time","sort_type":"ASC"`
	for body, want := range map[string]string{
		``:                                 "body",
		`[]`:                               "body",
		`{}`:                               "sort_field",
		`{"sort_field":"name"}`:            "sort_field",
		`{"sort_field":"create_time"}`:     "sort_type",
		`{` + sorted + `,"size":0}`:        "size",
		`{` + sorted + `,"size":101}`:      "size",
		`{` + sorted + `,"page":-1}`:       "page",
		`{` + sorted + `,"type":"odd"}`:    "type",
		`{` + sorted + `,"page":10000000}`: "page",
		`{` + sorted + `,"search":"` + strings.Repeat("x", 65) + `"}`:                                              "search",
		`{` + sorted + `,"tags":{"1":"","2":"","3":"","4":"","5":"","6":"","7":"","8":"","9":"","10":"","11":""}}`: "tags",
	} {
		got := send(t, srv, http.MethodPost, "/v1/"+srv.ProjectID()+"/cms/workflow-list", nil, body)
		if got.Status != http.StatusBadRequest || !strings.Contains(got.Body, "Invalid param: "+want) {
			t.Errorf("%s: answer = %d %s, want 400 about %s", body, got.Status, got.Body, want)
		}
	}
}

func TestWorkflowsOfAPage(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	for i := range 101 {
		srv.AddWorkflow(huaweitest.Workflow{ID: fmt.Sprintf("wf-%03d", i)})
	}
	for size, want := range map[string]int{"": 10, `,"size":1`: 1, `,"size":100`: 100} {
		body := `{"sort_field":"create_time","sort_type":"ASC"` + size + `}`
		got := send(t, srv, http.MethodPost, "/v1/"+srv.ProjectID()+"/cms/workflow-list", nil, body)
		if n := strings.Count(got.Body, `"workflow_id"`); n != want || !strings.Contains(got.Body, `"total_elements" : 101`) {
			t.Errorf("%s: %d workflows, want %d of 101: %s", body, n, want, got.Body)
		}
	}
}

func TestBodyTooLarge(t *testing.T) {
	t.Parallel()
	srv := workflowServer(t)
	got := send(t, srv, http.MethodPost, "/v1/"+srv.ProjectID()+"/cms/workflow-list", nil, strings.Repeat(" ", 12<<20+1))
	if got.Status != http.StatusRequestEntityTooLarge || !strings.Contains(got.Body, "APIGW.0201") {
		t.Errorf("answer = %d %s, want 413 APIGW.0201", got.Status, got.Body)
	}
}
