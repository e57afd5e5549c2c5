// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

func TestDefaults(t *testing.T) {
	t.Parallel()
	srv, err := huaweitest.Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	got := []string{srv.Region(), srv.ProjectID(), srv.AccessKeyID(), srv.SecretAccessKey(), srv.SecurityToken(), srv.Token()}
	want := []string{
		"cn-north-4", "0123456789abcdef0123456789abcdef", "test-access-key-id", "test-secret-access-key", "", "test-token",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults mismatch (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(srv.URL(), "http://127.0.0.1:") {
		t.Errorf("URL() = %s, want one of 127.0.0.1", srv.URL())
	}
}

func TestStartOnAGivenAddress(t *testing.T) {
	t.Parallel()
	first, err := huaweitest.Start(nil)
	if err != nil {
		t.Fatal(err)
	}
	addr := strings.TrimPrefix(first.URL(), "http://")
	if _, err := huaweitest.Start(&huaweitest.Options{Addr: addr}); err == nil {
		t.Error("Start() on a taken address: no error")
	}
	first.Close()
	second, err := huaweitest.Start(&huaweitest.Options{Addr: addr})
	if err != nil {
		t.Fatalf("Start() on an address that is free again: %v", err)
	}
	second.Close()
}

func TestRecords(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	if _, err := sdkClient(t, srv).ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{
		WorkflowId: huaweitest.DemoWorkflow, XEnterpriseProjectId: new("ep"),
	}); err != nil {
		t.Fatal(err)
	}
	got := srv.Requests()
	if len(got) != 1 || srv.Count(huaweitest.OpListWorkflowExecutions) != 1 || srv.Count("") != 1 {
		t.Fatalf("%d requests recorded, want 1", len(got))
	}
	r := got[0]
	if r.Method != http.MethodGet || r.Path != listTarget(srv) || r.Query.Get("x_enterprise_project_id") != "ep" ||
		r.Header.Get("Content-Type") != "application/json" || r.Status != 200 {
		t.Errorf("recorded %+v", r)
	}
	srv.ResetRequests()
	if n := srv.Count(""); n != 0 {
		t.Errorf("Count() = %d after ResetRequests, want 0", n)
	}
}

// TestConcurrentUse is for the race detector.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	client := sdkClient(t, srv)
	request := &model.ListWorkflowExecutionsRequest{WorkflowId: huaweitest.DemoWorkflow}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for range 4 {
				if _, err := client.ListWorkflowExecutions(request); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for j := range 4 {
				id := fmt.Sprintf("exec-%d", i)
				srv.AddNode(huaweitest.DemoWorkflow, id, huaweitest.Node{ID: fmt.Sprint(j), Begin: epoch})
				srv.Finish(huaweitest.DemoWorkflow, id, "", epoch)
				srv.RotateKeys(srv.AccessKeyID(), srv.SecretAccessKey(), "", srv.Token())
			}
		})
	}
	wg.Wait()
	if got := len(sdkList(t, srv, huaweitest.DemoWorkflow)); got != 16+3 {
		t.Errorf("%d executions, want 19", got)
	}
}

func TestCloseEndsConnections(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	if _, err := sdkClient(t, srv).ListWorkflowExecutions(
		&model.ListWorkflowExecutionsRequest{WorkflowId: huaweitest.DemoWorkflow}); err != nil {
		t.Fatal(err)
	}
	if srv.Conns() != 1 {
		t.Errorf("Conns() = %d, want 1", srv.Conns())
	}
	srv.Close()
	srv.Close()
	if srv.Conns() != 0 {
		t.Errorf("Conns() = %d after Close, want 0", srv.Conns())
	}
}
