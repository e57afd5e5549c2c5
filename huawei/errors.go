// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// kinds are the codes of AOM, of the gateway before it and of IAM. Codes that come with one status only, and whose status
// says the same, are left to it.
var kinds = map[string]history.Kind{
	"AOM.31009003": history.ErrUnauthenticated,
	"AOM.31009004": history.ErrUnauthenticated,
	"AOM.31001405": history.ErrUnavailable,

	"APIGW.0101": history.ErrInvalid, // a 404: there is no such API there, whatever the workflow
	"APIGW.0103": history.ErrInvalid, // likewise
	"APIGW.0301": history.ErrUnauthenticated,
	"APIGW.0302": history.ErrPermission,
	"APIGW.0303": history.ErrUnauthenticated,
	"APIGW.0304": history.ErrPermission,
	"APIGW.0305": history.ErrUnauthenticated,
	"APIGW.0307": history.ErrUnauthenticated,
	"APIGW.0308": history.ErrThrottled,
	"APIGW.0613": history.ErrUnavailable,

	"IAM.0012": history.ErrThrottled,
}

// errorBody is an error in any of the shapes that AOM, the gateway and IAM write. encoding/json matches names in any case.
type errorBody struct {
	ErrorCode    wire.Text       `json:"error_code"`
	CamelCode    wire.Text       `json:"errorCode"`
	Code         wire.Text       `json:"code"`
	ErrorMsg     wire.Text       `json:"error_msg"`
	ErrorMessage wire.Text       `json:"error_message"`
	CamelMsg     wire.Text       `json:"errorMsg"`
	CamelMessage wire.Text       `json:"errorMessage"`
	Message      wire.Text       `json:"message"`
	Title        wire.Text       `json:"title"`
	RequestID    wire.Text       `json:"request_id"`
	CamelID      wire.Text       `json:"requestId"`
	Error        json.RawMessage `json:"error"`
}

// fail classifies an answer that is not a success.
func fail(a exchange.Answer) *history.Error {
	e := &history.Error{}
	var body errorBody
	switch err := json.NewDecoder(bytes.NewReader(a.Body)).Decode(&body); {
	case err == nil:
		e.Code, e.Message = body.code(), body.message()
		// IAM puts the status in the place of a code. It says nothing new.
		if e.Code == strconv.Itoa(a.Status) {
			e.Code = ""
		}
		if a.Header.Get(headerRequestID) == "" {
			e.RequestID = string(cmp.Or(body.RequestID, body.CamelID))
		}
	case errors.Is(err, io.ErrUnexpectedEOF):
		// The code was in the part that did not come: it may have been a throttling.
		e.Kind, e.Message = history.ErrUnavailable, "the answer broke off"
		return e
	case len(a.Body) > 0:
		e.Message = "the answer is not a JSON object; it begins " + strconv.Quote(clip(a.Body))
	}
	if e.Kind = kindOf(e.Code, e.Message, a.Status); e.Kind == history.ErrNotFound {
		e.Kind = notFound(a.Op, e.Code)
	}
	return e
}

// code is the service's own code, wherever it is.
func (b errorBody) code() string {
	if code := cmp.Or(b.ErrorCode, b.CamelCode, b.Code); code != "" {
		return string(code)
	}
	if inner, ok := b.inner(); ok {
		return inner.code()
	}
	return ""
}

func (b errorBody) message() string {
	message := string(cmp.Or(b.ErrorMsg, b.ErrorMessage, b.CamelMsg, b.CamelMessage, b.Message))
	if message != "" {
		return message
	}
	if inner, ok := b.inner(); ok {
		return cmp.Or(inner.message(), string(inner.Title))
	}
	var word wire.Text
	if len(b.Error) > 0 && word.UnmarshalJSON(b.Error) == nil && word.Plain() {
		return string(word)
	}
	return ""
}

// inner is what is under "error", if that is an object.
func (b errorBody) inner() (errorBody, bool) {
	var inner errorBody
	if len(b.Error) == 0 || b.Error[0] != '{' || json.Unmarshal(b.Error, &inner) != nil {
		return errorBody{}, false
	}
	inner.Error = nil // one level is what the documents have
	return inner, true
}

// kindOf classifies by the code, then by the status.
func kindOf(code, message string, status int) history.Kind {
	// An expired signature has the code of a wrong one. What has expired is the date in it, so a clock is off.
	if strings.Contains(strings.ToLower(message), "signature expired") {
		return history.ErrClockSkew
	}
	// An API gateway of one's own writes APIG where the shared one writes APIGW.
	if number, ok := strings.CutPrefix(code, "APIG."); ok {
		code = "APIGW." + number
	}
	if kind, ok := kinds[code]; ok {
		return kind
	}
	return exchange.StatusKind(status)
}

// notFound says what it was that an operation did not find.
//
// Assumption: a 404 of the list means the workflow and one of the detail the execution; no document has a code for either.
// What IAM does not find is neither.
func notFound(op, code string) history.Kind {
	switch {
	case strings.HasPrefix(code, "IAM."):
	case op == opList:
		return history.ErrWorkflowNotFound
	case op == opDetail:
		return history.ErrExecutionNotFound
	}
	return history.ErrNotFound
}
