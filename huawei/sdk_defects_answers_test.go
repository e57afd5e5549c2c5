// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// The SDK decodes an output's numbers as float64: large ids become other ids. Ours leaves the output as it was sent.
func TestSDKRoundsNumbers(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	srv.ServeRaw("flow", []byte(`[{"execution_id":"exec","execution_result_list":[{"node_id":"n","output":{"id":9007199254740993}}]}]`))
	raw, err := sdkList(t, srv, "flow")
	if err != nil {
		t.Fatal(err)
	}
	output, _ := (*(*raw[0].ExecutionResultList)[0].Output).(map[string]any)
	if id, ok := output["id"].(float64); !ok || id != 9007199254740992 {
		t.Errorf("the SDK's id is %v: it no longer loses digits", output["id"])
	}
	if got := list(t, client, history.ExecutionQuery{Workflow: "flow"})[0].Steps[0].Output; got != `{"id":9007199254740993}` {
		t.Errorf("our output is %s", got)
	}
}

// The SDK takes what follows a detail for nothing, and an empty body for a detail; ours takes neither.
func TestSDKTakesDamagedDetails(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"execution_id":"exec"}garbage`, ""} {
		srv, client := start(t, once())
		srv.Inject(huaweitest.Fault{Status: http.StatusOK, Body: []byte(body), Times: -1})
		_, err := sdkClient(t, srv).SearchWorkflowExecutionDetail(&model.SearchWorkflowExecutionDetailRequest{WorkflowId: "flow", ExecutionId: "exec"})
		if err != nil {
			t.Errorf("the SDK no longer takes %q: %v", body, err)
		}
		if _, err := client.Describe(t.Context(), ref()); !errors.Is(err, history.ErrDecode) {
			t.Errorf("ours on %q: %v, want ErrDecode", body, err)
		}
	}
}

// An answer that the SDK cannot read looks like an error of the service with the status 200; ours says what it is.
func TestSDKInventsServiceErrors(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	srv.ServeRaw("flow", []byte("<html>gateway</html>"))
	_, err := sdkList(t, srv, "flow")
	if raw, ok := errors.AsType[*sdkerr.ServiceResponseError](err); !ok || raw.StatusCode != http.StatusOK {
		t.Errorf("the SDK no longer calls a decoder's error one of the service: %v", err)
	}
	_, err = client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
	if !errors.Is(err, history.ErrDecode) {
		t.Errorf("ours: %v, want ErrDecode", err)
	}
}

// A redirect is no error for the SDK: JSON in its body is taken for the answer. Ours refuses it.
func TestSDKTakesRedirectsForAnswers(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	srv.Inject(huaweitest.Fault{Status: http.StatusFound, Body: []byte(`[{"execution_id":"forged"}]`), Times: -1,
		Header: http.Header{"Location": {"https://other.example/"}}})
	if raw, err := sdkList(t, srv, "flow"); err != nil || len(raw) != 1 {
		t.Errorf("the SDK no longer takes a redirect's body for the answer: %v", err)
	}
	if _, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"}); !errors.Is(err, history.ErrDecode) {
		t.Errorf("ours: %v, want ErrDecode", err)
	}
}

// The SDK's error keeps no header, so nobody learns how long to wait; ours has it.
func TestSDKLosesRetryAfter(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	srv.Inject(huaweitest.Fault{Status: http.StatusTooManyRequests, Body: []byte(`{"error_code":"APIGW.0308","error_msg":"slow down"}`),
		Header: http.Header{"Retry-After": {"77777"}}, Times: -1})
	if _, err := sdkList(t, srv, "flow"); err == nil || strings.Contains(err.Error(), "77777") {
		t.Errorf("the SDK no longer loses Retry-After: %v", err)
	}
	_, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
	if e := failure(t, err); e.Kind != history.ErrThrottled || e.RetryAfter != 77777*time.Second {
		t.Errorf("ours: %#v, want ErrThrottled with 77777 s", e)
	}
}
