// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	aom "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// sdkClient is the official client, put together from the core, because its own builder keeps an id in the home directory.
func sdkClient(t testing.TB, srv *huaweitest.Server) *aom.AomClient {
	t.Helper()
	credential, err := basic.NewCredentialsBuilder().
		WithAk(srv.AccessKeyID()).WithSk(srv.SecretAccessKey()).WithProjectId(srv.ProjectID()).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	conf := config.DefaultHttpConfig().WithUserAgent("test").WithHttpRoundTripper(transport).WithTimeout(10 * time.Second)
	return aom.NewAomClient(core.NewHcHttpClient(impl.NewDefaultHttpClient(conf)).
		WithEndpoints([]string{srv.URL()}).
		WithCredential(credential).
		WithErrorHandler(sdkerr.DefaultErrorHandler{}))
}

func sdkList(t testing.TB, srv *huaweitest.Server, workflow string) ([]model.WorkflowExecutionBrief, error) {
	t.Helper()
	answer, err := sdkClient(t, srv).ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{WorkflowId: workflow})
	if err != nil {
		return nil, err
	}
	return *answer.Body, nil
}

// The SDK loses the code of the document's own 401; ours has it.
func TestSDKLosesTheCode(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	srv.Inject(huaweitest.Fault{Status: 401, Body: huaweitest.SeedUnauthorized(), Times: 2})
	_, err := sdkList(t, srv, "flow")
	raw, ok := errors.AsType[*sdkerr.ServiceResponseError](err)
	if !ok || raw.ErrorCode != "" {
		t.Errorf("the SDK's error is %v: it no longer loses the code", err)
	}
	_, err = client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
	if e := failure(t, err); e.Code != "AOM.31009004" || e.Message != "auth failed." {
		t.Errorf("our error is %v, want AOM.31009004", err)
	}
}

// The SDK fails on the list of lists of the document's own table; ours reads it.
func TestSDKFailsOnNestedLists(t *testing.T) {
	t.Parallel()
	srv, client := startWith(t, &huaweitest.Options{Nested: true}, once(), numbered(3)...)
	if _, err := sdkList(t, srv, "flow"); err == nil {
		t.Error("the SDK no longer fails")
	}
	if diff := cmp.Diff(execs(0, 2), names(list(t, client, history.ExecutionQuery{Workflow: "flow"}))); diff != "" {
		t.Errorf("executions mismatch (-want +got):\n%s", diff)
	}
}

// The SDK drops two fields of the document's own example; ours has them.
func TestSDKDropsFields(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	srv.ServeRaw("flow", []byte(strings.Replace(string(huaweitest.SeedAnswer()), `"workflowEditTime" : 0`, `"workflowEditTime" : 1600000000000`, 1)))
	raw, err := sdkList(t, srv, "flow")
	if err != nil {
		t.Fatal(err)
	}
	if raw[0].CreatedBy != nil || raw[0].WorkflowEditTime != nil {
		t.Error("the SDK no longer drops create_by and workflowEditTime")
	}
	got := list(t, client, history.ExecutionQuery{Workflow: "flow"})[0]
	if got.CreatedBy != "xxx" || got.Attributes["workflow_edit_time"] != "1600000000000" {
		t.Errorf("CreatedBy %q, attributes %v", got.CreatedBy, got.Attributes)
	}
}

// The SDK sends an id that changes the path, and signs it; ours refuses it.
func TestSDKLetsPathsOut(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	if _, err := sdkList(t, srv, "../../x"); err == nil {
		t.Fatal("the fake answered")
	}
	if path := last(t, srv).Path; !strings.Contains(path, "../../x") {
		t.Errorf("the SDK asks for %s: it no longer lets the id out", path)
	}
	srv.ResetRequests()
	_, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "../../x"})
	if !errors.Is(err, history.ErrInvalid) || srv.Count("") != 0 {
		t.Errorf("ours: %v after %d requests, want ErrInvalid after none", err, srv.Count(""))
	}
}

// The SDK loses a whole list for one time that is a string, and digits of large numbers; ours does neither.
func TestSDKLosesLists(t *testing.T) {
	t.Parallel()
	srv, client := startWith(t, &huaweitest.Options{Times: huaweitest.MillisecondStrings}, once(), numbered(1)...)
	if _, err := sdkList(t, srv, "flow"); err == nil {
		t.Error("the SDK no longer fails")
	}
	if got := list(t, client, history.ExecutionQuery{Workflow: "flow"}); len(got) != 1 || got[0].Started.IsZero() {
		t.Errorf("executions are %v", got)
	}
}

// The SDK takes an answer that is null, or empty, for a success; ours does not.
func TestSDKTakesNothingForSuccess(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	srv.Inject(huaweitest.Fault{Body: []byte("null"), Times: 2})
	_, err := sdkClient(t, srv).SearchWorkflowExecutionDetail(&model.SearchWorkflowExecutionDetailRequest{WorkflowId: "flow", ExecutionId: "exec"})
	if err != nil {
		t.Errorf("the SDK's error is %v: it no longer takes null for success", err)
	}
	if _, err := client.Describe(t.Context(), ref()); !errors.Is(err, history.ErrDecode) {
		t.Errorf("our error is %v, want ErrDecode", err)
	}
}

// The paths are those of the SDK's own definitions.
func TestPathsOfTheSDK(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once(), huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday})
	for op, template := range map[string]string{
		"ListWorkflowExecutions":        aom.GenReqDefForListWorkflowExecutions().Path,
		"SearchWorkflowExecutionDetail": aom.GenReqDefForSearchWorkflowExecutionDetail().Path,
	} {
		if err := operations(client)[op](t.Context()); err != nil {
			t.Fatal(err)
		}
		want := strings.NewReplacer("{project_id}", srv.ProjectID(), "{workflow_id}", "flow", "{execution_id}", "exec").Replace(template)
		if got := last(t, srv).Path; got != want {
			t.Errorf("%s asks for %s, want %s", op, got, want)
		}
	}
}
