// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// The operations, as the SDKs name them. They are the Op of faults and records.
const (
	OpListWorkflowExecutions        = "ListWorkflowExecutions"
	OpSearchWorkflowExecutionDetail = "SearchWorkflowExecutionDetail"
	OpListWorkflow                  = "ListWorkflow"
)

const (
	// maxBody is how large a body the gateway takes, in bytes.
	maxBody = 12 << 20

	// maxID is how many characters an id may have.
	maxID = 64
)

// route is what a path says.
type route struct {
	op                           string // "" when the method or the path fits no operation
	project, workflow, execution string
	allow                        string // the method the path is for; "" when the path is not known
}

// parseRoute finds the operation of a request. It reads the path as it was sent
// and never cleans it, so that an id such as "../x" cannot lead elsewhere.
func parseRoute(r *http.Request) route {
	parts, ok := segments(r.URL.EscapedPath())
	if !ok || len(parts) < 4 || parts[0] != "v1" || parts[2] != "cms" {
		return route{}
	}
	found := route{project: parts[1]}
	switch rest := parts[3:]; {
	case len(rest) == 1 && rest[0] == "workflow-list":
		found.op, found.allow = OpListWorkflow, http.MethodPost
	case len(rest) == 3 && rest[0] == "workflow" && rest[2] == "executions":
		// With POST this is the path of ExecuteWorkflow, which a reader does not need.
		found.op, found.allow = OpListWorkflowExecutions, http.MethodGet
		found.workflow = rest[1]
	case len(rest) == 5 && rest[0] == "workflow" && rest[2] == "executions" && rest[4] == "status":
		found.op, found.allow = OpSearchWorkflowExecutionDetail, http.MethodGet
		found.workflow, found.execution = rest[1], rest[3]
	}
	if r.Method != found.allow {
		found.op = ""
	}
	return found
}

// segments splits and decodes a path. It returns false for a path with a segment
// that another server might read as something else.
func segments(path string) ([]string, bool) {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, part := range parts {
		decoded, err := url.PathUnescape(part)
		if err != nil || decoded == "" || decoded == "." || decoded == ".." || strings.ContainsAny(decoded, `/\`) {
			return nil, false
		}
		parts[i] = decoded
	}
	return parts, true
}

// check returns the error of a request that fits no operation, nil for others.
func (rt route) check() *apiError {
	switch {
	case rt.op != "":
		return nil
	case rt.allow == "":
		return failure(http.StatusNotFound, "APIGW.0101", "The API does not exist or has not been published in the environment")
	default:
		// Model: the gateway's table has one code for a wrong path and a wrong method.
		e := failure(http.StatusMethodNotAllowed, "APIGW.0101", "The API does not exist: wrong request method")
		e.header = http.Header{"Allow": {rt.allow}}
		return e
	}
}

// checkProject refuses what is not about the one project there is.
//
// Model: a foreign project is answered by the gateway, as not available.
func (rt route) checkProject(r *http.Request, project string) *apiError {
	sent := r.Header.Get("X-Project-Id")
	if rt.project != project || (sent != "" && sent != project) {
		return failure(http.StatusForbidden, "APIGW.0310", "The project is unavailable")
	}
	return nil
}

// checkParameters refuses ids that are too long; a path with an empty one is no route.
func (rt route) checkParameters(query url.Values) *apiError {
	for _, id := range []struct{ name, value string }{
		{"workflow_id", rt.workflow},
		{"execution_id", rt.execution},
	} {
		if utf8.RuneCountInString(id.value) > maxID {
			return invalidParam(id.name)
		}
	}
	// The value itself is not looked at: by IAM's table enterprise projects do not
	// apply to these actions.
	for _, id := range query["x_enterprise_project_id"] {
		if n := utf8.RuneCountInString(id); n < 1 || n > maxID {
			return invalidParam("x_enterprise_project_id")
		}
	}
	return nil
}

// invalidParam is the answer to a value out of its range.
//
// Model: the text is documented, the number of its code is not.
func invalidParam(name string) *apiError {
	return failure(http.StatusBadRequest, "AOM.31001400", "Invalid param: %s", name)
}

func readBody(r *http.Request) ([]byte, *apiError) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, failure(http.StatusRequestEntityTooLarge, "APIGW.0201", "Request entity too large")
	}
	if err != nil {
		return nil, failure(http.StatusBadRequest, "APIGW.0201", "Bad request")
	}
	return body, nil
}

// newRequestID makes an id of the gateway's form: 32 hexadecimal digits.
func newRequestID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}
