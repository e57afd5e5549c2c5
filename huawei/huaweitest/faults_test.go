// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	whole := send(t, srv, http.MethodGet, listTarget(srv), nil, "").Body
	tests := map[string]struct {
		fault  huaweitest.Fault
		status int
		body   string
		broken bool // the connection ends before the answer does
	}{
		"status":                   {fault: huaweitest.Fault{Status: 502}, status: 502},
		"own body":                 {fault: huaweitest.Fault{Body: []byte("<html>")}, status: 200, body: "<html>"},
		"own body of a known code": {fault: huaweitest.Fault{Code: "APIGW.0308", Body: []byte("[ ]")}, status: 200, body: "[ ]"},
		"own text of a known code": {
			fault: huaweitest.Fault{Code: "AOM.31001405", Message: "m"}, status: 500,
			body: `{ "error_code" : "AOM.31001405", "error_msg" : "m", "http_code" : 500 }`,
		},
		"own error": {
			fault: huaweitest.Fault{Code: "X", Message: "m"}, status: 400,
			body: `{ "error_code" : "X", "error_msg" : "m", "http_code" : 400 }`,
		},
		"known code": {
			fault: huaweitest.Fault{Code: "AOM.31001405", Status: 503}, status: 503,
			body: `{ "error_code" : "AOM.31001405", "error_msg" : "execution internal server error.", "http_code" : 503 }`,
		},
		"cut":       {fault: huaweitest.Fault{CutAfter: 10}, status: 200, body: whole[:10]},
		"mutated":   {fault: huaweitest.Fault{Mutate: bytes.ToUpper}, status: 200, body: string(bytes.ToUpper([]byte(whole)))},
		"gzip":      {fault: huaweitest.Fault{Gzip: true}, status: 200, body: whole},
		"truncated": {fault: huaweitest.Fault{Truncate: 10}, broken: true},
		"reset":     {fault: huaweitest.Fault{Reset: true}, broken: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			srv.Inject(test.fault)
			got, err := trySend(t, srv, http.MethodGet, listTarget(srv), nil, "")
			if (err != nil) != test.broken {
				t.Fatalf("error = %v, want one: %t", err, test.broken)
			}
			if !test.broken && (got.Status != test.status || got.Body != test.body) {
				t.Errorf("answer = %d %q, want %d %q", got.Status, got.Body, test.status, test.body)
			}
		})
	}
}

func TestFaultHeader(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	srv.Inject(huaweitest.Fault{Code: "APIGW.0308", Header: http.Header{"Retry-After": {"7"}}})
	got := send(t, srv, http.MethodGet, listTarget(srv), nil, "")
	if got.Status != 429 || got.Header.Get("Retry-After") != "7" || got.Header.Get("X-Request-Id") == "" {
		t.Errorf("answer = %d %v, want 429 with Retry-After 7 and an X-Request-Id", got.Status, got.Header)
	}
}

func TestFaultsOfOneOperation(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	srv.Inject(huaweitest.Fault{Op: huaweitest.OpSearchWorkflowExecutionDetail, Status: 500, Times: -1})
	if got := send(t, srv, http.MethodGet, listTarget(srv), nil, ""); got.Status != 200 {
		t.Errorf("list: status = %d, want 200", got.Status)
	}
	detail := listTarget(srv) + "/" + huaweitest.DemoExecutions()[0].ID + "/status"
	for range 2 {
		if got := send(t, srv, http.MethodGet, detail, nil, ""); got.Status != 500 {
			t.Errorf("detail: status = %d, want 500", got.Status)
		}
	}
	srv.ClearFaults()
	if got := send(t, srv, http.MethodGet, detail, nil, ""); got.Status != 200 {
		t.Errorf("after ClearFaults: status = %d, want 200", got.Status)
	}
}

func TestHangEndsWithTheClient(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	srv.Inject(huaweitest.Fault{Hang: true})
	ctx, cancel := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL()+listTarget(srv), nil)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			resp.Body.Close()
		}
		done <- err
	}()
	if err := srv.Wait(ctx, huaweitest.OpListWorkflowExecutions, 1); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want context.Canceled", err)
	}
}

// TestPlan chooses a fault by the request, for whoever asks for it.
func TestPlan(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, &huaweitest.Options{Plan: func(r *http.Request, op string) (huaweitest.Fault, bool) {
		return huaweitest.Fault{Status: http.StatusTeapot, Body: []byte(op)}, r.Method == http.MethodGet
	}})
	got := send(t, srv, http.MethodGet, listTarget(srv), nil, "")
	if got.Status != http.StatusTeapot || got.Body != huaweitest.OpListWorkflowExecutions {
		t.Errorf("answer = %d %q, want the planned one", got.Status, got.Body)
	}
	if got := send(t, srv, http.MethodPost, listTarget(srv), nil, ""); got.Status == http.StatusTeapot {
		t.Errorf("answer = %d %q, want the server's own", got.Status, got.Body)
	}
}
