// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// A gateway that writes its keys in lower case gets its code lost: the whole body becomes the message.
func TestSDKLosesCodesInLowerCase(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(3))
	const body = `{"code":"FlowNotExists","message":"Flow flow does not exist.","requestId":"r"}`
	srv.Inject(alibabatest.Fault{Status: http.StatusNotFound, Body: []byte(body), Times: -1})
	_, _, err := rawPage(t, srv)
	if raw, ok := errors.AsType[*sdkerrors.ServerError](err); !ok || raw.ErrorCode() != "" || raw.Message() != body {
		t.Errorf("the SDK no longer loses the code: %v", err)
	}
	_, err = client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
	if e := failure(t, err); e.Kind != history.ErrWorkflowNotFound || e.Code != "FlowNotExists" || e.RequestID != "r" {
		t.Errorf("ours: %#v, want ErrWorkflowNotFound with the code", e)
	}
}

// What is no JSON has the status 400 whatever it had, so that a gateway's page cannot be told from bad input.
func TestSDKInventsStatuses(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(3))
	srv.Inject(alibabatest.Fault{Status: http.StatusOK, Body: []byte("<html>gateway</html>"), Times: -1})
	_, _, err := rawPage(t, srv)
	if raw, ok := errors.AsType[*sdkerrors.ClientError](err); !ok || raw.HttpStatus() != http.StatusBadRequest {
		t.Errorf("the SDK no longer says 400 of a 200: %v", err)
	}
	_, err = client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
	if e := failure(t, err); e.Kind != history.ErrDecode || e.HTTPStatus != http.StatusOK {
		t.Errorf("ours: %#v, want ErrDecode with HTTP 200", e)
	}
}

// The text of an error has the answer's headers in it, cookies and all.
func TestSDKPrintsHeaders(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(3))
	srv.Inject(alibabatest.Fault{
		Status: http.StatusForbidden, Body: []byte(`{"Code":"AccessDenied","Message":"m"}`), Times: -1,
		Header: http.Header{"Set-Cookie": {"session=canary"}},
	})
	if _, _, err := rawPage(t, srv); err == nil || !strings.Contains(err.Error(), "session=canary") {
		t.Errorf("the SDK no longer prints the answer's headers: %v", err)
	}
	_, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
	if !errors.Is(err, history.ErrPermission) {
		t.Errorf("ours: %v, want ErrPermission", err)
	}
	noSecrets(t, forms(err), "canary")
}

// A redirect is followed to another host, which then answers in the service's place. Ours stays.
func TestSDKFollowsRedirects(t *testing.T) {
	t.Parallel()
	other := tapped(t)
	srv, client := start(t, nil, run(3))
	srv.Inject(alibabatest.Fault{Status: http.StatusFound, Header: http.Header{"Location": {other.URL() + "/elsewhere"}}, Times: -1})
	_, _, err := rawPage(t, srv)
	if sent := other.Take(); len(sent) != 1 || err != nil {
		t.Errorf("the SDK no longer follows a redirect and takes what it finds: %d requests, %v", len(sent), err)
	}
	_, err = client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
	if sent := other.Take(); len(sent) != 0 || !errors.Is(err, history.ErrDecode) {
		t.Errorf("ours: %d requests at the other host, %v, want none and ErrDecode", len(sent), err)
	}
}
