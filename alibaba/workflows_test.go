// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// startFlows starts a server with n flows, "flow-000" first, and makes a client for it.
func startFlows(t testing.TB, so *alibabatest.Options, o *history.Options, n int) (*alibabatest.Server, *history.Client) {
	t.Helper()
	srv, client := startWith(t, so, o)
	for i := range n {
		srv.AddFlow(alibabatest.Flow{Name: fmt.Sprintf("flow-%03d", i), Definition: "type: flow"})
	}
	return srv, client
}

// flowNames are flow-first … flow-last.
func flowNames(first, last int) []string {
	out := []string{}
	for i := first; i <= last; i++ {
		out = append(out, fmt.Sprintf("flow-%03d", i))
	}
	return out
}

func workflowNames(workflows []history.Workflow) []string {
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

// Each field of a flow is in its place, as the document's table has them.
func TestWorkflowsFields(t *testing.T) {
	t.Parallel()
	client := local(t, always(http.StatusOK, `{"RequestId":"r","Flows":[
		{"Type":"FDL","Definition":"type: flow","RoleArn":"acs:ram::1:role/r","Description":"orders","Name":"my_flow",
		 "CreatedTime":"2019-01-01T01:01:01.001Z","LastModifiedTime":"2019-02-02T02:02:02Z","Id":"e589e092","ExecutionMode":"Standard",
		 "ExternalStorageLocation":"/path","Environment":{"Variables":[]},"More":[1]},
		{"Name":"bare","CreatedTime":"yesterday","LastModifiedTime":"","Type":null,"Description":7}]}`))
	ref := func(name string) history.Ref {
		return history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: name}
	}
	want := []history.Workflow{
		{
			Ref: ref("my_flow"), Name: "my_flow", Description: "orders", Definition: "type: flow",
			Created: time.Date(2019, 1, 1, 1, 1, 1, 1e6, time.UTC), Updated: time.Date(2019, 2, 2, 2, 2, 2, 0, time.UTC),
			Attributes: map[string]string{
				"Id": "e589e092", "Type": "FDL", "RoleArn": "acs:ram::1:role/r", "ExecutionMode": "Standard",
				"ExternalStorageLocation": "/path", "Environment": `{"Variables":[]}`,
			},
		},
		{Ref: ref("bare"), Name: "bare", Description: "7", Diagnostics: []history.Diagnostic{
			{Code: "unreadable_time", Severity: history.Defect, Text: `CreatedTime is "yesterday"; want RFC 3339`},
		}},
	}
	if diff := cmp.Diff(want, workflows(t, client, history.WorkflowQuery{})); diff != "" {
		t.Errorf("workflows mismatch (-want +got):\n%s", diff)
	}
}

// Pages of any size make the same list, with no request too many, and the largest page is asked for by default.
func TestWorkflowPages(t *testing.T) {
	t.Parallel()
	const n = 23
	srv, client := startFlows(t, nil, nil, n)
	for _, tt := range []struct {
		size, requests int
		limit          string
	}{{0, 1, "999"}, {1, 23, "1"}, {5, 5, "5"}, {22, 2, "22"}, {23, 1, "23"}, {5000, 1, "999"}} {
		srv.ResetRequests()
		got := workflows(t, client, history.WorkflowQuery{PageSize: tt.size, OmitDetail: true})
		if diff := cmp.Diff(flowNames(0, n-1), workflowNames(got)); diff != "" {
			t.Errorf("size %d: workflows mismatch (-want +got):\n%s", tt.size, diff)
		}
		limits := params(srv, alibabatest.OpListFlows, "Limit")
		if len(limits) != tt.requests || limits[0] != tt.limit || got[0].Definition != "" {
			t.Errorf("size %d: limits %v, definition %q; want %d times %s and no definition", tt.size, limits, got[0].Definition, tt.requests, tt.limit)
		}
	}
}

// A cursor of any page goes on behind it, with another page size too; so does Resume.
func TestWorkflowCursors(t *testing.T) {
	t.Parallel()
	const n = 11
	srv, client := startFlows(t, &alibabatest.Options{StrictTokens: true}, nil, n)
	done := 0
	for page, err := range client.WorkflowPages(t.Context(), history.WorkflowQuery{PageSize: 4}) {
		if err != nil {
			t.Fatal(err)
		}
		done += len(page.Items)
		if page.Resume == "" || page.RequestID == "" || (page.Next == "") != (done == n) {
			t.Errorf("behind %d: Next %q, Resume %q, RequestID %q", done, page.Next, page.Resume, page.RequestID)
		}
		rest := workflows(t, client, history.WorkflowQuery{From: page.Resume, PageSize: 2})
		if diff := cmp.Diff(flowNames(done, n-1), workflowNames(rest)); diff != "" {
			t.Errorf("behind %d: workflows mismatch (-want +got):\n%s", done, diff)
		}
		if page.Next == "" {
			srv.AddFlow(alibabatest.Flow{Name: "zz-new"})
			got := workflowNames(workflows(t, client, history.WorkflowQuery{From: page.Resume}))
			if diff := cmp.Diff([]string{"zz-new"}, got); diff != "" {
				t.Errorf("new workflows mismatch (-want +got):\n%s", diff)
			}
		}
	}
}

// A token that the service refuses, and a place that is gone, are told as what they are.
func TestWorkflowPlaceIsGone(t *testing.T) {
	t.Parallel()
	srv, client := startFlows(t, nil, nil, 5)
	page, err := client.WorkflowPage(t.Context(), history.WorkflowQuery{PageSize: 2})
	if err != nil {
		t.Fatal(err)
	}
	srv.ExpireTokens()
	_, err = client.WorkflowPage(t.Context(), history.WorkflowQuery{From: page.Next})
	if e := failure(t, err); e.Kind != history.ErrCursor || e.Cursor != page.Next || !strings.Contains(e.Message, "refused the page token") {
		t.Errorf("error is %v, want ErrCursor with the query's own cursor", err)
	}
	body := `{"RequestId":"r","Flows":[{"Name":"a"},{"Name":"b"}]}`
	requests := 0
	client = local(t, answerWith(func(*http.Request) (int, []byte) { requests++; return http.StatusOK, []byte(body) }))
	page, err = client.WorkflowPage(t.Context(), history.WorkflowQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for next, want := range map[string][]string{
		`{"RequestId":"r","Flows":[{"Name":"b"},{"Name":"c"}]}`: {"c"},
		`{"RequestId":"r","Flows":[{"Name":"a"},{"Name":"b"}]}`: {},
	} {
		body = next
		if diff := cmp.Diff(want, workflowNames(workflows(t, client, history.WorkflowQuery{From: page.Resume}))); diff != "" {
			t.Errorf("workflows mismatch (-want +got):\n%s", diff)
		}
	}
	body, requests = `{"RequestId":"r","Flows":[{"Name":"a"}]}`, 0
	_, err = client.WorkflowPage(t.Context(), history.WorkflowQuery{From: page.Resume})
	if e := failure(t, err); e.Kind != history.ErrCursor || e.RequestID != "r" || requests != 1 {
		t.Errorf("error is %v after %d requests, want ErrCursor", err, requests)
	}
}

// What an answer lacks or has too much of.
func TestWorkflowAnswers(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]history.Kind{
		``:                                       history.ErrDecode,
		`{}`:                                     history.ErrDecode,
		`[]`:                                     history.ErrDecode,
		`<html>`:                                 history.ErrDecode,
		`{"RequestId":"r"}`:                      history.ErrDecode,
		`{"RequestId":"r","Flows":null}`:         history.ErrDecode,
		`{"RequestId":"r","Flows":{}}`:           history.ErrDecode,
		`{"Flows":[]}`:                           history.ErrDecode,
		`{"RequestId":"r","Flows":[{"Id":"1"}]}`: history.ErrDecode,
		`{"RequestId":"r","Flows":[null]}`:       history.ErrDecode,
		`{"RequestId":"r","Code":"AccessDenied"}`:  history.ErrPermission,
		`{"RequestId":"r","Flows":[{"Name":"a"},`:  history.ErrUnavailable,
		`{"RequestId":"r","Flows":[]}`:             "",
		`{"RequestId":"r","flows":[{"name":"a"}]}`: "",
	} {
		_, err := local(t, always(http.StatusOK, body)).WorkflowPage(t.Context(), history.WorkflowQuery{})
		if want == "" && err != nil || want != "" && (failure(t, err).Kind != want || failure(t, err).Op != "ListFlows") {
			t.Errorf("%s: error %v, want kind %q", body, err, want)
		}
	}
}

// What came before a flow that cannot be read is delivered, and its cursor leads to it again.
func TestWorkflowWithoutName(t *testing.T) {
	t.Parallel()
	body := `{"RequestId":"r","Flows":[{"Name":"a"},{"Name":"b"},{"Id":"nameless"}]}`
	client := local(t, answerWith(func(*http.Request) (int, []byte) { return http.StatusOK, []byte(body) }))
	got, err := history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{}))
	e := failure(t, err)
	if diff := cmp.Diff([]string{"a", "b"}, workflowNames(got)); diff != "" || !strings.Contains(e.Message, "flow 3 of the answer has no Name") {
		t.Errorf("error %v, workflows mismatch (-want +got):\n%s", err, diff)
	}
	body = `{"RequestId":"r","Flows":[{"Name":"a"},{"Name":"b"},{"Name":"c"}]}`
	if diff := cmp.Diff([]string{"c"}, workflowNames(workflows(t, client, history.WorkflowQuery{From: e.Cursor}))); diff != "" {
		t.Errorf("workflows mismatch (-want +got):\n%s", diff)
	}
}

// Errors have their kinds, what passes on its own is tried again, and no secret gets out.
func TestWorkflowErrors(t *testing.T) {
	t.Parallel()
	srv, client := startFlows(t, &alibabatest.Options{SecurityToken: "canary-token"}, nil, 5)
	for code, want := range map[string]history.Kind{
		"AccessDenied": history.ErrPermission, "SignatureNotMatch": history.ErrUnauthenticated, "Throttling.User": history.ErrThrottled,
		"InternalServerError": history.ErrUnavailable, "InvalidArgument": history.ErrInvalid, "RequestTimeTooSkewed": history.ErrClockSkew,
	} {
		srv.ClearFaults()
		srv.Inject(alibabatest.Fault{Op: alibabatest.OpListFlows, Times: -1, Code: code})
		_, err := client.WorkflowPage(t.Context(), history.WorkflowQuery{})
		e := failure(t, err)
		if e.Kind != want || e.Code != code || e.Op != "ListFlows" || e.RequestID == "" || e.Scope != "cn-hangzhou" || want.Retryable() != (e.Attempts > 1) {
			t.Errorf("%s: error is %+v, want %s", code, e, want)
		}
		noSecrets(t, forms(err), srv.AccessKeySecret(), srv.SecurityToken(), srv.AccessKeyID())
	}
	srv.ClearFaults()
	srv.Inject(alibabatest.Fault{Op: alibabatest.OpListFlows, Truncate: 40})
	srv.Inject(alibabatest.Fault{Op: alibabatest.OpListFlows, Code: "Throttling.User"})
	if diff := cmp.Diff(flowNames(0, 4), workflowNames(workflows(t, client, history.WorkflowQuery{}))); diff != "" {
		t.Errorf("workflows mismatch (-want +got):\n%s", diff)
	}
}

// The caller's context aborts a request in flight.
func TestWorkflowsCancelled(t *testing.T) {
	t.Parallel()
	srv, client := startFlows(t, nil, nil, 5)
	srv.Inject(alibabatest.Fault{Op: alibabatest.OpListFlows, After: 1, Hang: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_ = srv.Wait(t.Context(), alibabatest.OpListFlows, 2)
		cancel()
	}()
	got, err := history.Collect(client.Workflows(ctx, history.WorkflowQuery{PageSize: 2}))
	if e := failure(t, err); !errors.Is(err, context.Canceled) || e.Kind != "" {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	rest := workflows(t, client, history.WorkflowQuery{From: failure(t, err).Cursor})
	if diff := cmp.Diff(flowNames(0, 4), workflowNames(append(got, rest...))); diff != "" {
		t.Errorf("workflows mismatch (-want +got):\n%s", diff)
	}
}
