// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

// TestMain fills the SDK's table of endpoints before tests run side by side: making
// two clients at once is a data race in it otherwise.
func TestMain(m *testing.M) {
	fnf.GetEndpointMap()
	os.Exit(m.Run())
}

// newClient returns the official client for a server, with the server's own keys.
func newClient(t *testing.T, srv *alibabatest.Server) *fnf.Client {
	t.Helper()
	client, err := fnf.NewClientWithAccessKey(srv.Region(), srv.AccessKeyID(), srv.AccessKeySecret())
	if srv.SecurityToken() != "" {
		client, err = fnf.NewClientWithStsToken(srv.Region(), srv.AccessKeyID(), srv.AccessKeySecret(), srv.SecurityToken())
	}
	if err != nil {
		t.Fatal(err)
	}
	client.Domain = strings.TrimPrefix(srv.URL(), "http://")
	t.Cleanup(client.Shutdown)
	return client
}

// historyOf makes a request for a page; "" and 0 leave a parameter out.
func historyOf(flow, execution, token string, limit int) *fnf.GetExecutionHistoryRequest {
	request := fnf.CreateGetExecutionHistoryRequest()
	request.FlowName, request.ExecutionName, request.NextToken = flow, execution, token
	if limit != 0 {
		request.Limit = requests.NewInteger(limit)
	}
	return request
}

// walk reads a history page by page. It returns the tokens too, and stops at an error.
func walk(client *fnf.Client, flow, execution string, limit int) (ids []int64, tokens []string, err error) {
	for token := ""; ; {
		page, err := client.GetExecutionHistory(historyOf(flow, execution, token, limit))
		if err != nil {
			return ids, tokens, err
		}
		for _, e := range page.Events {
			ids = append(ids, e.EventId)
		}
		if page.NextToken == "" {
			return ids, tokens, nil
		}
		token = page.NextToken
		tokens = append(tokens, token)
	}
}

// answerOf returns status and code of a refusal, zero and "" for success.
func answerOf(t *testing.T, err error) (int, string) {
	t.Helper()
	if err == nil {
		return 0, ""
	}
	refusal, ok := errors.AsType[*sdkerrors.ServerError](err)
	if !ok {
		t.Fatalf("error = %v, want one of the server", err)
	}
	return refusal.HttpStatus(), refusal.ErrorCode()
}

// signed returns a signed GET of the official client, to be sent once or twice or
// with a change.
func signed(t *testing.T, client *fnf.Client, request requests.AcsRequest) *http.Request {
	t.Helper()
	request.SetScheme("HTTP")
	if err := client.BuildRequestWithSigner(request, nil); err != nil {
		t.Fatal(err)
	}
	out, err := http.NewRequestWithContext(t.Context(), request.GetMethod(), request.BuildUrl(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range request.GetHeaders() {
		out.Header.Set(name, value)
	}
	return out
}

// withQuery returns r with a parameter changed after it was signed; "" removes it.
func withQuery(r *http.Request, name, value string) *http.Request {
	changed := r.Clone(r.Context())
	query := r.URL.Query()
	query.Set(name, value)
	if value == "" {
		query.Del(name)
	}
	changed.URL = &url.URL{Scheme: r.URL.Scheme, Host: r.URL.Host, Path: r.URL.Path, RawQuery: query.Encode()}
	return changed
}
