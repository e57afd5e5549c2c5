// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// kinds are the codes of FnF and of the gateway before it. Statuses vary between products and documents, so the code
// decides and the status only where no code is known.
var kinds = map[string]history.Kind{
	"FlowNotExists":      history.ErrWorkflowNotFound,
	"ExecutionNotExists": history.ErrExecutionNotFound,

	"ActionNotSupported":     history.ErrInvalid,
	"APIVersionNotSupported": history.ErrInvalid,
	"UnsupportedMediaType":   history.ErrInvalid,
	"UnsupportedHTTPMethod":  history.ErrInvalid,
	"MissingParameter":       history.ErrInvalid,
	"IllegalTimestamp":       history.ErrInvalid,
	"PreconditionFailed":     history.ErrInvalid,

	"EntityTooLarge": history.ErrTooLarge,

	"InvalidAccessKeyID":     history.ErrUnauthenticated,
	"SignatureNotMatch":      history.ErrUnauthenticated,
	"SignatureDoesNotMatch":  history.ErrUnauthenticated,
	"IncompleteSignature":    history.ErrUnauthenticated,
	"InvalidSignatureMethod": history.ErrUnauthenticated,

	"AccessDenied": history.ErrPermission,
	"NoPermission": history.ErrPermission,

	"RequestTimeTooSkewed":     history.ErrClockSkew,
	"InvalidTimeStamp.Expired": history.ErrClockSkew,

	"ResourceThrottled":   history.ErrThrottled,
	"Rejected.Throttling": history.ErrThrottled,

	"InternalServerError": history.ErrUnavailable,
	"InternalError":       history.ErrUnavailable,
	"UnknownError":        history.ErrUnavailable,
	"ServiceUnavailable":  history.ErrUnavailable,
	"SignatureNonceUsed":  history.ErrUnavailable, // each attempt has a nonce of its own, so the next one may pass
}

// families are codes with a changing end. The first that fits counts, so the narrower ones come first.
var families = []struct {
	prefix string
	kind   history.Kind
}{
	{"Throttling", history.ErrThrottled},
	{"InvalidAccessKeyId.", history.ErrUnauthenticated},
	{"InvalidSecurityToken", history.ErrUnauthenticated},
	{"Forbidden", history.ErrPermission},
	{"Missing", history.ErrInvalid},
	{"Invalid", history.ErrInvalid},
}

// errorBody is an error as FnF and the gateway write it. encoding/json matches names in any case, which gateways that
// write "code" and "message" need. Any type is taken: the official SDK panics on a Code that is a number.
type errorBody struct {
	Code, Message wire.Text
	RequestID     wire.Text `json:"RequestId"`
}

// fail classifies an answer that is not a success.
func fail(a exchange.Answer) *history.Error {
	var body errorBody
	e := &history.Error{RetryAfter: retryAfter(a.Header)}
	err := decode(a.Body, &body)
	switch {
	case err == nil:
		e.Code, e.Message, e.RequestID = string(body.Code), string(body.Message), string(body.RequestID)
	case errors.Is(err, history.ErrUnavailable):
		// The code was in the part that did not come: it may have been a throttling.
		e.Kind, e.Message = history.ErrUnavailable, "the answer broke off"
		return e
	case len(a.Body) > 0:
		e.Message = "the answer is not a JSON object; it begins " + strconv.Quote(clip(a.Body))
	}
	e.Kind = kindOf(e.Code, e.Message, a.Status)
	return e
}

// kindOf classifies by the code, then by the status.
func kindOf(code, message string, status int) history.Kind {
	if kind, ok := kinds[code]; ok {
		return kind
	}
	// An expired STS token was seen as an InvalidParameter whose message names it.
	if strings.HasPrefix(code, "Invalid") && strings.Contains(message, "SecurityToken") {
		return history.ErrUnauthenticated
	}
	for _, f := range families {
		if strings.HasPrefix(code, f.prefix) {
			return f.kind
		}
	}
	return exchange.StatusKind(status)
}

// retryAfter is the gateway's own header, in milliseconds.
func retryAfter(h http.Header) time.Duration {
	ms, err := strconv.ParseInt(h.Get("X-Acs-Retry-After"), 10, 64)
	if err != nil || ms < 0 || ms > int64(24*time.Hour/time.Millisecond) {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}
