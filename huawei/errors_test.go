// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// The codes that decide whatever the status; in each shape of error body that the service, its gateway and IAM have.
func TestErrorKindByCode(t *testing.T) {
	t.Parallel()
	shapes := map[string]huaweitest.ErrorShape{
		"documented": huaweitest.ShapeDocumented, "error_msg": huaweitest.ShapeErrorMsg, "error_message": huaweitest.ShapeErrorMessage,
		"camel": huaweitest.ShapeCamel, "gateway": huaweitest.ShapeGateway, "plain": huaweitest.ShapePlain, "nested": huaweitest.ShapeNested,
	}
	for _, tt := range []struct {
		code string
		kind history.Kind
	}{
		{"AOM.31009004", history.ErrUnauthenticated},
		{"AOM.31009003", history.ErrUnauthenticated},
		{"AOM.31001405", history.ErrUnavailable},
		{"APIGW.0101", history.ErrInvalid},
		{"APIGW.0103", history.ErrInvalid},
		{"APIGW.0301", history.ErrUnauthenticated},
		{"APIG.0301", history.ErrUnauthenticated},
		{"APIGW.0302", history.ErrPermission},
		{"APIGW.0307", history.ErrUnauthenticated},
		{"APIGW.0308", history.ErrThrottled},
		{"APIG.0308", history.ErrThrottled},
		{"APIGW.0613", history.ErrUnavailable},
		{"IAM.0012", history.ErrThrottled},
	} {
		t.Run(tt.code, func(t *testing.T) {
			t.Parallel()
			for shape, form := range shapes {
				for _, status := range []int{400, 401, 403, 404, 429, 500, 503} {
					requests := 0
					client := local(t, answerWith(func(*http.Request) (int, []byte) {
						requests++
						return status, huaweitest.ErrorBody(form, status, tt.code, "words", "an-id")
					}))
					_, err := client.Describe(t.Context(), ref())
					e := failure(t, err)
					if e.Kind != tt.kind || e.Code != tt.code || e.HTTPStatus != status || e.Message != "words" {
						t.Errorf("%s, HTTP %d: %#v, want the kind %q", shape, status, e, tt.kind)
					}
					want := 1
					if tt.kind.Retryable() {
						want = 5
					}
					if requests != want || e.Attempts != want {
						t.Errorf("%s, HTTP %d: %d requests, Attempts %d, want %d", shape, status, requests, e.Attempts, want)
					}
				}
			}
		})
	}
}

// Every code that the documents have, with its documented status and shape, from both operations.
func TestErrorDocumentedCodes(t *testing.T) {
	t.Parallel()
	byStatus := map[int]history.Kind{
		400: history.ErrInvalid, 401: history.ErrUnauthenticated, 403: history.ErrPermission, 405: history.ErrInvalid,
		409: history.ErrInvalid, 413: history.ErrTooLarge, 414: history.ErrInvalid, 429: history.ErrThrottled,
		494: history.ErrTooLarge, 500: history.ErrUnavailable, 502: history.ErrUnavailable, 503: history.ErrUnavailable,
		504: history.ErrUnavailable,
	}
	byCode := map[string]history.Kind{
		"APIGW.0101": history.ErrInvalid, "APIGW.0103": history.ErrInvalid, "IAM.0004": history.ErrNotFound,
	}
	srv, client := start(t, once())
	for _, documented := range huaweitest.DocumentedErrors() {
		for op, call := range operations(client) {
			want, ok := byCode[documented.Code]
			if !ok {
				want = byStatus[documented.Status]
			}
			srv.Inject(huaweitest.Fault{Code: documented.Code, Status: documented.Status})
			e := failure(t, call(t.Context()))
			if e.Op != op || e.Code != documented.Code || e.HTTPStatus != documented.Status || e.Kind != want {
				t.Errorf("%s: %v, want %q", op, e, want)
			}
			if e.RequestID == "" || e.Message != documented.Message || e.Provider != "huawei" || e.Scope != scope {
				t.Errorf("%s: %#v lacks something", op, e)
			}
		}
	}
}

// A 404 is about what the operation asks for.
func TestErrorNotFound(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	for op, want := range map[string]history.Kind{
		"ListWorkflowExecutions": history.ErrWorkflowNotFound, "SearchWorkflowExecutionDetail": history.ErrExecutionNotFound,
	} {
		for name, fault := range map[string]*huaweitest.Fault{"the fake's own": nil, "empty": {Status: 404}, "HTML": {Status: 404, Body: []byte("<html>")}} {
			if fault != nil {
				srv.Inject(*fault)
			}
			if e := failure(t, operations(client)[op](t.Context())); e.Kind != want || e.HTTPStatus != 404 {
				t.Errorf("%s, %s: %v, want %q", op, name, e, want)
			}
		}
	}
}

// An unknown code leaves the status to decide.
func TestErrorKindByStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]history.Kind{
		301: history.ErrDecode, 302: history.ErrDecode, 304: history.ErrDecode,
		400: history.ErrInvalid, 401: history.ErrUnauthenticated, 403: history.ErrPermission, 404: history.ErrExecutionNotFound,
		405: history.ErrInvalid, 408: history.ErrUnavailable, 413: history.ErrTooLarge, 414: history.ErrInvalid, 415: history.ErrInvalid,
		429: history.ErrThrottled, 494: history.ErrTooLarge, 500: history.ErrUnavailable, 502: history.ErrUnavailable,
		503: history.ErrUnavailable, 504: history.ErrUnavailable,
	} {
		for _, body := range []string{`{"error_code":"NeverHeardOf","error_msg":"m"}`, `{}`, ""} {
			_, err := local(t, always(status, body)).Describe(t.Context(), ref())
			if e := failure(t, err); e.Kind != want || e.HTTPStatus != status {
				t.Errorf("HTTP %d %s: kind %q, want %q", status, body, e.Kind, want)
			}
		}
	}
}

// Error bodies that are not quite as documented. The official SDK loses the code of half of them.
func TestErrorBodies(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		status     int
		want       history.Error // Kind, Code, Message, RequestID
	}{
		{"Keystone", `{ "error" : { "message" : "Authentication failed", "code" : 401, "title" : "Unauthorized" } }`, 401,
			history.Error{Kind: history.ErrUnauthenticated, Message: "Authentication failed"}},
		{"Keystone without a message", `{ "error" : { "code" : 401, "title" : "Unauthorized" } }`, 401,
			history.Error{Kind: history.ErrUnauthenticated, Message: "Unauthorized"}},
		{"nested with a string code", `{"error":{"code":"EPS.0003","message":"policy doesn't allow it"}}`, 403,
			history.Error{Kind: history.ErrPermission, Code: "EPS.0003", Message: "policy doesn't allow it"}},
		{"error is a word", `{"error":"no"}`, 400, history.Error{Kind: history.ErrInvalid, Message: "no"}},
		{"top level before nested", `{"error_code":"A","error_msg":"a","error":{"code":"B","message":"b"}}`, 400,
			history.Error{Kind: history.ErrInvalid, Code: "A", Message: "a"}},
		{"code and message split", `{"error_code":"A","error":{"message":"b"}}`, 400, history.Error{Kind: history.ErrInvalid, Code: "A", Message: "b"}},
		{"numeric code", `{"error_code":1101,"error_msg":"m"}`, 400, history.Error{Kind: history.ErrInvalid, Code: "1101", Message: "m"}},
		{"only a code", `{"error_code":"APIGW.0308"}`, 400, history.Error{Kind: history.ErrThrottled, Code: "APIGW.0308"}},
		{"only a message", `{"error_msg":"m"}`, 400, history.Error{Kind: history.ErrInvalid, Message: "m"}},
		{"request_id", `{"error_msg":"m","error_code":"APIGW.0302","request_id":"r-1"}`, 403,
			history.Error{Kind: history.ErrPermission, Code: "APIGW.0302", Message: "m", RequestID: "r-1"}},
		{"requestId", `{"errorCode":"SVCSTG_AMS_4000001","errorMessage":"m","requestId":"r-2"}`, 400,
			history.Error{Kind: history.ErrInvalid, Code: "SVCSTG_AMS_4000001", Message: "m", RequestID: "r-2"}},
		{"http_code as a string", `{"error_code":"X","error_message":"m","http_code":"500"}`, 400,
			history.Error{Kind: history.ErrInvalid, Code: "X", Message: "m"}},
		{"garbage behind it", `{"error_code":"APIGW.0308","error_msg":"m"} garbage`, 400,
			history.Error{Kind: history.ErrThrottled, Code: "APIGW.0308", Message: "m"}},
		{"nulls", `{"error_code":null,"error_msg":null,"error":null}`, 403, history.Error{Kind: history.ErrPermission}},
		{"null", `null`, 403, history.Error{Kind: history.ErrPermission}},
		{"empty", ``, 502, history.Error{Kind: history.ErrUnavailable}},
		{"an array", `[]`, 400, history.Error{Kind: history.ErrInvalid, Message: `the answer is not a JSON object; it begins "[]"`}},
		{"HTML", "<html>\r\n<h1>502 Bad Gateway</h1>", 502,
			history.Error{Kind: history.ErrUnavailable, Message: `the answer is not a JSON object; it begins "<html>\r\n<h1>502 Bad Gateway</h1>"`}},
		{"control characters", "{\"error_code\":\"X\",\"error_msg\":\"a\\nb\\u0007c\"}", 400,
			history.Error{Kind: history.ErrInvalid, Code: "X", Message: "a b c"}},
		{"cut JSON", `{"error_code":"APIGW.03`, 400, history.Error{Kind: history.ErrUnavailable, Message: "the answer broke off"}},
		{"signature expired", `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information: Signature expired, signature time:20261102T080000Z"}`, 401,
			history.Error{Kind: history.ErrClockSkew, Code: "APIGW.0301",
				Message: "Incorrect IAM authentication information: Signature expired, signature time:20261102T080000Z"}},
		{"token expired", `{"error_code":"APIGW.0301","error_msg":"token expires, expires_at: 2026"}`, 401,
			history.Error{Kind: history.ErrUnauthenticated, Code: "APIGW.0301", Message: "token expires, expires_at: 2026"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := local(t, always(tt.status, tt.body)).Describe(t.Context(), ref())
			e := failure(t, err)
			got := history.Error{Kind: e.Kind, Code: e.Code, Message: e.Message, RequestID: e.RequestID}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error mismatch (-want +got):\n%s", diff)
			}
			if e.HTTPStatus != tt.status || e.Op != "SearchWorkflowExecutionDetail" {
				t.Errorf("HTTPStatus %d, Op %q", e.HTTPStatus, e.Op)
			}
		})
	}
}

func TestErrorClockSkew(t *testing.T) {
	t.Parallel()
	_, client := startWith(t, &huaweitest.Options{Now: func() time.Time { return time.Now().Add(time.Hour) }}, nil)
	for op, call := range operations(client) {
		if e := failure(t, call(t.Context())); e.Kind != history.ErrClockSkew || e.Code != "APIGW.0301" {
			t.Errorf("%s: %v, want ErrClockSkew", op, e)
		}
	}
}

// A throttled request is made again after what the gateway asks for, and what it asks for is told.
func TestErrorRetryAfter(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	srv.Inject(huaweitest.Fault{Code: "APIGW.0308", Header: http.Header{"Retry-After": {"2"}}})
	_, err := client.Describe(t.Context(), ref())
	if e := failure(t, err); e.RetryAfter != 2*time.Second || e.Kind != history.ErrThrottled {
		t.Errorf("RetryAfter is %v of a %q, want 2s of ErrThrottled", e.RetryAfter, e.Kind)
	}
}

// Nothing that was secret in a request is in an error about it, whoever made the text.
func TestErrorWithoutSecrets(t *testing.T) {
	t.Parallel()
	const id, secret, security, token = "canary-key-id", "canary-secret-key", "canary/security+token=", "canary-iam-token"
	keys := localConfig()
	keys.Token, keys.AccessKeyID, keys.SecretAccessKey, keys.SecurityToken = "", id, secret, security
	iam := localConfig()
	iam.Token = token
	for name, cfg := range map[string]struct {
		open   func(*history.Options) *history.Client
		status int
	}{
		"keys":  {func(o *history.Options) *history.Client { return open(t, keys, o) }, 401},
		"token": {func(o *history.Options) *history.Client { return open(t, iam, o) }, 500},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			secrets := []string{id, secret, security, token, "canary"}
			o := once()
			o.Transport = answerWith(func(r *http.Request) (int, []byte) {
				echo := r.Header.Get("Authorization") + " " + r.Header.Get("X-Auth-Token") + " " + r.Header.Get("X-Security-Token")
				if _, signature, ok := strings.Cut(r.Header.Get("Authorization"), "Signature="); ok {
					secrets = append(secrets, signature)
				}
				body, err := json.Marshal(map[string]string{"error_code": "X", "error_msg": "wrong: " + echo})
				if err != nil {
					t.Error(err)
				}
				return cfg.status, body
			})
			for op, call := range operations(cfg.open(o)) {
				err := call(t.Context())
				e := failure(t, err)
				data, jsonErr := json.Marshal(e)
				if jsonErr != nil {
					t.Fatal(jsonErr)
				}
				if !strings.Contains(e.Message, "wrong: ") {
					t.Errorf("%s: message is %q", op, e.Message)
				}
				noSecrets(t, append(forms(err), string(data), e.LogValue().String()), secrets...)
			}
		})
	}
}
