// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strconv"
)

// The operations, as the SDKs name them. They are the Op of faults and records.
const (
	OpGetExecutionHistory = "GetExecutionHistory"
	OpDescribeExecution   = "DescribeExecution"
	OpListExecutions      = "ListExecutions"
	OpListFlows           = "ListFlows"
)

const (
	apiVersion = "2019-03-15"

	// maxBody is how large a request may be, in bytes.
	maxBody = 1024 << 10

	// maxName is how many characters a name may have.
	maxName = 128
)

// request is an HTTP request with what was read from it.
type request struct {
	http        *http.Request
	op, version string
	id          string     // of the answer: the caller's RequestId, or a new one
	params      url.Values // query and form
	form        url.Values // nil without a form body
	body        []byte
	unread      *apiError // why the request could not be read
}

// parseRequest reads a request. It looks at nothing that has to be signed first,
// except to tell what it is about.
func parseRequest(r *http.Request) *request {
	rq := &request{http: r, params: r.URL.Query()}
	rq.readBody()
	maps.Copy(rq.params, rq.form)
	rq.op = cmp.Or(r.Header.Get("X-Acs-Action"), rq.param("Action"))
	rq.version = cmp.Or(r.Header.Get("X-Acs-Version"), rq.param("Version"))
	// The RPC signature covers the parameters only: they win over a header.
	if rq.param("Signature") != "" {
		rq.op, rq.version = rq.param("Action"), rq.param("Version")
	}
	rq.id = cmp.Or(rq.param("RequestId"), newRequestID())
	switch {
	case rq.unread != nil:
	case r.Method != http.MethodGet && r.Method != http.MethodPost:
		rq.unread = rq.fail("UnsupportedHTTPMethod")
	case r.URL.Path != "/" && r.URL.Path != "":
		// Model: the gateway serves no other path for RPC calls.
		rq.unread = rq.fail("InvalidApi.NotFound")
	}
	return rq
}

func (rq *request) readBody() {
	body, err := io.ReadAll(http.MaxBytesReader(nil, rq.http.Body, maxBody))
	if err != nil {
		// A body that breaks off is nobody's to answer any more.
		rq.unread = rq.fail("EntityTooLarge", "MaxBytes", strconv.Itoa(maxBody))
		return
	}
	rq.body = body
	if len(body) == 0 {
		return
	}
	// Model: a form, as official clients send it. JSON is what the document asks
	// for, but it names no parameter that goes there.
	media, _, _ := mime.ParseMediaType(rq.http.Header.Get("Content-Type"))
	switch media {
	case "application/x-www-form-urlencoded":
		if rq.form, err = url.ParseQuery(string(body)); err != nil {
			rq.unread = rq.invalid("the body is not a form")
		}
	case "application/json":
	default:
		rq.unread = rq.fail("UnsupportedMediaType")
	}
}

// param returns a parameter, "" when it is missing.
func (rq *request) param(name string) string { return rq.params.Get(name) }

// name returns a parameter that has to be the name of a flow or of an execution.
func (rq *request) name(param string) (string, *apiError) {
	value := rq.param(param)
	if value == "" {
		return "", rq.fail("MissingRequiredParams", "Query", param)
	}
	if !validName(value) {
		return "", rq.invalid("%s must be 1 to %d letters, digits, '_' or '-' and not begin with a digit or '-'", param, maxName)
	}
	return value, nil
}

// number returns a parameter between low and high; fallback when it is missing.
func (rq *request) number(param string, low, high, fallback int) (int, *apiError) {
	value := rq.param(param)
	if value == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		return 0, rq.invalid("%s must be between %d and %d", param, low, high)
	}
	return n, nil
}

func validName(name string) bool {
	if len(name) > maxName {
		return false
	}
	for i, c := range []byte(name) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_'
		if !letter && (i == 0 || c != '-' && (c < '0' || c > '9')) {
			return false
		}
	}
	return name != ""
}

// newRequestID makes an id of the service's form: a UUID.
func newRequestID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
