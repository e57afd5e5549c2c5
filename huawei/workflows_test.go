// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// startWorkflows starts a server with n workflows, "flow-000" the oldest, and makes a client for it.
func startWorkflows(t testing.TB, so *huaweitest.Options, n int) (*huaweitest.Server, *history.Client) {
	t.Helper()
	srv, client := startWith(t, so, nil)
	for i := range n {
		srv.AddWorkflow(huaweitest.Workflow{ID: fmt.Sprintf("flow-%03d", i), Name: fmt.Sprintf("name %d", i), Created: after(i)})
	}
	return srv, client
}

// workflowIDs are flow-first … flow-last.
func workflowIDs(first, last int) []string {
	out := []string{}
	for i := first; i <= last; i++ {
		out = append(out, fmt.Sprintf("flow-%03d", i))
	}
	return out
}

func idsOf(workflows []history.Workflow) []string {
	out := []string{}
	for _, w := range workflows {
		out = append(out, w.Workflow)
	}
	return out
}

func workflows(t testing.TB, client *history.Client, q history.WorkflowQuery) []history.Workflow {
	t.Helper()
	got, err := history.Collect(client.Workflows(t.Context(), q))
	if err != nil {
		t.Fatalf("after %d workflows: %v", len(got), err)
	}
	return got
}

// The fields of the document's table are in their places, those without one are attributes if they are plain.
func TestWorkflowsFields(t *testing.T) {
	t.Parallel()
	client := local(t, always(http.StatusOK, `{ "elements" : [ {
		"citation_urns" : [ ], "create_by" : "xxxx", "create_time" : 1600000000000, "description" : "about", "edit_time" : 0,
		"enterprise_project_id" : "0", "execution_permission" : [ "x" ], "id" : "flow", "input" : { "a" : 1 },
		"last_execution_end_time" : "2026-11-02T08:00:01Z", "last_execution_id" : "exec", "last_execution_start_time" : 1600000000,
		"name" : "a name", "nodes" : [ { "metadata" : { } } ], "project_id" : "p", "status" : "fail", "tags" : { "env" : "test" },
		"type" : "manual", "updateTime" : "1600000001000", "workflow_id" : "graph", "is_delete" : false
	}, {
		"workflow_id" : "other", "createdBy" : "me", "create_by" : "", "tags" : [ ], "create_time" : "soon", "status" : "melting", "name" : null
	} ], "total_elements" : 2 }`))
	ref := func(id string) history.Ref { return history.Ref{Provider: "huawei", Scope: scope, Workflow: id} }
	want := []history.Workflow{
		{
			Ref: ref("flow"), Name: "a name", Description: "about", CreatedBy: "xxxx",
			Created: time.Unix(1600000000, 0).UTC(), Updated: time.Unix(1600000001, 0).UTC(),
			LastExecution: "exec", LastStarted: time.Unix(1600000000, 0).UTC(), LastEnded: after(1),
			Status: history.Failed, NativeStatus: "fail",
			Attributes: map[string]string{
				"edit_time": "0", "enterprise_project_id": "0", "project_id": "p", "type": "manual",
				"workflow_id": "graph", "is_delete": "false", "tags.env": "test",
			},
		},
		{
			Ref: ref("other"), CreatedBy: "me", NativeStatus: "melting",
			Diagnostics: []history.Diagnostic{
				{Code: "unreadable_time", Severity: history.Defect, Text: `create_time is soon; want UTC milliseconds`},
				{Code: "unknown_status", Severity: history.Warning, Text: `the status "melting" is in no document`},
			},
		},
	}
	if diff := cmp.Diff(want, workflows(t, client, history.WorkflowQuery{})); diff != "" {
		t.Errorf("workflows mismatch (-want +got):\n%s", diff)
	}
}

// What the fake holds comes back, the newest execution included, for signed requests and for those with a token.
func TestWorkflowsOfTheFake(t *testing.T) {
	t.Parallel()
	for name, so := range map[string]*huaweitest.Options{"keys": nil, "temporary keys": {SecurityToken: "test-security-token"}} {
		srv, client := startWith(t, so, nil, numbered(3)...)
		srv.AddWorkflow(huaweitest.Workflow{ID: "flow", Name: "orders", EnterpriseProjectID: "ep-1", Created: after(1), Tags: map[string]string{"a": "b"}})
		srv.AddWorkflow(huaweitest.Workflow{ID: "idle", Created: after(2)})
		got := workflows(t, client, history.WorkflowQuery{})
		if diff := cmp.Diff([]string{"flow", "idle"}, idsOf(got)); diff != "" {
			t.Fatalf("%s: workflows mismatch (-want +got):\n%s", name, diff)
		}
		w := got[0]
		if w.Name != "orders" || w.LastExecution != "exec-0" || !w.LastStarted.Equal(after(3)) || w.Status != history.Succeeded || w.Attributes["tags.a"] != "b" {
			t.Errorf("%s: workflow is %+v", name, w)
		}
		if names := names(list(t, client, history.ExecutionQuery{Workflow: w.Workflow})); len(names) != 3 {
			t.Errorf("%s: executions of it are %v", name, names)
		}
		for cfg, want := range map[huaweiConfig][]string{
			{token: true}: {"flow", "idle"}, {enterprise: "ep-1"}: {"flow"}, {enterprise: "none"}: {},
		} {
			if diff := cmp.Diff(want, idsOf(workflows(t, open(t, cfg.of(srv), quick()), history.WorkflowQuery{}))); diff != "" {
				t.Errorf("%s, %+v: workflows mismatch (-want +got):\n%s", name, cfg, diff)
			}
		}
	}
}

// huaweiConfig is how a test gets in at a server.
type huaweiConfig struct {
	token      bool
	enterprise string
}

func (c huaweiConfig) of(srv *huaweitest.Server) huawei.Config {
	cfg := configOf(srv)
	cfg.EnterpriseProjectID = c.enterprise
	if c.token {
		cfg.AccessKeyID, cfg.SecretAccessKey, cfg.SecurityToken, cfg.Token = "", "", "", srv.Token()
	}
	return cfg
}

// Pages of any size make the same list, with no request too many.
func TestWorkflowPages(t *testing.T) {
	t.Parallel()
	const n = 23
	srv, client := startWorkflows(t, nil, n)
	for size, requests := range map[int]int{0: 1, 1: 23, 5: 5, 22: 2, 23: 1, 24: 1, 5000: 1} {
		srv.ResetRequests()
		got := workflows(t, client, history.WorkflowQuery{PageSize: size})
		if diff := cmp.Diff(workflowIDs(0, n-1), idsOf(got)); diff != "" {
			t.Errorf("size %d: workflows mismatch (-want +got):\n%s", size, diff)
		}
		if count := srv.Count(huaweitest.OpListWorkflow); count != requests {
			t.Errorf("size %d: %d requests, want %d", size, count, requests)
		}
	}
}

// A cursor of any page goes on behind it, whatever the page size; so does Resume, when there are new ones too.
func TestWorkflowCursors(t *testing.T) {
	t.Parallel()
	for size := 1; size <= 7; size++ {
		const n = 6
		srv, client := startWorkflows(t, nil, n)
		done := 0
		var end history.Cursor
		for page, err := range client.WorkflowPages(t.Context(), history.WorkflowQuery{PageSize: size}) {
			if err != nil {
				t.Fatal(err)
			}
			done += len(page.Items)
			if page.Resume == "" || page.RequestID == "" || (page.Next == "") != (done == n) {
				t.Errorf("behind %d: Next %q, Resume %q, RequestID %q", done, page.Next, page.Resume, page.RequestID)
			}
			rest := workflows(t, client, history.WorkflowQuery{From: page.Resume, PageSize: 3})
			if diff := cmp.Diff(workflowIDs(done, n-1), idsOf(rest)); diff != "" {
				t.Errorf("size %d, behind %d: workflows mismatch (-want +got):\n%s", size, done, diff)
			}
			end = page.Resume
		}
		for i := n; i < n+9; i++ {
			srv.AddWorkflow(huaweitest.Workflow{ID: fmt.Sprintf("flow-%03d", i), Created: after(i)})
		}
		rest := workflows(t, client, history.WorkflowQuery{From: end})
		if diff := cmp.Diff(workflowIDs(n, n+8), idsOf(rest)); diff != "" {
			t.Errorf("size %d: new workflows mismatch (-want +got):\n%s", size, diff)
		}
	}
}

// A cursor whose place is gone or was never one.
func TestWorkflowPlaceIsGone(t *testing.T) {
	t.Parallel()
	body := `{"elements":[{"id":"a"},{"id":"b"}],"total_elements":2}`
	requests := 0
	client := local(t, answerFrom(&body, &requests))
	page, err := client.WorkflowPage(t.Context(), history.WorkflowQuery{})
	if err != nil {
		t.Fatal(err)
	}
	body = `{"elements":[{"id":"a"},{"id":"c"}],"total_elements":2}`
	_, err = client.WorkflowPage(t.Context(), history.WorkflowQuery{From: page.Resume})
	if e := failure(t, err); e.Kind != history.ErrCursor || e.Cursor != page.Resume || !strings.Contains(e.Message, `"b"`) {
		t.Errorf("error is %v, want ErrCursor that names the workflow", err)
	}
	requests = 0
	for _, token := range []string{"", "x", "7", "[]", `{}`, `{"s":0}`, `{"s":101}`, `{"s":5,"p":-1}`, `{"s":5,"p":10000000}`, `{"s":"5"}`} {
		from := history.NewCursor(history.Position{Ref: history.Ref{Provider: "huawei", Scope: scope}, Token: token})
		if _, err := client.WorkflowPage(t.Context(), history.WorkflowQuery{From: from}); failure(t, err).Kind != history.ErrCursor {
			t.Errorf("place %q: error is %v, want ErrCursor", token, err)
		}
	}
	if requests != 0 {
		t.Errorf("%d requests for places that are none", requests)
	}
}

// What an answer lacks or has too much of.
func TestWorkflowAnswers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]history.Kind{
		``:       history.ErrDecode,
		`{}`:     history.ErrDecode,
		`[]`:     history.ErrDecode,
		`<html>`: history.ErrDecode,
		`{"error_code":"AOM.1","error_msg":"no"}`:      history.ErrDecode,
		`{"elements":null}`:                            history.ErrDecode,
		`{"elements":null,"total_elements":3}`:         history.ErrDecode,
		`{"elements":{}}`:                              history.ErrDecode,
		`{"elements":["a"]}`:                           history.ErrDecode,
		`{"elements":[{"name":"nameless"}]}`:           history.ErrDecode,
		`{"elements":[{"id":{"a":1}}]}`:                history.ErrDecode,
		`{"elements":[]}{`:                             history.ErrDecode,
		`{"elements":[{"id":"a"},`:                     history.ErrUnavailable,
		`{"elements":[]}`:                              "",
		`{"elements":[null]}`:                          "",
		`{"elements":null,"total_elements":0}`:         "",
		`{"total_elements":"0"}`:                       "",
		`{"elements":[{"id":7}],"totalElements":1}`:    "",
		`{"elements":[{"id":"a"}],"total_elements":0}`: "",
	} {
		_, err := history.Collect(local(t, always(http.StatusOK, body)).Workflows(t.Context(), history.WorkflowQuery{}))
		if want == "" && err != nil || want != "" && (failure(t, err).Kind != want || failure(t, err).Op != "ListWorkflow") {
			t.Errorf("%s: error %v, want kind %q", body, err, want)
		}
	}
}

// What came before a workflow that cannot be read is delivered, and the error's cursor leads to it again.
func TestWorkflowWithoutID(t *testing.T) {
	t.Parallel()
	body, requests := `{"elements":[{"id":"a"},null,{"id":"b"},{"name":"c"}]}`, 0
	client := local(t, answerFrom(&body, &requests))
	got, err := history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{}))
	e := failure(t, err)
	if diff := cmp.Diff([]string{"a", "b"}, idsOf(got)); diff != "" || e.Kind != history.ErrDecode {
		t.Errorf("error %v, workflows mismatch (-want +got):\n%s", err, diff)
	}
	body = `{"elements":[{"id":"a"},{"id":"b"},{"id":"c"}]}`
	if diff := cmp.Diff([]string{"c"}, idsOf(workflows(t, client, history.WorkflowQuery{From: e.Cursor}))); diff != "" {
		t.Errorf("workflows mismatch (-want +got):\n%s", diff)
	}
}

// Errors have their kinds, what passes on its own is tried again, and no secret gets out. A 404 is about no workflow.
func TestWorkflowErrors(t *testing.T) {
	t.Parallel()
	srv, client := startWorkflows(t, &huaweitest.Options{SecurityToken: "canary-token"}, 5)
	for status, want := range map[int]history.Kind{
		400: history.ErrInvalid, 401: history.ErrUnauthenticated, 403: history.ErrPermission, 404: history.ErrNotFound,
		413: history.ErrTooLarge, 429: history.ErrThrottled, 500: history.ErrUnavailable, 503: history.ErrUnavailable,
	} {
		srv.ClearFaults()
		srv.Inject(huaweitest.Fault{Op: huaweitest.OpListWorkflow, Times: -1, Status: status, Code: "AOM.0", Message: "said so"})
		_, err := client.WorkflowPage(t.Context(), history.WorkflowQuery{})
		e := failure(t, err)
		if e.Kind != want || e.Code != "AOM.0" || e.Op != "ListWorkflow" || e.RequestID == "" || want.Retryable() != (e.Attempts > 1) {
			t.Errorf("%d: error is %+v, want %s", status, e, want)
		}
		noSecrets(t, forms(err), srv.SecretAccessKey(), srv.SecurityToken(), srv.AccessKeyID())
	}
	srv.ClearFaults()
	srv.Inject(huaweitest.Fault{Op: huaweitest.OpListWorkflow, Truncate: 40})
	srv.Inject(huaweitest.Fault{Op: huaweitest.OpListWorkflow, Code: "APIGW.0308"})
	if diff := cmp.Diff(workflowIDs(0, 4), idsOf(workflows(t, client, history.WorkflowQuery{}))); diff != "" {
		t.Errorf("workflows mismatch (-want +got):\n%s", diff)
	}
	all := srv.Requests()
	if i := slices.IndexFunc(all, func(r recorded) bool {
		return r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json"
	}); i >= 0 {
		t.Errorf("request %d is a %s of %q", i, all[i].Method, all[i].Header.Get("Content-Type"))
	}
}

// The caller's context aborts a request in flight.
func TestWorkflowsCancelled(t *testing.T) {
	t.Parallel()
	srv, client := startWorkflows(t, nil, 5)
	srv.Inject(huaweitest.Fault{Op: huaweitest.OpListWorkflow, After: 1, Hang: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_ = srv.Wait(t.Context(), huaweitest.OpListWorkflow, 2)
		cancel()
	}()
	got, err := history.Collect(client.Workflows(ctx, history.WorkflowQuery{PageSize: 2}))
	e := failure(t, err)
	if !errors.Is(err, context.Canceled) || e.Kind != "" {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	rest := workflows(t, client, history.WorkflowQuery{From: e.Cursor})
	if diff := cmp.Diff(workflowIDs(0, 4), idsOf(append(got, rest...))); diff != "" {
		t.Errorf("workflows mismatch (-want +got):\n%s", diff)
	}
}
