// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// What executions have in common is remembered from one to the next; what they have not is each one's own.
func TestExecutionsKeepTheirOwn(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil)
	srv.Inject(huaweitest.Fault{Body: []byte(`[
		{"execution_id":"a","workflow_id":"flow","status":"success","workflow_edit_time":1762070400000,"approve_user_name_list":["one"]},
		{"execution_id":"b","workflow_id":"flow","status":"success","workflow_edit_time":1762070400001,"approve_user_name_list":["one","two"]},
		{"execution_id":"c","workflow_id":"flow","status":"success"},
		{"execution_id":"d","workflow_id":"flow","status":"success","workflow_edit_time":1762070400001,"approve_user_name_list":["three"]}]`)})
	type own struct {
		ID, Edited string
		Approvers  []string
	}
	var got []own
	for _, e := range list(t, client, history.ExecutionQuery{Workflow: "flow"}) {
		got = append(got, own{e.Execution, e.Attributes["workflow_edit_time"], e.Approvers})
	}
	want := []own{
		{"a", "1762070400000", []string{"one"}}, {"b", "1762070400001", []string{"one", "two"}}, {"c", "", nil}, {"d", "1762070400001", []string{"three"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("executions mismatch (-want +got):\n%s", diff)
	}
}

// A list tells by its last cursor that its end was reached, and by no other.
func TestExecutionPagesTellTheEnd(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, numbered(4)...)
	var got []bool
	for page, err := range client.ExecutionPages(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 3}) {
		if err != nil {
			t.Fatal(err)
		}
		pos, err := page.Resume.Position()
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, pos.End)
	}
	if diff := cmp.Diff([]bool{false, true}, got); diff != "" {
		t.Errorf("ends mismatch (-want +got):\n%s", diff)
	}
}

// The request's id is the one of the header, which the gateway's support desk knows, and only without it that of the body.
func TestErrorRequestID(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	body := huaweitest.ErrorBody(huaweitest.ShapeGateway, 400, "APIGW.0106", "no", "of-the-body")
	for _, want := range []string{"of-the-header", "of-the-body"} {
		fault := huaweitest.Fault{Status: 400, Body: body, Header: map[string][]string{"X-Request-Id": {"of-the-header"}}}
		if want == "of-the-body" {
			fault.Header = map[string][]string{"X-Request-Id": {""}}
		}
		srv.Inject(fault)
		_, err := client.Describe(t.Context(), ref())
		e, ok := errors.AsType[*history.Error](err)
		if !ok || e.RequestID != want {
			t.Errorf("the error is %v, want the request id %q", err, want)
		}
	}
}

// All events come in one answer; a context that ends between two of their pages ends the walk there.
func TestEventPagesEndWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, client := start(t, nil, numbered(1)...)
	pages := 0
	for _, err := range client.EventPages(ctx, history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: "exec-0"}, PageSize: 1}) {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("the error is %v, want context.Canceled", err)
			}
			break
		}
		pages++
		cancel()
	}
	if pages != 1 {
		t.Errorf("%d pages were delivered, want the one before the end of the context", pages)
	}
}
