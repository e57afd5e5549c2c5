// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// quick are options whose retries and limits do not keep a test waiting.
func quick() *history.Options {
	return &history.Options{
		Retry:     history.Retry{MinWait: time.Microsecond, MaxWait: time.Millisecond},
		RateLimit: history.RateLimit{Off: true},
	}
}

// configOf gets in at a server.
func configOf(srv *alibabatest.Server) alibaba.Config {
	return alibaba.Config{
		Region: srv.Region(), Endpoint: srv.URL(),
		AccessKeyID: srv.AccessKeyID(), AccessKeySecret: srv.AccessKeySecret(), SecurityToken: srv.SecurityToken(),
	}
}

// open makes a client or ends the test.
func open(t testing.TB, cfg alibaba.Config, o *history.Options) *history.Client {
	t.Helper()
	client, err := alibaba.New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// start starts a server that holds executions and makes a client for it.
func start(t testing.TB, o *history.Options, executions ...alibabatest.Execution) (*alibabatest.Server, *history.Client) {
	t.Helper()
	return startWith(t, nil, o, executions...)
}

// startWith is start for a server with options of its own.
func startWith(t testing.TB, so *alibabatest.Options, o *history.Options, executions ...alibabatest.Execution) (*alibabatest.Server, *history.Client) {
	t.Helper()
	srv := alibabatest.NewServer(t, so)
	for _, e := range executions {
		srv.AddExecution(e)
	}
	if o == nil {
		o = quick()
	}
	return srv, open(t, configOf(srv), o)
}

// monday is when the executions of these tests begin.
var monday = time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)

// run is an execution "flow/exec" of n events with the ids 1 … n, the last of which is terminal.
func run(n int) alibabatest.Execution {
	e := running(n - 1)
	e.Events = append(e.Events, alibabatest.Event{
		Type: "ExecutionSucceeded", Time: monday.Add(time.Duration(n) * time.Second), Detail: `{"output":{"n":1}}`,
	})
	return e
}

// running is run without an end.
func running(n int) alibabatest.Execution {
	e := alibabatest.Execution{Flow: "flow", Name: "exec", Started: monday}
	for i := range n {
		kind, step := "StepEntered", "step-"+strconv.Itoa(i)
		if i == 0 {
			kind, step = "ExecutionStarted", ""
		}
		e.Events = append(e.Events, alibabatest.Event{
			Type: kind, Time: monday.Add(time.Duration(i+1) * time.Second), Step: step, Detail: `{"input":{"i":` + strconv.Itoa(i) + `}}`,
		})
	}
	return e
}

// ref names the execution of run.
func ref() history.Ref { return history.Ref{Workflow: "flow", Execution: "exec"} }

// ownRef is ref as it comes back.
func ownRef() history.Ref {
	return history.Ref{Provider: "alibaba", Scope: alibabatest.DefaultRegion, Workflow: "flow", Execution: "exec"}
}

// walk reads a query to its end.
func walk(t testing.TB, client *history.Client, q history.EventQuery) []history.Event {
	t.Helper()
	events, err := history.Collect(client.Events(t.Context(), q))
	if err != nil {
		t.Fatalf("after %d events: %v", len(events), err)
	}
	return events
}

func ids(events []history.Event) []int64 {
	out := make([]int64, len(events))
	for i, e := range events {
		out[i] = e.ID
	}
	return out
}

// upTo is first … last.
func upTo(first, last int64) []int64 {
	out := []int64{}
	for id := first; id <= last; id++ {
		out = append(out, id)
	}
	return out
}

// failure is an error as what every error must be.
func failure(t testing.TB, err error) *history.Error {
	t.Helper()
	e, ok := errors.AsType[*history.Error](err)
	if !ok {
		t.Fatalf("error is %T %v, want a *history.Error", err, err)
	}
	return e
}

// params are the values of one parameter in the requests so far of an operation.
func params(srv *alibabatest.Server, op, name string) []string {
	var out []string
	for _, r := range srv.Requests() {
		if op == "" || r.Op == op {
			out = append(out, r.Query.Get(name))
		}
	}
	return out
}

// last is the newest request.
func last(t testing.TB, srv *alibabatest.Server) fakecloud.Recorded {
	t.Helper()
	all := srv.Requests()
	if len(all) == 0 {
		t.Fatal("no request came")
	}
	return all[len(all)-1]
}

// answerWith is a transport that never leaves the process: each request is answered by a function.
type answerWith func(*http.Request) (status int, body []byte)

func (f answerWith) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	status, body := f(r)
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// always answers each request with the same.
func always(status int, body string) answerWith {
	return func(*http.Request) (int, []byte) { return status, []byte(body) }
}

// local makes a client whose requests a transport answers within the process.
func local(t testing.TB, transport http.RoundTripper) *history.Client {
	t.Helper()
	o := quick()
	o.Transport = transport
	return open(t, alibaba.Config{
		Region: "cn-hangzhou", AccessKeyID: alibabatest.DefaultAccessKeyID, AccessKeySecret: alibabatest.DefaultAccessKeySecret,
	}, o)
}

// page reads one page of events that a body is the answer for.
func page(t testing.TB, body string) (history.Page[history.Event], error) {
	t.Helper()
	return local(t, always(http.StatusOK, body)).EventPage(t.Context(), history.EventQuery{Ref: ref()})
}

// operations are the calls of a client, each made so that one request is enough for it.
func operations(client *history.Client) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"GetExecutionHistory": func(ctx context.Context) error {
			_, err := client.EventPage(ctx, history.EventQuery{Ref: ref()})
			return err
		},
		"DescribeExecution": func(ctx context.Context) error {
			_, err := client.Describe(ctx, ref())
			return err
		},
		"ListExecutions": func(ctx context.Context) error {
			_, err := client.ExecutionPage(ctx, history.ExecutionQuery{Workflow: "flow"})
			return err
		},
		"ListFlows": func(ctx context.Context) error {
			_, err := client.WorkflowPage(ctx, history.WorkflowQuery{})
			return err
		},
	}
}

// forms are the ways a program may print an error.
func forms(err error) []string {
	out := []string{err.Error()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		out = append(out, fmt.Sprintf(verb, err))
	}
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
		out = append(out, fmt.Sprintf("%v %+v %#v", inner, inner, inner))
	}
	return slices.Compact(out)
}

// noSecrets looks for secrets in texts.
func noSecrets(t testing.TB, texts []string, secrets ...string) {
	t.Helper()
	for _, text := range texts {
		for _, secret := range secrets {
			for _, form := range []string{secret, url.QueryEscape(secret), url.QueryEscape(url.QueryEscape(secret))} {
				if strings.Contains(text, form) {
					t.Errorf("the secret %q is in %q", form, text)
				}
			}
		}
	}
}

// isConnectionRefused looks for what the network said, which differs between operating systems, so by its type.
func isConnectionRefused(err error) bool {
	e, ok := errors.AsType[*net.OpError](err)
	return ok && e.Op == "dial"
}

// idsIn are the ids of the events in an answer.
func idsIn(body []byte) []int64 {
	var answer struct {
		Events []struct {
			ID int64 `json:"EventId"`
		}
	}
	if json.Unmarshal(body, &answer) != nil {
		return nil
	}
	var out []int64
	for _, e := range answer.Events {
		out = append(out, e.ID)
	}
	return out
}
