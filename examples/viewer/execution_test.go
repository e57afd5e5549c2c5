// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

func TestExecution(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	var got executionAnswer
	s.json(t, "/api/executions"+onAlibaba("order-1002"), http.StatusOK, &got)
	want := &causeAnswer{Status: history.Failed, Failure: history.Failure{Code: "CardDeclined", Cause: "the bank declined the card"}}
	if got.RootCause == nil || len(got.RootCause.Path) != 3 {
		t.Fatalf("the root cause is %+v, want a path of 3 steps", got.RootCause)
	}
	want.Path = got.RootCause.Path
	if diff := cmp.Diff(want, got.RootCause); diff != "" || len(got.Execution.Steps) != 3 || got.Execution.Definition == "" {
		t.Errorf("root cause mismatch (-want +got), in an execution of %d steps:\n%s", len(got.Execution.Steps), diff)
	}

	s.json(t, "/api/executions"+onHuawei("a001"), http.StatusOK, &got)
	if e := got.Execution; e.Status != history.Succeeded || len(e.Steps) == 0 || e.Workflow != "restart-workloads" {
		t.Errorf("on the other cloud: %s with %d steps", e.Status, len(e.Steps))
	}
}

// TestProblems: what a cloud answers with becomes the status that a service answers with.
func TestProblems(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for path, want := range map[string]problem{
		onAlibaba("none"):                       {Status: 404, Title: "Not Found", Kind: history.ErrExecutionNotFound, Code: "ExecutionNotExists"},
		"/alibaba/cn-hangzhou/other/none":       {Status: 404, Title: "Not Found", Kind: history.ErrWorkflowNotFound, Code: "FlowNotExists"},
		"/alibaba/elsewhere/order-flow/o":       {Status: 404, Title: "Not Found", Kind: history.ErrNotFound},
		"/alibaba/cn-hangzhou/order-flow/a%20b": {Status: 400, Title: "Bad Request", Kind: history.ErrInvalid},
	} {
		var got problem
		s.json(t, "/api/executions"+path, want.Status, &got)
		want.Type, want.Detail, want.RequestID = "about:blank", got.Detail, got.RequestID
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(problem{})); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", path, diff)
		}
	}
	s.alibaba.Inject(alibabatest.Fault{Code: "Throttling.User", Times: -1, Header: http.Header{"Retry-After": {"7"}}})
	answer := s.get(t, "/api/executions"+onAlibaba("order-1001"))
	if got := answer.Header.Get("Retry-After"); answer.StatusCode != http.StatusTooManyRequests || got != "7" {
		t.Errorf("throttled: %s, Retry-After %q, want 429 and 7", answer.Status, got)
	}
	if got := answer.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("a problem is %s", got)
	}
	page := body(t, s.get(t, "/executions"+onAlibaba("none<b>"), "Accept", "text/html,*/*"))
	if !strings.HasPrefix(page, "<!DOCTYPE html>") || strings.Contains(page, "<b>") {
		t.Errorf("a reader of pages gets\n%s", page)
	}
}

// TestEveryErrorIsAProblem: also those that no handler of a path makes.
func TestEveryErrorIsAProblem(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{http.MethodPost, "/api/executions", http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodDelete, "/api/executions" + onAlibaba("order-1001"), http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodOptions, "/nothing", http.StatusMethodNotAllowed, "GET, HEAD"},
		{http.MethodHead, "/api/follow" + onAlibaba("order-1001"), http.StatusMethodNotAllowed, "GET"},
		{http.MethodGet, "/nothing", http.StatusNotFound, ""},
		{http.MethodGet, "/assets/nothing", http.StatusNotFound, ""},
		{http.MethodGet, "/assets/problem.html", http.StatusNotFound, ""}, // a template is no page
	} {
		answer := s.do(t, tt.method, tt.path)
		if kind, allow := answer.Header.Get("Content-Type"), answer.Header.Get("Allow"); answer.StatusCode != tt.status ||
			kind != "application/problem+json" || allow != tt.allow {
			t.Errorf("%s %s is %s, %s, and allows %q; want %d, a problem and %q", tt.method, tt.path, answer.Status, kind, allow, tt.status, tt.allow)
		}
	}
}

// TestEvents pages through a history with sealed cursors and reads on behind its end.
func TestEvents(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for path, want := range map[string]int{onAlibaba("order-1002"): 33, onHuawei("a002"): 10} {
		var ids []int64
		var got eventsAnswer
		for cursor, more := "", true; more; cursor, more = got.Next, got.Next != "" {
			got = eventsAnswer{}
			s.json(t, "/api/events"+path+"?limit=4&cursor="+url.QueryEscape(cursor), http.StatusOK, &got)
			for _, e := range got.Items {
				ids = append(ids, e.ID)
			}
			if len(got.Items) > 4 || got.Resume == "" || strings.HasPrefix(got.Next, "fh1.") {
				t.Fatalf("%s: a page of %d events with cursors %q and %q", path, len(got.Items), got.Next, got.Resume)
			}
		}
		if len(ids) != want {
			t.Errorf("%s has %d events, want %d: %d", path, len(ids), want, ids)
		}
		s.json(t, "/api/events"+path+"?cursor="+got.Resume, http.StatusOK, &got)
		if len(got.Items) != 0 {
			t.Errorf("%s: behind the end there are %d events", path, len(got.Items))
		}
	}
	var got eventsAnswer
	s.json(t, "/api/events"+onAlibaba("order-1002")+"?detail=no", http.StatusOK, &got)
	for _, e := range got.Items {
		if e.Detail != "" {
			t.Fatalf("detail=no, and event %d has %s", e.ID, e.Detail)
		}
	}
	s.json(t, "/api/events"+onAlibaba("order-1002")+"?detail=yes", http.StatusBadRequest, new(problem))
}

// TestTamperedCursors: a cursor is good for its own target and its own kind of list, whole, and from this server.
func TestTamperedCursors(t *testing.T) {
	t.Parallel()
	s, other := newSite(t, config{}), newSite(t, config{key: []byte("the key of another server")})
	var got eventsAnswer
	s.json(t, "/api/events"+onAlibaba("order-1002")+"?limit=4", http.StatusOK, &got)
	own := got.Next
	other.json(t, "/api/events"+onAlibaba("order-1002")+"?limit=4", http.StatusOK, &got)
	list := s.srv.seal("executions", history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "order-flow"}, "x")
	middle := len(own) / 2
	changed := own[:middle] + map[bool]string{true: "A", false: "B"}[own[middle] != 'A'] + own[middle+1:]
	for name, path := range map[string]string{
		"changed":                onAlibaba("order-1002") + "?cursor=" + changed,
		"cut":                    onAlibaba("order-1002") + "?cursor=" + own[:len(own)-2],
		"of another target":      onAlibaba("order-1001") + "?cursor=" + own,
		"of another server":      onAlibaba("order-1002") + "?cursor=" + got.Next,
		"of another list":        onAlibaba("order-1002") + "?cursor=" + list,
		"a plain one":            onAlibaba("order-1002") + "?cursor=" + string(history.After(history.Event{ID: 3})),
		"of another cloud's run": onHuawei("a001") + "?cursor=" + own,
	} {
		for _, api := range []string{"/api/events", "/api/follow"} {
			var p problem
			s.json(t, api+path, http.StatusBadRequest, &p)
			if p.Kind != history.ErrCursor {
				t.Errorf("%s, a cursor %s: kind %q, want %q", api, name, p.Kind, history.ErrCursor)
			}
		}
	}
	s.json(t, "/api/events"+onAlibaba("order-1002")+"?cursor="+own, http.StatusOK, &got)
}
