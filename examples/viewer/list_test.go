// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// short is what tells the executions of a list apart.
func short(list []history.Execution) []string {
	var names []string
	for _, e := range list {
		names = append(names, e.Execution[max(0, len(e.Execution)-10):]+" "+string(e.Status))
	}
	return names
}

func TestListOfBothClouds(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"", []string{"000000a003 running", "order-1005 timed_out", "order-1004 stopped", "000000a002 failed", "order-1003 running", "order-1002 failed", "order-1001 succeeded", "000000a001 succeeded"}},
		{"?status=failed&status=timed_out", []string{"order-1005 timed_out", "000000a002 failed", "order-1002 failed"}},
		{"?prefix=order-", []string{"order-1005 timed_out", "order-1004 stopped", "order-1003 running", "order-1002 failed", "order-1001 succeeded"}},
		{"?provider=huawei", []string{"000000a003 running", "000000a002 failed", "000000a001 succeeded"}},
		{"?after=2026-11-02T08:00:00Z&before=2026-11-02T08:30:00Z", []string{"order-1004 stopped"}},
		{"?provider=alibaba&status=paused", nil},
		{"?workflow=order-flow&provider=alibaba&limit=1000&prefix=none", nil},
	} {
		var got listAnswer
		s.json(t, "/api/executions"+tt.query, http.StatusOK, &got)
		if diff := cmp.Diff(tt.want, short(got.Items)); diff != "" || len(got.Errors) > 0 || len(got.More) > 0 {
			t.Errorf("%s mismatch (-want +got), with errors %v and more %v:\n%s", tt.query, got.Errors, got.More, diff)
		}
		for _, e := range got.Items {
			if len(e.Steps) > 0 || e.Input != "" || e.Definition != "" {
				t.Errorf("%s: a list has the details of %s", tt.query, e.Execution)
			}
		}
	}
}

// TestEmptyList: what is empty is a list too, never null.
func TestEmptyList(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	if got, want := body(t, s.get(t, "/api/executions?prefix=none")), `{"items":[],"more":[],"errors":[]}`+"\n"; got != want {
		t.Errorf("an empty list is %s, want %s", got, want)
	}
}

// TestListGoesOn walks each workflow's pages to the end and finds each execution once.
func TestListGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	var found []string
	asked := []string{"/api/executions?limit=2"}
	for len(asked) > 0 {
		var got listAnswer
		s.json(t, asked[0], http.StatusOK, &got)
		asked = asked[1:]
		found = append(found, short(got.Items)...)
		for _, m := range got.More {
			asked = append(asked, "/api/executions?limit=2&"+url.Values{
				"provider": {m.Provider}, "scope": {m.Scope}, "workflow": {m.Workflow}, "cursor": {m.Cursor}}.Encode())
		}
	}
	slices.Sort(found)
	if len(found) != 8 || len(slices.Compact(found)) != 8 {
		t.Errorf("the pages have %d executions, want each of 8 once: %v", len(found), found)
	}
}

// TestOneCloudFails: what the other says is there, and the answer says who failed and how.
func TestOneCloudFails(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		bend   func(*site)
		found  int
		failed problem
	}{
		"alibaba has no list of flows": {
			func(s *site) { s.alibaba.Inject(alibabatest.Fault{Times: -1, Code: "InternalServerError"}) },
			3, problem{Status: 503, Kind: history.ErrUnavailable, Target: &history.Ref{Provider: "alibaba", Scope: "cn-hangzhou"}},
		},
		"alibaba does not list executions": {
			func(s *site) {
				s.alibaba.Inject(alibabatest.Fault{Op: alibabatest.OpListExecutions, Times: -1, Code: "AccessDenied"})
			},
			3, problem{Status: 403, Kind: history.ErrPermission, Target: &history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "order-flow"}},
		},
		"huawei's credential has expired": {
			func(s *site) { s.huawei.RotateKeys("other", "keys", "", "") },
			5, problem{Status: 502, Kind: history.ErrUnauthenticated, Target: &history.Ref{Provider: "huawei", Scope: "cn-north-4/0123456789abcdef0123456789abcdef"}},
		},
		"huawei resets connections": {
			func(s *site) { s.huawei.Inject(huaweitest.Fault{Times: -1, Reset: true}) },
			5, problem{Status: 503, Kind: history.ErrUnavailable, Target: &history.Ref{Provider: "huawei", Scope: "cn-north-4/0123456789abcdef0123456789abcdef"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, config{})
			tt.bend(s)
			var got listAnswer
			s.json(t, "/api/executions", http.StatusOK, &got)
			if len(got.Items) != tt.found || len(got.Errors) != 1 {
				t.Fatalf("%d executions and %d errors, want %d and 1", len(got.Items), len(got.Errors), tt.found)
			}
			p := got.Errors[0]
			if diff := cmp.Diff(tt.failed, problem{Status: p.Status, Kind: p.Kind, Target: p.Target}, cmp.AllowUnexported(problem{})); diff != "" || p.Detail == "" {
				t.Errorf("problem %q mismatch (-want +got):\n%s", p.Detail, diff)
			}
		})
	}
}

// TestListOfNothing: what is asked for by name and is not there is not found, as with one execution.
func TestListOfNothing(t *testing.T) {
	t.Parallel()
	s, named := newSite(t, config{}), newSite(t, config{})
	for i := range named.srv.clouds {
		named.srv.clouds[i].workflows = []string{"order-flow"}[:1-i]
	}
	none := func(of string) problem {
		return problem{Kind: history.ErrNotFound, Detail: "nothing of " + of + " is shown here"}
	}
	for _, tt := range []struct {
		site  *site
		query string
		want  problem
	}{
		{s, "?provider=aws", none("aws://")},
		{s, "?provider=alibaba&scope=cn-shanghai", none("alibaba://cn-shanghai")},
		{s, "?scope=cn-shanghai", none("cn-shanghai")},
		{s, "?provider=alibaba&workflow=nope", problem{Kind: history.ErrWorkflowNotFound, Code: "FlowNotExists"}},
		{s, "?workflow=nope", none("nope")},
		{named, "?provider=alibaba&workflow=nope", none("alibaba:///nope")},
		{named, "?workflow=nope", none("nope")},
	} {
		var got problem
		tt.site.json(t, "/api/executions"+tt.query, http.StatusNotFound, &got)
		if got.Kind != tt.want.Kind || got.Code != tt.want.Code || tt.want.Detail != "" && got.Detail != tt.want.Detail {
			t.Errorf("%s: %+v, want %+v", tt.query, got, tt.want)
		}
	}
	var got listAnswer
	named.json(t, "/api/executions?provider=huawei", http.StatusOK, &got) // it is shown, with no workflow
	if len(got.Items) != 0 || len(got.Errors) != 0 {
		t.Errorf("a cloud without workflows: %d executions and %d errors", len(got.Items), len(got.Errors))
	}
	s.huawei.Inject(huaweitest.Fault{Times: -1, Reset: true})
	s.json(t, "/api/executions?workflow=nope", http.StatusOK, &got) // the cloud that fails may have it
	if len(got.Errors) != 2 || got.Errors[0].Status != http.StatusNotFound || got.Errors[1].Status != http.StatusServiceUnavailable {
		t.Errorf("nowhere but where nobody knows: errors %v, want one of each cloud", got.Errors)
	}
}

func TestListRefuses(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for query, want := range map[string]string{
		"?stauts=failed":   "there is no parameter",
		"?limit=0":         "from 1 to 1000",
		"?limit=1&limit=2": "give it once",
		"?after=yesterday": "write it like",
		"?status=fine":     "is not one; use pending",
		"?cursor=fs1.x":    "needs the provider",
		"?%zz":             "cannot be read",
		"?after=2027-01-01T00:00:00Z&before=2026-01-01T00:00:00Z":            "is empty",
		"?provider=alibaba&scope=cn-hangzhou&workflow=f&cursor=fs1.x":        "cursor",
		"?provider=alibaba&scope=cn-hangzhou&workflow=" + "no%20such%20name": "flow name",
	} {
		var got problem
		s.json(t, "/api/executions"+query, http.StatusBadRequest, &got)
		if !strings.Contains(strings.ToLower(got.Detail), want) || got.Type != "about:blank" || got.Title != "Bad Request" {
			t.Errorf("%s: %+v, want a problem with %q in its detail", query, got, want)
		}
	}
}

func TestRefusalNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for path, want := range map[string]string{
		"/api/clouds?x=1": "there are: none",
		"/api/events/alibaba/cn-hangzhou/order-flow/order-1002?page_size=2": "there are: cursor, detail, limit",
	} {
		var got problem
		s.json(t, path, http.StatusBadRequest, &got)
		if !strings.HasSuffix(got.Detail, want) {
			t.Errorf("%s: detail %q, want it to end with %q", path, got.Detail, want)
		}
	}
}

func TestOnlyNamedWorkflows(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for i := range s.srv.clouds {
		s.srv.clouds[i].workflows = []string{"order-flow"}[:1-i]
	}
	var got listAnswer
	s.json(t, "/api/executions", http.StatusOK, &got)
	if len(got.Items) != 5 || len(got.Errors) != 0 {
		t.Errorf("%d executions and %d errors, want the 5 of order-flow", len(got.Items), len(got.Errors))
	}
	if n := s.alibaba.Count(alibabatest.OpListFlows); n != 0 {
		t.Errorf("flows were listed %d times though they are named", n)
	}
	s.json(t, "/api/executions"+onHuawei("a001"), http.StatusNotFound, new(problem))
}

func TestNames(t *testing.T) {
	t.Parallel()
	for list, want := range map[string][]string{"*": nil, "one": {"one"}, "one, two": {"one", "two"}} {
		if diff := cmp.Diff(want, names(list)); diff != "" {
			t.Errorf("names(%q) mismatch (-want +got):\n%s", list, diff)
		}
	}
}
