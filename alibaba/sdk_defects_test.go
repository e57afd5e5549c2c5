// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"
	"github.com/hashicorp/go-retryablehttp"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// The tests in this file hold the official SDK's own client against ours, on the same answers. They are the reason why the
// SDK only signs here; when one fails because the SDK has become better, that reason is to be looked at again.

// rawClient is the official client, as its documents show it.
func rawClient(t testing.TB, srv *alibabatest.Server) *fnf.Client {
	t.Helper()
	client, err := fnf.NewClientWithStsToken(srv.Region(), srv.AccessKeyID(), srv.AccessKeySecret(), srv.SecurityToken())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// broughtConfig lets the official client sign.
func broughtConfig(t testing.TB, srv *alibabatest.Server) alibaba.Config {
	t.Helper()
	return alibaba.Config{Region: srv.Region(), Endpoint: srv.URL(), Client: rawClient(t, srv)}
}

// rawRequest is the official request for a page.
func rawRequest(srv *alibabatest.Server) *fnf.GetExecutionHistoryRequest {
	req := fnf.CreateGetExecutionHistoryRequest()
	req.FlowName, req.ExecutionName = "flow", "exec"
	req.Domain = strings.TrimPrefix(srv.URL(), "http://")
	return req
}

// rawPage reads a page with the official client, and what it panics with.
func rawPage(t testing.TB, srv *alibabatest.Server) (resp *fnf.GetExecutionHistoryResponse, panicked any, err error) {
	t.Helper()
	defer func() { panicked = recover() }()
	resp, err = rawClient(t, srv).GetExecutionHistory(rawRequest(srv))
	return resp, nil, err
}

func TestSDKPanicsOnOddErrorBodies(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"Code":502}`, `{"Code":"FlowNotExists","RequestId":5}`, `{"Code":"NoPermission","AccessDeniedDetail":"none"}`, `{"Message":{}}`,
	} {
		srv, client := start(t, nil, run(3))
		srv.Inject(alibabatest.Fault{Status: http.StatusBadRequest, Body: []byte(body), Times: -1})
		if _, panicked, err := rawPage(t, srv); panicked == nil {
			t.Errorf("the SDK no longer panics on %s: %v", body, err)
		}
		_, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
		if e := failure(t, err); e.HTTPStatus != http.StatusBadRequest || e.Kind == "" {
			t.Errorf("ours on %s: %#v", body, e)
		}
	}
}

func TestSDKLeaksSecretsInNetworkErrors(t *testing.T) {
	t.Parallel()
	srv, client := startWith(t, &alibabatest.Options{AccessKeyID: "canary-key-id", SecurityToken: "canary-token"}, nil, run(3))
	srv.Inject(alibabatest.Fault{Reset: true, Times: -1})
	_, _, raw := rawPage(t, srv)
	for _, secret := range []string{"canary-key-id", "canary-token", "Signature="} {
		if raw == nil || !strings.Contains(raw.Error(), secret) {
			t.Errorf("the SDK no longer leaks %q: %v", secret, raw)
		}
	}
	_, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
	if !errors.Is(err, history.ErrUnavailable) {
		t.Errorf("ours: %v, want ErrUnavailable", err)
	}
	var secrets []string
	for _, name := range []string{"AccessKeyId", "SecurityToken", "Signature", "SignatureNonce"} {
		secrets = append(secrets, params(srv, "", name)...)
	}
	noSecrets(t, forms(err), append(secrets, "canary", "Signature=")...)
}

func TestSDKSendsPlainHTTP(t *testing.T) {
	t.Parallel()
	var schemes []string
	see := answerWith(func(r *http.Request) (int, []byte) {
		schemes = append(schemes, r.URL.Scheme)
		return http.StatusOK, []byte(seedAnswer)
	})
	raw, err := fnf.NewClientWithAccessKey("cn-hangzhou", "test-access-key-id", "test-access-key-secret")
	if err != nil {
		t.Fatal(err)
	}
	raw.SetTransport(see)
	req := fnf.CreateGetExecutionHistoryRequest()
	req.Domain = "cn-hangzhou.fnf.aliyuncs.com"
	if _, err := raw.GetExecutionHistory(req); err != nil {
		t.Fatal(err)
	}
	if _, err := local(t, see).EventPage(t.Context(), history.EventQuery{Ref: ref()}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(schemes); got != "[http https]" {
		t.Errorf("schemes of the SDK and of ours are %s, want [http https]", got)
	}
}

// Retrying below the SDK sends one signature twice, which the service refuses. Ours signs each attempt.
func TestSDKRetriedFromBelowReplaysItsNonce(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(3))
	unavailable := alibabatest.Fault{Status: http.StatusServiceUnavailable}
	srv.Inject(unavailable)
	engine := retryablehttp.NewClient()
	engine.Logger, engine.RetryWaitMin, engine.RetryWaitMax = nil, time.Microsecond, time.Millisecond
	raw := rawClient(t, srv)
	raw.SetTransport(&retryablehttp.RoundTripper{Client: engine})
	_, err := raw.GetExecutionHistory(rawRequest(srv))
	if err == nil || !strings.Contains(err.Error(), "SignatureNonceUsed") {
		t.Errorf("the SDK retried from below: %v, want SignatureNonceUsed", err)
	}
	if nonces := params(srv, "", "SignatureNonce"); len(nonces) != 2 || nonces[0] != nonces[1] {
		t.Errorf("the SDK's nonces are %q, want the same twice", nonces)
	}
	srv.ResetRequests()
	srv.Inject(unavailable)
	if got := len(walk(t, client, history.EventQuery{Ref: ref()})); got != 3 {
		t.Errorf("ours reads %d events, want 3", got)
	}
	if nonces := params(srv, "", "SignatureNonce"); len(nonces) != 2 || nonces[0] == nonces[1] {
		t.Errorf("our nonces are %q, want two", nonces)
	}
}

// Answers that are none look like an empty history.
func TestSDKTakesNothingForSuccess(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"RequestId":"r","Events":null}`, `{}`, `null`, ``} {
		srv, client := start(t, nil, run(3))
		srv.Inject(alibabatest.Fault{Body: []byte(body), Times: -1})
		if resp, panicked, err := rawPage(t, srv); err != nil || panicked != nil || len(resp.Events) != 0 {
			t.Errorf("the SDK no longer takes %q for success: %v, %v", body, err, panicked)
		}
		if _, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref()}); !errors.Is(err, history.ErrDecode) {
			t.Errorf("ours on %q: %v, want ErrDecode", body, err)
		}
	}
}

// A page on which one detail is an object, and not a string with one inside, is lost as a whole.
func TestSDKLosesPageForOneDetail(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(3))
	srv.Inject(alibabatest.Fault{Times: -1, Mutate: func(body []byte) []byte {
		return []byte(strings.Replace(string(body), `"{\"input\":{\"i\":1}}"`, `{"input":{"i":1}}`, 1))
	}})
	if _, _, err := rawPage(t, srv); err == nil || !strings.Contains(err.Error(), "JsonUnmarshalError") {
		t.Errorf("the SDK no longer fails on a detail that is an object: %v", err)
	}
	events := walk(t, client, history.EventQuery{Ref: ref()})
	if len(events) != 3 || events[1].Detail != `{"input":{"i":1}}` {
		t.Errorf("ours reads %v", events)
	}
}

// A request that is used again keeps what was asked for before, so that a loop over pages can begin in the middle.
func TestSDKKeepsOldParameters(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(4))
	raw, req := rawClient(t, srv), rawRequest(srv)
	for _, token := range []string{"3", ""} {
		req.NextToken, req.Limit = token, requests.NewInteger(2)
		if _, err := raw.GetExecutionHistory(req); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprintf("%q", params(srv, "", "NextToken")); got != `["3" "3"]` {
		t.Errorf("the SDK sends the tokens %s, want the old one twice", got)
	}
	srv.ResetRequests()
	for range 2 {
		walk(t, client, history.EventQuery{Ref: ref(), PageSize: 2})
	}
	if got := fmt.Sprintf("%q", params(srv, "", "NextToken")); got != `["" "3" "" "3"]` {
		t.Errorf("ours sends the tokens %s", got)
	}
}

// There is no way to give the SDK a context.
func TestSDKTakesNoContext(t *testing.T) {
	t.Parallel()
	raw := reflect.TypeFor[*fnf.Client]()
	for method := range raw.Methods() {
		for in := range method.Type.Ins() {
			if in == reflect.TypeFor[context.Context]() {
				t.Errorf("the SDK's client has got a context: %s", method.Name)
			}
		}
	}
	srv, client := start(t, nil, run(3))
	srv.Inject(alibabatest.Fault{Hang: true, Times: -1})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.Describe(ctx, ref()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ours: %v, want DeadlineExceeded", err)
	}
}

// Two regions that the SDK's map lacks go to hosts that do not exist.
func TestSDKGuessesHosts(t *testing.T) {
	t.Parallel()
	var hosts []string
	see := answerWith(func(r *http.Request) (int, []byte) {
		hosts = append(hosts, r.URL.Host)
		return http.StatusOK, []byte(seedAnswer)
	})
	raw, err := fnf.NewClientWithAccessKey("us-west-1", "test-access-key-id", "test-access-key-secret")
	if err != nil {
		t.Fatal(err)
	}
	raw.SetTransport(see)
	if _, err := raw.GetExecutionHistory(fnf.CreateGetExecutionHistoryRequest()); err != nil {
		t.Fatal(err)
	}
	cfg, o := good(), quick()
	cfg.Region, o.Transport = "us-west-1", see
	if _, err := open(t, cfg, o).EventPage(t.Context(), history.EventQuery{Ref: ref()}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(hosts); got != "[fnf.us-west-1.aliyuncs.com us-west-1.fnf.aliyuncs.com]" {
		t.Errorf("hosts of the SDK and of ours are %s", got)
	}
}
