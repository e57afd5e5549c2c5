// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// TestSeedErrors names both errors of the document, byte for byte.
func TestSeedErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		code   string
		status int
		want   string
	}{
		{"AOM.31009004", 401, `{ "error_code" : "AOM.31009004", "error_message" : "auth failed.", "http_code" : "401" }`},
		{"AOM.31001405", 500, `{ "error_code" : "AOM.31001405", "error_msg" : "execution internal server error.", "http_code" : 500 }`},
	}
	for _, test := range tests {
		t.Run(test.code, func(t *testing.T) {
			t.Parallel()
			srv := demoServer(t, nil)
			srv.Inject(huaweitest.Fault{Code: test.code})
			got := send(t, srv, http.MethodGet, listTarget(srv), nil, "")
			if got.Status != test.status {
				t.Errorf("status = %d, want %d", got.Status, test.status)
			}
			if diff := cmp.Diff(test.want, got.Body); diff != "" {
				t.Errorf("answer mismatch (-want +got):\n%s", diff)
			}
		})
	}
	got := []string{string(huaweitest.SeedUnauthorized()), string(huaweitest.SeedInternalError())}
	if diff := cmp.Diff([]string{tests[0].want, tests[1].want}, got); diff != "" {
		t.Errorf("seed errors mismatch (-want +got):\n%s", diff)
	}
}

func TestDocumentedErrors(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	seen := map[string]bool{}
	for _, known := range huaweitest.DocumentedErrors() {
		name := fmt.Sprintf("%s with %d", known.Code, known.Status)
		fault := huaweitest.Fault{Code: known.Code}
		if seen[known.Code] {
			fault.Status = known.Status
		}
		seen[known.Code] = true
		srv.Inject(fault)
		got := send(t, srv, http.MethodGet, listTarget(srv), nil, "")
		if got.Status != known.Status {
			t.Errorf("%s: status = %d", name, got.Status)
		}
		if !json.Valid([]byte(got.Body)) || !strings.Contains(got.Body, fmt.Sprintf("%q", known.Code)) ||
			!strings.Contains(got.Body, known.Message) {
			t.Errorf("%s: answer = %s, want the code and %q", name, got.Body, known.Message)
		}
	}
	for i, recorded := range srv.Requests() {
		if want := huaweitest.DocumentedErrors()[i].Code; recorded.Code != want {
			t.Errorf("request %d recorded with %q, want %q", i, recorded.Code, want)
		}
	}
}

func TestErrorBody(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		shape huaweitest.ErrorShape
		code  string
		want  string
	}{
		"error_msg":           {huaweitest.ShapeErrorMsg, "C", `{ "error_code" : "C", "error_msg" : "m\"", "http_code" : 401 }`},
		"error_message":       {huaweitest.ShapeErrorMessage, "C", `{ "error_code" : "C", "error_message" : "m\"", "http_code" : "401" }`},
		"camel":               {huaweitest.ShapeCamel, "C", `{ "errorCode" : "C", "errorMessage" : "m\"" }`},
		"gateway":             {huaweitest.ShapeGateway, "C", `{ "error_msg" : "m\"", "error_code" : "C", "request_id" : "r" }`},
		"plain":               {huaweitest.ShapePlain, "C", `{ "code" : "C", "message" : "m\"" }`},
		"nested":              {huaweitest.ShapeNested, "C", `{ "error" : { "code" : "C", "message" : "m\"" } }`},
		"Keystone":            {huaweitest.ShapeKeystone, "C", `{ "error" : { "message" : "m\"", "code" : 401, "title" : "Unauthorized" } }`},
		"documented AOM":      {huaweitest.ShapeDocumented, "AOM.1", `{ "error_code" : "AOM.1", "error_msg" : "m\"", "http_code" : 401 }`},
		"documented gateway":  {huaweitest.ShapeDocumented, "APIG.1", `{ "error_msg" : "m\"", "error_code" : "APIG.1", "request_id" : "r" }`},
		"documented metrics":  {huaweitest.ShapeDocumented, "SVCSTG_AMS_1", `{ "errorCode" : "SVCSTG_AMS_1", "errorMessage" : "m\"" }`},
		"documented IAM":      {huaweitest.ShapeDocumented, "IAM.1", `{ "error" : { "code" : "IAM.1", "message" : "m\"" } }`},
		"no code, no message": {huaweitest.ShapeDocumented, "", ``},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := huaweitest.ErrorBody(test.shape, http.StatusUnauthorized, test.code, `m"`, "r")
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("ErrorBody() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrorForm(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, &huaweitest.Options{ErrorForm: huaweitest.ShapeGateway})
	got := get(t, srv, "workflow/none/executions")
	var body struct {
		Message string `json:"error_msg"`
		ID      string `json:"request_id"`
	}
	if err := json.Unmarshal([]byte(got.Body), &body); err != nil {
		t.Fatal(err)
	}
	if body.Message == "" || body.ID != got.Header.Get("X-Request-Id") {
		t.Errorf("answer = %s, want a message and the request id %s", got.Body, got.Header.Get("X-Request-Id"))
	}
}

// TestErrorsWithTheSDK holds what the official client makes of the two errors: it
// loses the code of the first.
func TestErrorsWithTheSDK(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	for code, want := range map[string]string{"AOM.31009004": "", "AOM.31001405": "AOM.31001405", "APIGW.0308": "APIGW.0308"} {
		srv.Inject(huaweitest.Fault{Code: code})
		_, err := sdkClient(t, srv).ListWorkflowExecutions(
			&model.ListWorkflowExecutionsRequest{WorkflowId: huaweitest.DemoWorkflow})
		service, ok := err.(*sdkerr.ServiceResponseError)
		if !ok {
			t.Fatalf("%s: error = %v, want one of the service", code, err)
		}
		if service.ErrorCode != want || service.RequestId == "" {
			t.Errorf("%s: code = %q, request id = %q, want code %q and an id", code, service.ErrorCode, service.RequestId, want)
		}
	}
}
