// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// FuzzRoute looks for a path whose ids could mean more than one segment.
func FuzzRoute(f *testing.F) {
	f.Add("/v1/p/cms/workflow/wf/executions")
	f.Add("/v1/p/cms/workflow/wf/executions/exec/status")
	f.Add("/v1/p/cms/workflow/%2e%2e/executions/a%2fb/status")
	f.Fuzz(func(t *testing.T, path string) {
		u, err := url.Parse("http://127.0.0.1" + path)
		if err != nil {
			return
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.URL = u
		rt := parseRoute(r)
		if rt.op == "" {
			return
		}
		for _, id := range []string{rt.project, rt.workflow, rt.execution} {
			if id == "." || id == ".." || strings.ContainsAny(id, `/\`) {
				t.Errorf("path %q has the id %q", path, id)
			}
		}
	})
}

// FuzzWorkflowQuery checks that ListWorkflow answers JSON to whatever it is asked.
func FuzzWorkflowQuery(f *testing.F) {
	f.Add([]byte(`{"sort_field":"create_time","sort_type":"ASC","page":1,"size":1,"tags":{"a":"b"}}`))
	f.Add([]byte(`{"sort_field":"update_time","sort_type":"DESC","page":9999999,"size":100}`))
	s := &Server{opts: (&Options{Now: func() time.Time { return time.Unix(0, 0) }}).withDefaults()}
	for _, e := range DemoExecutions() {
		s.AddExecution(e)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		answer, bad := s.listWorkflows(body)
		if bad != nil {
			answer = bad.answer(ShapeDocumented, "")
		}
		if !json.Valid(answer.Body) {
			t.Errorf("%s was answered with %s", body, answer.Body)
		}
	})
}
