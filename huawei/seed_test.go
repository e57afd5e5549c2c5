// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// seedOutput is the node's output in the document's example, to the byte.
const seedOutput = `{ "fail" : [ ], "in_execution" : [ ], "success" : [ { "app" : "xxxxxx", "code" : "0", "matchLabels" : "{\"app\":\"xxxxx\",\"version\":\"xxxx\"}", "current_project" : true, "log" : "Restart Success.", "replicas" : 1, "cmdb_work_load_id" : "xxxxxxx", "type" : "manual", "availableReplicas" : 0, "execute_time" : "35505", "creationTimestamp" : " ", "name" : "xxxxxx", "namespace" : "default", "cceWorkloadCluster" : "xxxxxx", "id" : "xxxxx", "cceWorkloadType" : "deployments" } ], "not_performed" : [ ] }`

// seedExecution is the execution in the document's example.
func seedExecution() history.Execution {
	begin, end := time.Unix(16000000, 0).UTC(), time.Unix(160000000, 0).UTC()
	return history.Execution{
		Ref:          history.Ref{Provider: "huawei", Scope: scope, Workflow: huaweitest.SeedWorkflow, Execution: "xxxx"},
		Status:       history.Succeeded,
		NativeStatus: "success",
		Started:      time.Unix(1600000000, 0).UTC(),
		Ended:        time.Unix(1600000000, 0).UTC(),
		CreatedBy:    "xxx",
		Attributes:   map[string]string{"project_id": "xxxxxxx", "workflow_edit_time": "0"},
		Steps: []history.Step{{
			ID: "delete-workload-pod", Name: "delete-workload-pod", Kind: history.StepNode,
			Status: history.Succeeded, NativeStatus: "success", Started: begin, Ended: end,
			Attempts: []history.Attempt{{Started: begin, Ended: end, Status: history.Succeeded, InvocationID: "xxxxx"}},
			Output:   seedOutput,
		}},
	}
}

// The document prints its example flat and its type as a list of lists. Both are read, and every mixture.
func TestSeedAnswerAsPrinted(t *testing.T) {
	t.Parallel()
	flat := string(huaweitest.SeedAnswer())
	two := strings.TrimSuffix(flat, "]") + "," + strings.TrimPrefix(flat, "[")
	for _, tt := range []struct {
		name, body string
		executions int
	}{
		{"flat", flat, 1},
		{"nested", "[" + flat + "]", 1},
		{"several lists", "[" + flat + "," + two + ",[]]", 3},
		{"mixed", "[" + flat + "," + strings.Trim(flat, "[]") + "]", 2},
		{"deeper", "[[" + flat + "],[[]]]", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, client := start(t, nil)
			srv.ServeRaw(huaweitest.SeedWorkflow, []byte(tt.body))
			want := make([]history.Execution, tt.executions)
			for i := range want {
				want[i] = seedExecution()
			}
			got := list(t, client, history.ExecutionQuery{Workflow: huaweitest.SeedWorkflow})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("executions mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// The document's parameters: project_id, workflow_id, x_enterprise_project_id, X-Auth-Token, Content-Type.
func TestSeedRequestParameters(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	srv.ServeRaw("flow", []byte("[]"))
	cfg := configOf(srv)
	cfg.AccessKeyID, cfg.SecretAccessKey, cfg.Token = "", "", srv.Token()
	cfg.EnterpriseProjectID = "0"
	list(t, open(t, cfg, quick()), history.ExecutionQuery{Workflow: "flow"})
	got := last(t, srv)
	for what, pair := range map[string][2]string{
		"method":                  {got.Method, http.MethodGet},
		"project_id, workflow_id": {got.Path, "/v1/" + huaweitest.DefaultProjectID + "/cms/workflow/flow/executions"},
		"x_enterprise_project_id": {got.Query.Encode(), "x_enterprise_project_id=0"},
		"X-Auth-Token":            {got.Header.Get("X-Auth-Token"), huaweitest.DefaultToken},
		"Content-Type":            {got.Header.Get("Content-Type"), "application/json"},
		"Authorization":           {got.Header.Get("Authorization"), ""},
		"User-Agent":              {got.Header.Get("User-Agent"), "flowhistory"},
		"Accept-Encoding":         {got.Header.Get("Accept-Encoding"), "gzip"}, // Go's own: it undoes it again
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q, want %q", what, pair[0], pair[1])
		}
	}
}

// What is not asked for is not sent.
func TestSeedOptionalParametersAreLeftOut(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday})
	for op, call := range operations(client) {
		if err := call(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := last(t, srv); got.Op != op || len(got.Query) != 0 {
			t.Errorf("%s: query %v of %s, want none", op, got.Query, got.Op)
		}
	}
}

// Each field of the document's tables ends up in its place: a body with one more field changes one thing.
func TestSeedFields(t *testing.T) {
	t.Parallel()
	type change = func(*history.Execution)
	step := func(f func(*history.Step)) change { return func(e *history.Execution) { f(&e.Steps[0]) } }
	attribute := func(name, value string) change {
		return func(e *history.Execution) { e.Attributes = map[string]string{name: value} }
	}
	at := time.Date(2020, 9, 14, 8, 57, 57, 378e6, time.UTC)
	for _, tt := range []struct {
		name, fields, node string
		change             change
	}{
		{"workflow_id", `"workflow_id":"flow"`, "", func(*history.Execution) {}},
		{"workflow_id of another", `"workflow_id":"other"`, "", attribute("workflow_id", "other")},
		{"execution_id", `"execution_id":"exec"`, "", func(*history.Execution) {}},
		{"status", `"status":"fail"`, "", func(e *history.Execution) { e.Status, e.NativeStatus = history.Failed, "fail" }},
		{"begin_time", `"begin_time":1600073877378`, "", func(e *history.Execution) { e.Started = at }},
		{"end_time", `"end_time":1600073877378`, "", func(e *history.Execution) { e.Ended = at }},
		{"last_update_time", `"last_update_time":1600073877378`, "", func(e *history.Execution) { e.Updated = at }},
		{"created_by", `"created_by":"ops"`, "", func(e *history.Execution) { e.CreatedBy = "ops" }},
		{"create_by", `"create_by":"ops"`, "", func(e *history.Execution) { e.CreatedBy = "ops" }},
		{"created_by and an empty create_by", `"created_by":"ops","create_by":""`, "", func(e *history.Execution) { e.CreatedBy = "ops" }},
		{"create_by and a null created_by", `"create_by":"ops","created_by":null`, "", func(e *history.Execution) { e.CreatedBy = "ops" }},
		{"approve_user_name_list", `"approve_user_name_list":["a","b"]`, "", func(e *history.Execution) { e.Approvers = []string{"a", "b"} }},
		{"execution_result_list", `"execution_result_list":[]`, "", func(*history.Execution) {}},
		{"project_id", `"project_id":"p"`, "", attribute("project_id", "p")},
		{"workflow_edit_time", `"workflow_edit_time":1600073877378`, "", attribute("workflow_edit_time", "1600073877378")},
		{"workflowEditTime", `"workflowEditTime":1600073877378`, "", attribute("workflow_edit_time", "1600073877378")},
		{"both spellings, one unset", `"workflow_edit_time":1600073877378,"workflowEditTime":0`, "", attribute("workflow_edit_time", "1600073877378")},
		{"last_record_id_with_snapshot", `"last_record_id_with_snapshot":"r"`, "", attribute("last_record_id_with_snapshot", "r")},
		{"one that is in no document", `"retry_count":3`, "", attribute("retry_count", "3")},
		{"an object that is in no document", `"headers":{"a":1}`, "", func(*history.Execution) {}},
		{"input, before 2022-12", `"input":{"a": 1}`, "", func(e *history.Execution) { e.Input = `{"a": 1}` }},
		{"output, before 2022-12", `"output":{"a": 1}`, "", func(e *history.Execution) { e.Output = `{"a": 1}` }},

		{"node_id", "", `"node_id":"other"`, step(func(s *history.Step) { s.ID, s.Name = "other", "other" })},
		{"begin_time of a node", "", `"begin_time":1600073877378`, step(func(s *history.Step) { s.Started, s.Attempts[0].Started = at, at })},
		{"end_time of a node", "", `"end_time":1600073877378`, step(func(s *history.Step) { s.Ended, s.Attempts[0].Ended = at, at })},
		{"function_execution_id", "", `"function_execution_id":"f"`, step(func(s *history.Step) { s.Attempts[0].InvocationID = "f" })},
		{"output of a node", "", `"output":{"n": 9007199254740993}`, step(func(s *history.Step) { s.Output = `{"n": 9007199254740993}` })},
		{"status of a node", "", `"status":"cancel"`, step(func(s *history.Step) {
			s.NativeStatus, s.Status, s.Attempts[0].Status = "cancel", history.Stopped, history.Stopped
		})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body, want := fieldBody(tt.fields, tt.node)
			tt.change(&want)
			got, err := listed(t, "["+body+"]")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]history.Execution{want}, got); diff != "" {
				t.Errorf("execution of the list mismatch (-want +got):\n%s", diff)
			}
			detail, err := described(t, body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, detail); diff != "" {
				t.Errorf("execution of the detail mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// fieldBody is the smallest execution, with fields added to it or to its one node, and what it is read as without them.
// Of a key that comes twice the last counts.
func fieldBody(fields, node string) (string, history.Execution) {
	body := `{"execution_id":"exec","status":"success"`
	want := history.Execution{Ref: ownRef(), Status: history.Succeeded, NativeStatus: "success"}
	if node != "" {
		body += `,"execution_result_list":[{"node_id":"n","status":"success",` + node + `}]`
		want.Steps = []history.Step{{
			ID: "n", Name: "n", Kind: history.StepNode, Status: history.Succeeded, NativeStatus: "success",
			Attempts: []history.Attempt{{Status: history.Succeeded}},
		}}
	}
	if fields != "" {
		body += "," + fields
	}
	return body + "}", want
}

// The document's two error bodies, byte for byte.
func TestSeedErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		status int
		body   []byte
		want   history.Error
	}{
		{"401 AOM.31009004", 401, huaweitest.SeedUnauthorized(),
			history.Error{Kind: history.ErrUnauthenticated, Code: "AOM.31009004", Message: "auth failed."}},
		{"500 AOM.31001405", 500, huaweitest.SeedInternalError(),
			history.Error{Kind: history.ErrUnavailable, Code: "AOM.31001405", Message: "execution internal server error."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := local(t, always(tt.status, string(tt.body))).Describe(t.Context(), ref())
			e := failure(t, err)
			got := history.Error{Kind: e.Kind, Code: e.Code, Message: e.Message}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error mismatch (-want +got):\n%s", diff)
			}
			if e.HTTPStatus != tt.status {
				t.Errorf("HTTPStatus is %d, want %d", e.HTTPStatus, tt.status)
			}
		})
	}
}

// The fake with the options that make it write like the example gives the example back, and so does the way back to the
// SDK's type, as far as the SDK has the fields.
func TestSeedExecutionOfTheFake(t *testing.T) {
	t.Parallel()
	srv, client := startWith(t, &huaweitest.Options{ProjectID: huaweitest.SeedProjectID, OldKeys: true, Times: huaweitest.Seconds}, nil, huaweitest.SeedExecution())
	got := list(t, client, history.ExecutionQuery{Workflow: huaweitest.SeedWorkflow})
	want := seedExecution()
	want.Scope = srv.Region() + "/" + huaweitest.SeedProjectID
	if diff := cmp.Diff([]history.Execution{want}, got); diff != "" {
		t.Errorf("executions mismatch (-want +got):\n%s", diff)
	}
	brief := huawei.WorkflowExecutionBrief(got[0])
	if *brief.CreatedBy != "xxx" || *brief.WorkflowEditTime != 0 || !bytes.Contains([]byte(brief.String()), []byte("delete-workload-pod")) {
		t.Errorf("brief is %v", brief)
	}
}
