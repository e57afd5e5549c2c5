// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

func TestQuota(t *testing.T) {
	t.Parallel()
	var now clock
	srv := demoServer(t, &huaweitest.Options{Now: now.Now, Quotas: true, QuotaPerSecond: 2})
	detail := listTarget(srv) + "/" + huaweitest.DemoExecutions()[0].ID + "/status"
	for i, want := range []int{200, 200, 429} {
		if got := send(t, srv, http.MethodGet, listTarget(srv), nil, ""); got.Status != want {
			t.Errorf("list %d: status = %d, want %d", i, got.Status, want)
		}
	}
	refused := send(t, srv, http.MethodGet, listTarget(srv), nil, "")
	if !strings.Contains(refused.Body, "APIGW.0308") || refused.Header.Get("Retry-After") != "1" {
		t.Errorf("answer = %s with Retry-After %q, want APIGW.0308 and 1", refused.Body, refused.Header.Get("Retry-After"))
	}
	if got := send(t, srv, http.MethodGet, detail, nil, ""); got.Status != 200 {
		t.Errorf("another operation: status = %d, want 200", got.Status)
	}
	now.advance(500 * time.Millisecond)
	for i, want := range []int{200, 429} {
		if got := send(t, srv, http.MethodGet, listTarget(srv), nil, ""); got.Status != want {
			t.Errorf("list %d after half a second: status = %d, want %d", i, got.Status, want)
		}
	}
}

// Each operation has a quota of its own, of one request at least.
func TestQuotaOfEachOperation(t *testing.T) {
	t.Parallel()
	var now clock
	srv := demoServer(t, &huaweitest.Options{Now: now.Now, Quotas: true, QuotaPerSecond: 0.5})
	for _, request := range []struct{ method, target, body string }{
		{http.MethodGet, listTarget(srv), ""},
		{http.MethodGet, listTarget(srv) + "/" + huaweitest.DemoExecutions()[0].ID + "/status", ""},
		{http.MethodPost, "/v1/" + srv.ProjectID() + "/cms/workflow-list", `{"sort_field":"create_time","sort_type":"ASC"}`},
	} {
		for i, want := range []int{200, 429} {
			if got := send(t, srv, request.method, request.target, nil, request.body); got.Status != want {
				t.Errorf("%s %d: status = %d, want %d", request.target, i, got.Status, want)
			}
		}
	}
}

func TestQuotaScale(t *testing.T) {
	t.Parallel()
	var now clock
	srv := demoServer(t, &huaweitest.Options{Now: now.Now, Quotas: true, QuotaPerSecond: 1, QuotaScale: 10})
	for i, want := range []int{200, 200, 200} {
		if got := send(t, srv, http.MethodGet, listTarget(srv), nil, ""); got.Status != want {
			t.Errorf("list %d: status = %d, want %d", i, got.Status, want)
		}
		now.advance(100 * time.Millisecond)
	}
}

func TestNoQuotaByDefault(t *testing.T) {
	t.Parallel()
	var now clock
	srv := huaweitest.NewServer(t, &huaweitest.Options{Now: now.Now, QuotaPerSecond: 1})
	for range 3 {
		if got := get(t, srv, "workflow/none/executions"); got.Status != 404 {
			t.Errorf("status = %d, want 404", got.Status)
		}
	}
}
