// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// A 2xx is a success only if it holds what was asked for. The message says what was wrong.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a":`, 20_000) + "1" + strings.Repeat("}", 20_000)
	for _, tt := range []struct {
		name, body string
		words      string // in the error
	}{
		{"empty object", `{}`, "has no"},
		{"null", `null`, "has no"},
		{"only a request id", `{"RequestId":"r"}`, "has no"},
		{"no request id", `{"Events":[],"Executions":[],"Flows":[],"Name":"exec"}`, "no RequestId"},
		{"empty request id", `{"RequestId":"","Events":[],"Executions":[],"Flows":[],"Name":"exec"}`, "no RequestId"},
		{"null for what was asked for", `{"RequestId":"r","Events":null,"Executions":null,"Name":null}`, "has no"},
		{"an array", `[]`, "array"},
		{"a string", `"RequestId"`, "string"},
		{"HTML", `<!DOCTYPE html><html><body>login</body></html>`, "<!DOCTYPE html>"},
		{"empty", ``, "empty"},
		{"blank", " \r\n\t", "empty"},
		{"two objects", `{"RequestId":"r","Events":[],"Executions":[],"Flows":[],"Name":"exec"}{"a":1}`, "after top-level value"},
		{"deeply nested", `{"RequestId":"r","Events":[],"Executions":[],"Flows":[],"Name":"exec","More":` + deep + `}`, "depth"},
		{"an error of an unknown code", `{"RequestId":"r","Code":"NeverHeardOf","Message":"words"}`, "NeverHeardOf: words"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for op, call := range operations(local(t, always(http.StatusOK, tt.body))) {
				err := call(t.Context())
				e := failure(t, err)
				if e.Kind != history.ErrDecode || e.Op != op || e.Attempts != 1 || e.HTTPStatus != http.StatusOK {
					t.Errorf("%s: %#v, want ErrDecode after one attempt", op, e)
				}
				if !strings.Contains(err.Error(), tt.words) {
					t.Errorf("%s: %q does not say %q", op, err, tt.words)
				}
			}
		})
	}
}

// What is of the wrong type where nothing can be made of it.
func TestAnswersOfWrongTypes(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"RequestId":"r","Events":{},"Executions":{}}`,
		`{"RequestId":"r","Events":"[]","Executions":"[]"}`,
		`{"RequestId":"r","Events":7,"Executions":7}`,
		`{"RequestId":"r","Events":[1],"Executions":[1]}`,
		`{"RequestId":"r","Events":[[]],"Executions":[[]]}`,
		`{"RequestId":"r","Events":["x"],"Executions":["x"]}`,
		`{"RequestId":"r","Events":[null],"Executions":[null]}`,
	} {
		calls := operations(local(t, always(http.StatusOK, body)))
		for _, op := range []string{"GetExecutionHistory", "ListExecutions"} {
			if err := calls[op](t.Context()); !errors.Is(err, history.ErrDecode) {
				t.Errorf("%s of %s: %v, want ErrDecode", op, body, err)
			}
		}
	}
}

// An error that comes with a success's status is told as what it is.
func TestAnswersWithAnErrorInA200(t *testing.T) {
	t.Parallel()
	for code, kind := range map[string]history.Kind{
		"FlowNotExists": history.ErrWorkflowNotFound, "Throttling.User": history.ErrThrottled, "AccessDenied": history.ErrPermission,
	} {
		body := string(alibabatest.ErrorBody(code, "words", "r-1", "host"))
		for op, call := range operations(local(t, always(http.StatusOK, body))) {
			e := failure(t, call(t.Context()))
			if e.Kind != kind || e.Code != code || e.Message != "words" || e.RequestID != "r-1" || e.Op != op {
				t.Errorf("%s: %#v, want a %q", op, e, kind)
			}
		}
	}
}

// An answer that breaks off, in whatever way, is asked for again.
func TestAnswersThatBreakOff(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]alibabatest.Fault{
		"less than its length":        {Truncate: 40},
		"shorter JSON":                {CutAfter: 40},
		"reset":                       {Reset: true},
		"compressed and cut":          {Truncate: 40, Gzip: true},
		"compressed and a shorter":    {CutAfter: 40, Gzip: true},
		"an error that is cut":        {Code: "FlowNotExists", Truncate: 30},
		"an error of shorter JSON":    {Code: "FlowNotExists", CutAfter: 30},
		"a bad gateway without words": {Status: http.StatusBadGateway, Body: []byte{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client := start(t, nil, run(5))
			once := fault
			once.Times = 3
			srv.Inject(once)
			if got := len(walk(t, client, history.EventQuery{Ref: ref()})); got != 5 {
				t.Errorf("%d events after three bad answers, want 5", got)
			}
			if got := srv.Count(""); got != 4 {
				t.Errorf("%d requests, want 4", got)
			}
			ever := fault
			ever.Times = -1
			srv.Inject(ever)
			for op, call := range operations(client) {
				e := failure(t, call(t.Context()))
				if e.Kind != history.ErrUnavailable || e.Attempts != 5 || e.Op != op {
					t.Errorf("%s: %#v, want ErrUnavailable after 5 attempts", op, e)
				}
			}
		})
	}
}

// Compression is left to the transport and loses nothing.
func TestAnswerCompressed(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(50))
	srv.Inject(alibabatest.Fault{Gzip: true, Times: -1})
	if got := len(walk(t, client, history.EventQuery{Ref: ref(), PageSize: 20})); got != 50 {
		t.Errorf("%d events, want 50", got)
	}
	if got := last(t, srv).Header.Get("Accept-Encoding"); got != "gzip" {
		t.Errorf("Accept-Encoding is %q, want gzip", got)
	}
}

func TestAnswerTooLarge(t *testing.T) {
	t.Parallel()
	for _, gzip := range []bool{false, true} {
		o := quick()
		o.MaxResponseBytes = 1000
		srv, client := start(t, o, run(3))
		srv.Inject(alibabatest.Fault{Times: -1, Gzip: gzip, Mutate: func(body []byte) []byte {
			return append(body, strings.Repeat(" ", 100_000)...)
		}})
		for op, call := range operations(client) {
			e := failure(t, call(t.Context()))
			if e.Kind != history.ErrTooLarge || e.Attempts != 1 || !strings.Contains(e.Message, "MaxResponseBytes") {
				t.Errorf("%s, compressed %t: %#v, want ErrTooLarge after one attempt that names MaxResponseBytes", op, gzip, e)
			}
		}
	}
}

// A page that is too large does not lose the place, and a smaller one goes on there.
func TestAnswerTooLargeGoesOn(t *testing.T) {
	t.Parallel()
	o := quick()
	o.MaxResponseBytes = 3000
	_, client := start(t, o, run(100))
	events, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref()}))
	e := failure(t, err)
	if e.Kind != history.ErrTooLarge || len(events) != 0 {
		t.Fatalf("%d events, %v, want ErrTooLarge", len(events), err)
	}
	if got := len(walk(t, client, history.EventQuery{Ref: ref(), From: e.Cursor, PageSize: 10})); got != 100 {
		t.Errorf("%d events in smaller pages, want 100", got)
	}
}

// A redirect could lead the signature to another host.
func TestAnswerRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	other := alibabatest.NewServer(t, nil)
	other.AddExecution(run(5))
	srv, client := start(t, nil, run(5))
	for _, status := range []int{301, 302, 303, 307, 308} {
		srv.Inject(alibabatest.Fault{Status: status, Body: []byte{}, Header: http.Header{"Location": {other.URL() + "/?stay=home"}}, Times: len(operations(client))})
		for op, call := range operations(client) {
			e := failure(t, call(t.Context()))
			if e.Kind != history.ErrDecode || e.HTTPStatus != status || e.Attempts != 1 {
				t.Errorf("%s: %#v, want ErrDecode with HTTP %d after one attempt", op, e, status)
			}
		}
	}
	if n := other.Count(""); n != 0 {
		t.Errorf("%d requests reached the other host", n)
	}
}

// A connection that cannot be made is told with the network's own error, without the request's URL.
func TestAnswerFromNobody(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, &alibabatest.Options{SecurityToken: "canary-token"})
	cfg := configOf(srv)
	srv.Close()
	client := open(t, cfg, quick())
	for op, call := range operations(client) {
		err := call(t.Context())
		e := failure(t, err)
		if e.Kind != history.ErrUnavailable || e.Attempts != 5 || e.HTTPStatus != 0 || e.Op != op {
			t.Errorf("%s: %#v, want ErrUnavailable after 5 attempts", op, e)
		}
		if !isConnectionRefused(err) {
			t.Errorf("%s: %v does not match the network's error", op, err)
		}
		noSecrets(t, forms(err), "canary-token", cfg.AccessKeyID, "Signature=")
	}
}

// Messages of a service or a proxy are clipped, not repeated at length.
func TestAnswerQuotedBriefly(t *testing.T) {
	t.Parallel()
	body := "<html>" + strings.Repeat("界", 10_000)
	for _, status := range []int{200, 400, 500} {
		err := operations(local(t, always(status, body)))["DescribeExecution"](t.Context())
		if len(err.Error()) > 600 {
			t.Errorf("HTTP %d: an error of %d bytes", status, len(err.Error()))
		}
	}
	if _, err := alibaba.New(alibaba.Config{Region: strings.Repeat("界", 1000)}, nil); err == nil || len(err.Error()) > 400 {
		t.Errorf("a region of 3000 bytes: %v", err)
	}
}
