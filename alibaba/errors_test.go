// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// The codes of FnF and of the gateway before it. Their statuses vary, so each comes with several: the code decides.
func TestErrorKindByCode(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		code string
		kind history.Kind
	}{
		{"FlowNotExists", history.ErrWorkflowNotFound},
		{"ExecutionNotExists", history.ErrExecutionNotFound},

		{"InvalidArgument", history.ErrInvalid},
		{"MissingRequiredHeader", history.ErrInvalid},
		{"MissingRequiredParams", history.ErrInvalid},
		{"MissingParameter", history.ErrInvalid},
		{"MissingFlowName", history.ErrInvalid},
		{"UnsupportedMediaType", history.ErrInvalid},
		{"ActionNotSupported", history.ErrInvalid},
		{"APIVersionNotSupported", history.ErrInvalid},
		{"PreconditionFailed", history.ErrInvalid},
		{"InvalidParameter", history.ErrInvalid},
		{"InvalidParameter.Format", history.ErrInvalid},
		{"InvalidTimeStamp.Format", history.ErrInvalid},
		{"InvalidApi.NotFound", history.ErrInvalid},
		{"InvalidProduct.NotFound", history.ErrInvalid},
		{"InvalidProtocol.NeedSsl", history.ErrInvalid},
		{"UnsupportedHTTPMethod", history.ErrInvalid},

		{"EntityTooLarge", history.ErrTooLarge},

		{"InvalidAccessKeyID", history.ErrUnauthenticated},
		{"SignatureNotMatch", history.ErrUnauthenticated},
		{"InvalidAccessKeyId.NotFound", history.ErrUnauthenticated},
		{"InvalidAccessKeyId.Inactive", history.ErrUnauthenticated},
		{"SignatureDoesNotMatch", history.ErrUnauthenticated},
		{"IncompleteSignature", history.ErrUnauthenticated},
		{"InvalidSignatureMethod", history.ErrUnauthenticated},
		{"InvalidSecurityToken.Expired", history.ErrUnauthenticated},
		{"InvalidSecurityToken.Malformed", history.ErrUnauthenticated},
		{"InvalidSecurityToken.MismatchWithAccessKey", history.ErrUnauthenticated},

		{"AccessDenied", history.ErrPermission},
		{"Forbidden.RAM", history.ErrPermission},
		{"Forbidden.RiskControl", history.ErrPermission},
		{"Forbidden.UserVerification", history.ErrPermission},
		{"NoPermission", history.ErrPermission},

		{"RequestTimeTooSkewed", history.ErrClockSkew},
		{"InvalidTimeStamp.Expired", history.ErrClockSkew},
		{"IllegalTimestamp", history.ErrInvalid},

		{"Throttling", history.ErrThrottled},
		{"Throttling.User", history.ErrThrottled},
		{"Throttling.Api", history.ErrThrottled},
		{"Rejected.Throttling", history.ErrThrottled},
		{"ResourceThrottled", history.ErrThrottled},

		{"InternalServerError", history.ErrUnavailable},
		{"InternalError", history.ErrUnavailable},
		{"UnknownError", history.ErrUnavailable},
		{"ServiceUnavailable", history.ErrUnavailable},
		{"SignatureNonceUsed", history.ErrUnavailable},
	} {
		t.Run(tt.code, func(t *testing.T) {
			t.Parallel()
			for _, status := range []int{400, 403, 404, 429, 500, 503} {
				requests := 0
				client := local(t, answerWith(func(*http.Request) (int, []byte) {
					requests++
					return status, alibabatest.ErrorBody(tt.code, "words", "an-id", "host")
				}))
				_, err := client.Describe(t.Context(), ref())
				e := failure(t, err)
				if e.Kind != tt.kind || e.Code != tt.code || e.HTTPStatus != status || e.RequestID != "an-id" || e.Message != "words" {
					t.Errorf("HTTP %d: %#v, want the kind %q", status, e, tt.kind)
				}
				want := 1
				if tt.kind.Retryable() {
					want = 5
				}
				if requests != want || e.Attempts != want {
					t.Errorf("HTTP %d: %d requests, Attempts %d, want %d", status, requests, e.Attempts, want)
				}
			}
		})
	}
}

// The documented status of every code that the fake knows fits the kind as well.
func TestErrorDocumentedCodes(t *testing.T) {
	t.Parallel()
	srv, client := start(t, &history.Options{Retry: history.Retry{Max: -1}, RateLimit: history.RateLimit{Off: true}})
	for _, documented := range alibabatest.DocumentedErrors() {
		for op, call := range operations(client) {
			srv.Inject(alibabatest.Fault{Code: documented.Code})
			e := failure(t, call(t.Context()))
			if e.Op != op || e.Code != documented.Code || e.HTTPStatus != documented.Status || e.Kind == "" || e.RequestID == "" {
				t.Errorf("%s: %#v, want code %s with HTTP %d", op, e, documented.Code, documented.Status)
			}
			passing := documented.Status >= 500 || documented.Status == 429 ||
				documented.Code == "SignatureNonceUsed" || strings.HasPrefix(documented.Code, "Throttling")
			if e.Kind == history.ErrDecode || e.Retryable() != passing {
				t.Errorf("%s: kind %q", documented.Code, e.Kind)
			}
		}
	}
}

// An unknown code leaves the status to decide.
func TestErrorKindByStatus(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]history.Kind{
		400: history.ErrInvalid, 401: history.ErrUnauthenticated, 403: history.ErrPermission, 404: history.ErrNotFound,
		405: history.ErrInvalid, 408: history.ErrUnavailable, 409: history.ErrInvalid, 413: history.ErrTooLarge,
		429: history.ErrThrottled, 500: history.ErrUnavailable, 502: history.ErrUnavailable, 503: history.ErrUnavailable,
		504: history.ErrUnavailable, 599: history.ErrUnavailable,
	} {
		for _, body := range []string{`{"Code":"NeverHeardOf","Message":"m"}`, `{}`, ""} {
			_, err := local(t, always(status, body)).Describe(t.Context(), ref())
			if e := failure(t, err); e.Kind != want || e.HTTPStatus != status {
				t.Errorf("HTTP %d %s: kind %q, want %q", status, body, e.Kind, want)
			}
		}
	}
}

// An expired STS token was seen as an InvalidParameter.
func TestErrorExpiredTokenInMessage(t *testing.T) {
	t.Parallel()
	body := `{"Code":"InvalidParameter","Message":"The parameter is invalid: SecurityToken.Expired"}`
	_, err := local(t, always(http.StatusBadRequest, body)).Describe(t.Context(), ref())
	if !errors.Is(err, history.ErrUnauthenticated) {
		t.Errorf("error is %v, want ErrUnauthenticated", err)
	}
}

// Error bodies that are not quite as documented. The official SDK panics on some of them.
func TestErrorBodies(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, body string
		status     int
		want       history.Error // Kind, Code, Message, RequestID
	}{
		{"code is a number", `{"Code":502,"Message":"bad gateway"}`, 502,
			history.Error{Kind: history.ErrUnavailable, Code: "502", Message: "bad gateway"}},
		{"code is a number in a 400", `{"Code":502}`, 400, history.Error{Kind: history.ErrInvalid, Code: "502"}},
		{"request id is a number", `{"Code":"FlowNotExists","RequestId":12345}`, 404,
			history.Error{Kind: history.ErrWorkflowNotFound, Code: "FlowNotExists", RequestID: "12345"}},
		{"message is an object", `{"Code":"InvalidArgument","Message":{"en":"no"}}`, 400,
			history.Error{Kind: history.ErrInvalid, Code: "InvalidArgument", Message: `{"en":"no"}`}},
		{"denied detail is an object", `{"Code":"NoPermission","Message":"m","AccessDeniedDetail":{"AuthAction":"fnf:GetExecutionHistory"}}`, 403,
			history.Error{Kind: history.ErrPermission, Code: "NoPermission", Message: "m"}},
		{"denied detail is a string", `{"Code":"NoPermission","Message":"m","AccessDeniedDetail":"none"}`, 403,
			history.Error{Kind: history.ErrPermission, Code: "NoPermission", Message: "m"}},
		{"lower case", `{"code":"Throttling.User","message":"slow down","requestId":"r-1"}`, 400,
			history.Error{Kind: history.ErrThrottled, Code: "Throttling.User", Message: "slow down", RequestID: "r-1"}},
		{"nulls", `{"Code":null,"Message":null,"RequestId":null,"HostId":null,"Recommend":null}`, 403,
			history.Error{Kind: history.ErrPermission}},
		{"null", `null`, 404, history.Error{Kind: history.ErrNotFound}},
		{"empty", ``, 503, history.Error{Kind: history.ErrUnavailable}},
		{"an array", `[]`, 400, history.Error{Kind: history.ErrInvalid, Message: `the answer is not a JSON object; it begins "[]"`}},
		{"a string", `"no"`, 401, history.Error{Kind: history.ErrUnauthenticated, Message: `the answer is not a JSON object; it begins "\"no\""`}},
		{"HTML", "<html>\r\n<h1>502 Bad Gateway</h1>", 502,
			history.Error{Kind: history.ErrUnavailable, Message: `the answer is not a JSON object; it begins "<html>\r\n<h1>502 Bad Gateway</h1>"`}},
		{"HTML and a refusal", "<html></html>", 403,
			history.Error{Kind: history.ErrPermission, Message: `the answer is not a JSON object; it begins "<html></html>"`}},
		{"control characters", "{\"Code\":\"InvalidArgument\",\"Message\":\"a\\nb\\u0007c\"}", 400,
			history.Error{Kind: history.ErrInvalid, Code: "InvalidArgument", Message: "a b c"}},
		{"cut JSON", `{"Code":"Throttling.U`, 400, history.Error{Kind: history.ErrUnavailable, Message: "the answer broke off"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := local(t, always(tt.status, tt.body)).Describe(t.Context(), ref())
			e := failure(t, err)
			got := history.Error{Kind: e.Kind, Code: e.Code, Message: e.Message, RequestID: e.RequestID}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("error mismatch (-want +got):\n%s", diff)
			}
			if e.HTTPStatus != tt.status || e.Op != "DescribeExecution" {
				t.Errorf("HTTPStatus %d, Op %q", e.HTTPStatus, e.Op)
			}
		})
	}
}

// The gateway's message for a wrong signature quotes the string it signed, with the key's id and the token.
func TestErrorWithoutSecrets(t *testing.T) {
	t.Parallel()
	const id, token = "canary-key-id", "canary/token+with=signs"
	srv, _ := startWith(t, &alibabatest.Options{AccessKeyID: id, SecurityToken: token, SignatureCode: "SignatureDoesNotMatch"}, nil)
	cfg := configOf(srv)
	cfg.AccessKeySecret = "canary-wrong-secret"
	_, err := open(t, cfg, quick()).EventPage(t.Context(), history.EventQuery{Ref: ref()})
	e := failure(t, err)
	if e.Kind != history.ErrUnauthenticated || e.Code != "SignatureDoesNotMatch" {
		t.Fatalf("error is %v, want SignatureDoesNotMatch", err)
	}
	data, jsonErr := json.Marshal(e)
	if jsonErr != nil {
		t.Fatal(jsonErr)
	}
	query := last(t, srv).Query
	secrets := []string{id, token, "canary", cfg.AccessKeySecret, query.Get("Signature"), query.Get("SignatureNonce")}
	noSecrets(t, append(forms(err), string(data), e.LogValue().String()), secrets...)
}

// A wish to be left alone for a while is taken from the standard header and from the gateway's own.
func TestErrorRetryAfter(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, value string
		want        time.Duration
	}{
		{"Retry-After", "2", 2 * time.Second},
		{"X-Acs-Retry-After", "1500", 1500 * time.Millisecond},
		{"X-Acs-Retry-After", "-1", 0},
		{"X-Acs-Retry-After", "soon", 0},
		{"X-Acs-Retry-After", "9223372036854775807", 0},
	} {
		srv, client := start(t, &history.Options{Retry: history.Retry{Max: -1}})
		srv.Inject(alibabatest.Fault{Code: "Throttling.Api", Header: http.Header{tt.name: {tt.value}}})
		_, err := client.Describe(t.Context(), ref())
		if e := failure(t, err); e.RetryAfter != tt.want || e.Kind != history.ErrThrottled {
			t.Errorf("%s: %s: RetryAfter is %v of a %q, want %v", tt.name, tt.value, e.RetryAfter, e.Kind, tt.want)
		}
	}
}
