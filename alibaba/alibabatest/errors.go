// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// apiError is an answer that is an error.
type apiError struct {
	status        int
	code, message string
}

// fail makes the error of a documented code. The blanks of its text are filled from
// the pairs of names and values, then from the request's parameters.
func (rq *request) fail(code string, pairs ...string) *apiError {
	known, ok := documented(code)
	if !ok {
		return &apiError{status: 400, code: code}
	}
	return &apiError{known.status, code, os.Expand(known.text, func(blank string) string {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == blank {
				return pairs[i+1]
			}
		}
		return rq.param(blank)
	})}
}

// invalid makes the error of a bad parameter.
//
// Model: the text goes on with what is wrong. The document only says that the
// actual message is more specific.
func (rq *request) invalid(format string, args ...any) *apiError {
	e := rq.fail("InvalidArgument")
	e.message += " " + fmt.Sprintf(format, args...) + "."
	return e
}

// complete fills in what is known about the code of a fault: its status and its
// text. A Fault{Code: "ResourceThrottled"} is then all of a 429.
func (rq *request) complete(f fakecloud.Fault) fakecloud.Fault {
	if _, ok := documented(f.Code); !ok || f.Body != nil {
		return f
	}
	e := rq.fail(f.Code)
	if f.Status == 0 {
		f.Status = e.status
	}
	if f.Message == "" {
		f.Message = e.message
	}
	return f
}

func (rq *request) errorAnswer(e *apiError) fakecloud.Answer {
	return fakecloud.Answer{
		Status: e.status, Code: e.code,
		Body: ErrorBody(e.code, e.message, rq.id, rq.http.Host),
	}
}

// ErrorBody returns an error body of the gateway's form. It is for the Body of a
// Fault. An empty code makes an empty body.
//
// Model: FnF's own errors have the same form.
func ErrorBody(code, message, requestID, host string) []byte {
	if code == "" {
		return []byte{}
	}
	// Marshalling strings cannot fail.
	body, _ := json.Marshal(struct {
		Recommend string
		Message   string
		RequestID string `json:"RequestId"`
		HostID    string `json:"HostId"`
		Code      string
	}{"https://error-center.aliyun.com/status/search?Keyword=" + code + "&source=PopGw", message, requestID, host, code})
	return body
}

// documented finds a code in the table.
func documented(code string) (errorText, bool) {
	table := errorTable()
	i := slices.IndexFunc(table, func(e errorText) bool { return e.code == code })
	if i < 0 {
		return errorText{}, false
	}
	return table[i], true
}
