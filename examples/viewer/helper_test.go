// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// site is a server over both fakes, with the executions of their demonstrations.
type site struct {
	*httptest.Server
	demo
	srv *server
}

func newSite(t *testing.T, cfg config) *site {
	t.Helper()
	d := demo{alibaba: alibabatest.NewServer(t, nil), huawei: huaweitest.NewServer(t, nil)}
	for _, e := range alibabatest.DemoExecutions() {
		d.alibaba.AddExecution(e)
	}
	for _, e := range huaweitest.DemoExecutions() {
		d.huawei.AddExecution(e)
	}
	cfg.metrics = newMetrics(time.Unix(1, 0))
	if cfg.key == nil {
		cfg.key = []byte("a key of this test's own")
	}
	clouds, err := d.clouds(history.Options{Observe: cfg.metrics.call, PollInterval: 20 * time.Millisecond, Retry: history.Retry{Max: -1}})
	if err != nil {
		t.Fatal(err)
	}
	srv, err := newServer(clouds, cfg)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(srv.handler())
	t.Cleanup(func() {
		srv.end()
		web.Close()
	})
	return &site{Server: web, demo: d, srv: srv}
}

// onAlibaba and onHuawei are paths of executions.
func onAlibaba(execution string) string { return "/alibaba/cn-hangzhou/order-flow/" + execution }

func onHuawei(number string) string {
	return "/huawei/cn-north-4%2F0123456789abcdef0123456789abcdef/restart-workloads/5b0c7f6e-1d42-4c1b-9a3e-00000000" + number
}

// get asks for a path, with header fields as names and values in turn.
func (s *site) get(t *testing.T, path string, header ...string) *http.Response {
	t.Helper()
	return s.do(t, http.MethodGet, path, header...)
}

// do is get with another method.
func (s *site) do(t *testing.T, method, path string, header ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			req.Host = header[i+1]
		}
		req.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// json asks for a path and decodes the answer, which must have that status.
func (s *site) json(t *testing.T, path string, status int, v any) {
	t.Helper()
	answer := s.get(t, path)
	text := body(t, answer)
	if answer.StatusCode != status {
		t.Fatalf("GET %s = %s, want %d:\n%s", path, answer.Status, status, text)
	}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("GET %s: %v in\n%s", path, err, text)
	}
}

func body(t *testing.T, answer *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// message is a Server-Sent Event; a comment has only text.
type message struct{ id, event, data, comment string }

// messages reads a stream until it ends, or until stop says that it is enough.
func messages(t *testing.T, answer *http.Response, stop func(message) bool) []message {
	t.Helper()
	if got := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("the stream is %s, %s:\n%s", answer.Status, got, body(t, answer))
	}
	var list []message
	var m message
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "id":
			m.id = value
		case "event":
			m.event = value
		case "data":
			m.data = value
		case "":
			if value != "" {
				m.comment = value
			} else if m != (message{}) {
				list = append(list, m)
				if stop != nil && stop(m) {
					answer.Body.Close()
					return list
				}
				m = message{}
			}
		}
	}
	return list
}
