// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// TestMetrics: what was asked of this server and of the clouds is there, and every line is of the format.
func TestMetrics(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	s.json(t, "/api/executions"+onAlibaba("order-1002"), http.StatusOK, new(any))
	s.json(t, "/api/executions"+onAlibaba("none"), http.StatusNotFound, new(any))
	s.alibaba.Inject(alibabatest.Fault{Reset: true, Times: -1})
	s.json(t, "/api/executions"+onAlibaba("order-1002"), http.StatusServiceUnavailable, new(any))
	text := body(t, s.get(t, "/metrics"))
	for _, want := range []string{
		`viewer_start_time_seconds 1`,
		`viewer_request_duration_seconds_count{route="GET /api/executions/{provider}/{scope}/{workflow}/{execution}",code="200"} 1`,
		`viewer_request_duration_seconds_bucket{route="GET /api/executions/{provider}/{scope}/{workflow}/{execution}",code="404",le="+Inf"} 1`,
		`cloud_request_duration_seconds_count{provider="alibaba",scope="cn-hangzhou",op="GetExecutionHistory",status="200"} 1`,
		`cloud_request_duration_seconds_count{provider="alibaba",scope="cn-hangzhou",op="GetExecutionHistory",status="none"} 1`,
		`cloud_retries_total{provider="alibaba",scope="cn-hangzhou",op="GetExecutionHistory",status="200"} 0`,
	} {
		if !strings.Contains(text, "\n"+want+"\n") {
			t.Errorf("the metrics lack %s", want)
		}
	}
	sample := regexp.MustCompile(`^([a-z_]+)(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? [0-9.e+-]+$`)
	var family string
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "# TYPE "); ok {
			family, _, _ = strings.Cut(name, " ")
		}
		if m := sample.FindStringSubmatch(line); !strings.HasPrefix(line, "# ") && (m == nil || !strings.HasPrefix(m[1], family)) {
			t.Errorf("this is no sample of %s: %s", family, line)
		}
	}
	if t.Failed() {
		t.Log("\n" + text)
	}
}

func TestHistogram(t *testing.T) {
	t.Parallel()
	var h histogram
	for _, d := range []time.Duration{time.Millisecond, 10 * time.Millisecond, 2 * time.Second, time.Hour} {
		h.add(d)
	}
	want := histogram{buckets: [8]int64{2, 2, 2, 2, 2, 3, 3, 3}, count: 4, sum: time.Hour + 2*time.Second + 11*time.Millisecond}
	if diff := cmp.Diff(want, h, cmp.AllowUnexported(histogram{})); diff != "" {
		t.Errorf("histogram mismatch (-want +got):\n%s", diff)
	}
}

func TestRetriesAndLabels(t *testing.T) {
	t.Parallel()
	m := newMetrics(time.Unix(0, 0))
	m.call(t.Context(), history.Call{Provider: "p", Scope: "a\"b\\c\nd", Op: "Get", Status: 200, Attempt: 2, Bytes: 7, Waited: time.Second})
	for _, want := range []string{
		`cloud_retries_total{provider="p",scope="a\"b\\c\nd",op="Get",status="200"} 1`,
		`cloud_received_bytes_total{provider="p",scope="a\"b\\c\nd",op="Get",status="200"} 7`,
		`cloud_waited_seconds_total{provider="p",scope="a\"b\\c\nd",op="Get",status="200"} 1`,
	} {
		if text := string(m.text()); !strings.Contains(text, want) {
			t.Errorf("the metrics lack %s:\n%s", want, text)
		}
	}
}
