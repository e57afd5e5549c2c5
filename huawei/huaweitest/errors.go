// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// ErrorShape is a form of an error body. The service, its gateway and IAM each
// have their own, and AOM's pages disagree among themselves.
type ErrorShape int

// The forms of error bodies.
const (
	ShapeDocumented   ErrorShape = iota // the form the code is documented with
	ShapeErrorMsg                       // error_code, error_msg, http_code as a number
	ShapeErrorMessage                   // error_code, error_message, http_code as a string
	ShapeCamel                          // errorCode, errorMessage
	ShapeGateway                        // error_msg, error_code, request_id
	ShapePlain                          // code, message
	ShapeNested                         // error with code and message in it
	ShapeKeystone                       // error with message, code (the HTTP status) and title in it; the code is lost
)

// apiError is an answer that is an error.
type apiError struct {
	status        int
	code, message string
	header        http.Header // may be nil
}

func failure(status int, code, format string, args ...any) *apiError {
	return &apiError{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

// answer writes e the way its code is documented, or as Options.ErrorForm says.
func (e *apiError) answer(shape ErrorShape, requestID string) fakecloud.Answer {
	return fakecloud.Answer{
		Status: e.status, Code: e.code, Header: e.header,
		Body: ErrorBody(shape, e.status, e.code, e.message, requestID),
	}
}

// ErrorBody returns an error body in a form, with the blanks of the document's
// examples. It is for the Body of a Fault. An empty code makes an empty body.
func ErrorBody(shape ErrorShape, status int, code, message, requestID string) []byte {
	if code == "" {
		return []byte{}
	}
	if shape == ShapeDocumented {
		shape = documentedShape(code)
	}
	b := []byte{'{'}
	switch shape {
	case ShapeErrorMessage:
		b = appendText(appendText(b, "error_code", code), "error_message", message)
		b = appendText(b, "http_code", fmt.Sprint(status))
	case ShapeCamel:
		b = appendText(appendText(b, "errorCode", code), "errorMessage", message)
	case ShapeGateway:
		b = appendText(appendText(b, "error_msg", message), "error_code", code)
		b = appendText(b, "request_id", requestID)
	case ShapePlain:
		b = appendText(appendText(b, "code", code), "message", message)
	case ShapeNested:
		b = append(appendKey(b, "error"), '{')
		b = append(appendText(appendText(b, "code", code), "message", message), " }"...)
	case ShapeKeystone:
		b = appendText(append(appendKey(b, "error"), '{'), "message", message)
		b = fmt.Append(appendKey(b, "code"), status)
		b = append(appendText(b, "title", http.StatusText(status)), " }"...)
	default:
		b = appendText(appendText(b, "error_code", code), "error_msg", message)
		b = fmt.Append(appendKey(b, "http_code"), status)
	}
	return append(b, " }"...)
}

// documentedShape returns the form of a code's examples.
func documentedShape(code string) ErrorShape {
	switch {
	case code == "AOM.31009004", code == "AOM.02021500":
		return ShapeErrorMessage
	case strings.HasPrefix(code, "APIGW."), strings.HasPrefix(code, "APIG."):
		return ShapeGateway
	case strings.HasPrefix(code, "SVCSTG_AMS_"):
		return ShapeCamel
	case strings.HasPrefix(code, "IAM."), strings.HasPrefix(code, "EPS."):
		return ShapeNested
	default:
		return ShapeErrorMsg
	}
}

// complete fills in what is known about the code of a fault: its status and its
// text. A Fault{Code: "APIGW.0308"} is then all of a 429.
func complete(f fakecloud.Fault) fakecloud.Fault {
	known, ok := documented(f.Code, f.Status)
	if !ok || f.Body != nil {
		return f
	}
	f.Status = cmp.Or(f.Status, known.Status)
	f.Message = cmp.Or(f.Message, known.Message)
	return f
}

// documented finds a code in the table: with this status, or else its first entry.
func documented(code string, status int) (DocumentedError, bool) {
	found := slices.DeleteFunc(DocumentedErrors(), func(d DocumentedError) bool { return d.Code != code })
	if len(found) == 0 {
		return DocumentedError{}, false
	}
	i := slices.IndexFunc(found, func(d DocumentedError) bool { return d.Status == status })
	return found[max(i, 0)], true
}
