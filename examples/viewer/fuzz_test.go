// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// FuzzRequest: no path, query, name or cursor of a stranger makes the server fail, and every refusal is a problem.
func FuzzRequest(f *testing.F) {
	srv, err := newServer(nil, config{key: make([]byte, 16), metrics: newMetrics(time.Unix(0, 0))})
	if err != nil {
		f.Fatal(err)
	}
	handler := srv.handler()
	f.Add("/api/executions", "status=failed&after=2026-11-01T09:00:00Z&limit=3", "localhost", "")
	f.Add("/api/executions", "provider=a&scope=b&workflow=c&cursor=fs1.AAAA", "127.0.0.1:80", "fs1.AAAA")
	f.Add("/api/follow/alibaba/cn-hangzhou/f/e", "cursor=%zz", "[::1]:80", "fh1.x")
	f.Add("/executions/a/b%2Fc/d/e", "", "attacker.example", "\x00")
	f.Add("/assets/../list.html", "", "[", "")
	f.Fuzz(func(t *testing.T, path, query, host, last string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.URL = &url.URL{Path: path, RawQuery: query}
		if at, err := url.ParseRequestURI(path); err == nil {
			r.URL = &url.URL{Path: at.Path, RawPath: at.RawPath, RawQuery: query}
		}
		r.Host = host
		r.Header.Set("Last-Event-ID", last)
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%s?%s of %q: %d\n%s", path, query, host, w.Code, w.Body)
		}
	})
}

// FuzzPath: whatever an execution is called, its address leads back to it.
func FuzzPath(f *testing.F) {
	f.Add("huawei", "cn-north-4/project", "work flow", "a?b#c%2F")
	f.Fuzz(func(t *testing.T, provider, scope, workflow, execution string) {
		want := history.Ref{Provider: provider, Scope: scope, Workflow: workflow, Execution: execution}
		for _, part := range []string{provider, scope, workflow, execution} {
			switch part {
			case "", ".", "..", "/": // no cloud has such names, and no path that an http.ServeMux takes apart can
				return
			}
		}
		var got history.Ref
		mux := http.NewServeMux()
		mux.HandleFunc("GET /{provider}/{scope}/{workflow}/{execution}", func(_ http.ResponseWriter, r *http.Request) {
			_, got, _ = (&server{}).target(r)
		})
		mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, path(want), nil))
		if got != want {
			t.Errorf("the path of %q leads to %q", want, got)
		}
	})
}
