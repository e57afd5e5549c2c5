// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/impl"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/sdkerr"
	aom "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// sdkClient returns the official client with the server's own credentials.
func sdkClient(t *testing.T, srv *huaweitest.Server) *aom.AomClient {
	t.Helper()
	return sdkClientWith(t, srv, func(b *basic.CredentialsBuilder) *basic.CredentialsBuilder { return b })
}

// sdkClientWith lets a test change the credentials. The client is put together
// from the core, because its own builder keeps an id in the home directory.
func sdkClientWith(t *testing.T, srv *huaweitest.Server, edit func(*basic.CredentialsBuilder) *basic.CredentialsBuilder) *aom.AomClient {
	t.Helper()
	builder := basic.NewCredentialsBuilder().
		WithAk(srv.AccessKeyID()).WithSk(srv.SecretAccessKey()).WithProjectId(srv.ProjectID())
	if token := srv.SecurityToken(); token != "" {
		builder = builder.WithSecurityToken(token)
	}
	credential, err := edit(builder).SafeBuild()
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	conf := config.DefaultHttpConfig().WithUserAgent("huaweitest").WithHttpRoundTripper(transport).WithTimeout(10 * time.Second)
	return aom.NewAomClient(core.NewHcHttpClient(impl.NewDefaultHttpClient(conf)).
		WithEndpoints([]string{srv.URL()}).
		WithCredential(credential).
		WithErrorHandler(sdkerr.DefaultErrorHandler{}))
}

// sdkList lists the executions of a workflow with the official client.
func sdkList(t *testing.T, srv *huaweitest.Server, workflow string) []model.WorkflowExecutionBrief {
	t.Helper()
	resp, err := sdkClient(t, srv).ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{WorkflowId: workflow})
	if err != nil {
		t.Fatal(err)
	}
	return *resp.Body
}

// sdkStatus returns the status of an error of the official client, 0 for another.
func sdkStatus(err error) int {
	if service, ok := err.(*sdkerr.ServiceResponseError); ok {
		return service.StatusCode
	}
	return 0
}

// response is an answer as it came.
type response struct {
	Status int
	Header http.Header
	Body   string
}

// send sends a request with plain net/http. A header with an empty value is not
// sent; unless there is one in it, the token is added.
func send(t *testing.T, srv *huaweitest.Server, method, target string, header map[string]string, body string) response {
	t.Helper()
	resp, err := trySend(t, srv, method, target, header, body)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func trySend(t *testing.T, srv *huaweitest.Server, method, target string, header map[string]string, body string) (response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, srv.URL()+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if _, ok := header["X-Auth-Token"]; !ok {
		req.Header.Set("X-Auth-Token", srv.Token())
	}
	for name, value := range header {
		req.Header.Del(name)
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return response{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return response{resp.StatusCode, resp.Header, string(text)}, err
}

// get gets a path below the project with the token.
func get(t *testing.T, srv *huaweitest.Server, path string) response {
	t.Helper()
	return send(t, srv, http.MethodGet, "/v1/"+srv.ProjectID()+"/cms/"+path, nil, "")
}
