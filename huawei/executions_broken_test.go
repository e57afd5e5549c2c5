// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// An answer that breaks off is asked for again and goes on exactly where it broke, wherever that is.
func TestExecutionsBrokenAnswer(t *testing.T) {
	t.Parallel()
	const n = 40
	srv, _ := start(t, nil, numbered(n)...)
	whole := 0
	srv.Inject(huaweitest.Fault{Mutate: func(body []byte) []byte { whole = len(body); return body }})
	list(t, open(t, configOf(srv), quick()), history.ExecutionQuery{Workflow: "flow"})
	kinds := map[string]func(at int) huaweitest.Fault{
		"cut connection":  func(at int) huaweitest.Fault { return huaweitest.Fault{Truncate: at} },
		"JSON ends early": func(at int) huaweitest.Fault { return huaweitest.Fault{CutAfter: at} },
	}
	for name, fault := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client := start(t, nil, numbered(n)...)
			for at := 1; at < whole; at += 331 {
				srv.ResetRequests()
				srv.Inject(fault(at))
				srv.Inject(fault(min(at*2, whole-1)))
				got := list(t, client, history.ExecutionQuery{Workflow: "flow", PageSize: 7})
				if diff := cmp.Diff(execs(0, n-1), names(got)); diff != "" {
					t.Fatalf("cut at %d: executions mismatch (-want +got):\n%s", at, diff)
				}
				if srv.Count("") != 3 {
					t.Fatalf("cut at %d: %d requests, want 3", at, srv.Count(""))
				}
			}
		})
	}
}

// When the attempts are used up, what was read is delivered first, and the error's cursor goes on behind it.
func TestExecutionsBrokenForGood(t *testing.T) {
	t.Parallel()
	const n = 40
	for at := 1; at < 9000; at += 601 {
		srv, client := start(t, once(), numbered(n)...)
		srv.Inject(huaweitest.Fault{Truncate: at})
		got, err := history.Collect(client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 6}))
		e := failure(t, err)
		if e.Kind != history.ErrUnavailable {
			t.Fatalf("cut at %d: %v, want ErrUnavailable", at, err)
		}
		rest := list(t, client, history.ExecutionQuery{Workflow: "flow", From: e.Cursor})
		if diff := cmp.Diff(execs(0, n-1), append(names(got), names(rest)...)); diff != "" {
			t.Errorf("cut at %d, after %d: executions mismatch (-want +got):\n%s", at, len(got), diff)
		}
	}
}

// Attempts are counted without progress: an answer that always breaks a page later is read to its end.
func TestExecutionsProgressCounts(t *testing.T) {
	t.Parallel()
	const n = 40
	srv, client := start(t, nil, numbered(n)...)
	for at := 400; at < 12000; at += 400 {
		srv.Inject(huaweitest.Fault{Truncate: at})
	}
	got := list(t, client, history.ExecutionQuery{Workflow: "flow", PageSize: 1})
	if diff := cmp.Diff(execs(0, n-1), names(got)); diff != "" {
		t.Errorf("executions mismatch (-want +got):\n%s", diff)
	}
	if srv.Count("") < 20 {
		t.Errorf("%d requests: nothing broke", srv.Count(""))
	}
}

// If the last execution that was read is no longer there when an answer is asked for again, nobody knows where to go on.
func TestExecutionsBrokenAndChanged(t *testing.T) {
	t.Parallel()
	bodies := []string{`[{"execution_id":"a"},{"execution_id":"b"},{"exec`, `[{"execution_id":"a"},{"execution_id":"c"}]`}
	client := local(t, answerWith(func(*http.Request) (int, []byte) {
		body := bodies[0]
		bodies = bodies[1:]
		return http.StatusOK, []byte(body)
	}))
	got, err := history.Collect(client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow"}))
	if diff := cmp.Diff([]string{"a", "b"}, names(got)); diff != "" {
		t.Errorf("executions mismatch (-want +got):\n%s", diff)
	}
	if !errors.Is(err, history.ErrCursor) {
		t.Errorf("error is %v, want ErrCursor", err)
	}
}
