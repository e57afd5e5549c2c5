// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// quick are options whose retries and limits do not keep a test waiting.
func quick() *history.Options {
	return &history.Options{
		Retry:     history.Retry{MinWait: time.Microsecond, MaxWait: time.Millisecond},
		RateLimit: history.RateLimit{Off: true},
	}
}

// once are quick options without a second attempt.
func once() *history.Options {
	o := quick()
	o.Retry.Max = -1
	return o
}

// configOf gets in at a server.
func configOf(srv *huaweitest.Server) huawei.Config {
	return huawei.Config{
		Region: srv.Region(), Endpoint: srv.URL(), ProjectID: srv.ProjectID(),
		AccessKeyID: srv.AccessKeyID(), SecretAccessKey: srv.SecretAccessKey(), SecurityToken: srv.SecurityToken(),
	}
}

// open makes a client or ends the test.
func open(t testing.TB, cfg huawei.Config, o *history.Options) *history.Client {
	t.Helper()
	client, err := huawei.New(cfg, o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// start starts a server that holds executions and makes a client for it.
func start(t testing.TB, o *history.Options, executions ...huaweitest.Execution) (*huaweitest.Server, *history.Client) {
	t.Helper()
	return startWith(t, nil, o, executions...)
}

// startWith is start for a server with options of its own.
func startWith(t testing.TB, so *huaweitest.Options, o *history.Options, executions ...huaweitest.Execution) (*huaweitest.Server, *history.Client) {
	t.Helper()
	srv := huaweitest.NewServer(t, so)
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

// after is a time so many seconds later than monday.
func after(seconds int) time.Time { return monday.Add(time.Duration(seconds) * time.Second) }

// numbered are n executions of "flow", "exec-0" … in the order in which the fake lists them.
func numbered(n int) []huaweitest.Execution {
	out := make([]huaweitest.Execution, n)
	for i := range out {
		out[i] = huaweitest.Execution{
			Workflow: "flow", ID: fmt.Sprintf("exec-%d", i), Begin: after(n - i), End: after(n + 10),
			Nodes: []huaweitest.Node{{ID: "node", Begin: after(n - i), End: after(n + 1), Output: []byte(`{"n":1}`)}},
		}
	}
	return out
}

// ref names the execution that most tests use.
func ref() history.Ref { return history.Ref{Workflow: "flow", Execution: "exec"} }

// ownRef is ref as it comes back.
func ownRef() history.Ref {
	return history.Ref{Provider: "huawei", Scope: scope, Workflow: "flow", Execution: "exec"}
}

const scope = huaweitest.DefaultRegion + "/" + huaweitest.DefaultProjectID

// list reads a query to its end.
func list(t testing.TB, client *history.Client, q history.ExecutionQuery) []history.Execution {
	t.Helper()
	executions, err := history.Collect(client.Executions(t.Context(), q))
	if err != nil {
		t.Fatalf("after %d executions: %v", len(executions), err)
	}
	return executions
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

func names(executions []history.Execution) []string {
	out := make([]string, len(executions))
	for i, e := range executions {
		out[i] = e.Execution
	}
	return out
}

// execs is exec-first … exec-last.
func execs(first, last int) []string {
	out := []string{}
	for i := first; i <= last; i++ {
		out = append(out, fmt.Sprintf("exec-%d", i))
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

// last is the newest request.
func last(t testing.TB, srv *huaweitest.Server) fakecloud.Recorded {
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

// localConfig is a configuration for a client whose transport never leaves the process.
func localConfig() huawei.Config {
	return huawei.Config{Region: huaweitest.DefaultRegion, ProjectID: huaweitest.DefaultProjectID, Token: huaweitest.DefaultToken}
}

// local makes a client whose requests a transport answers within the process.
func local(t testing.TB, transport http.RoundTripper) *history.Client {
	t.Helper()
	o := quick()
	o.Transport = transport
	return open(t, localConfig(), o)
}

// listed reads the executions that a body is the answer for.
func listed(t testing.TB, body string) ([]history.Execution, error) {
	t.Helper()
	return history.Collect(local(t, always(http.StatusOK, body)).Executions(t.Context(), history.ExecutionQuery{Workflow: "flow"}))
}

// described reads the one execution that a body is the answer for.
func described(t testing.TB, body string) (history.Execution, error) {
	t.Helper()
	return local(t, always(http.StatusOK, body)).Describe(t.Context(), ref())
}

// operations are the calls of a client, each made so that one request is enough for it.
func operations(client *history.Client) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"ListWorkflowExecutions": func(ctx context.Context) error {
			_, err := client.ExecutionPage(ctx, history.ExecutionQuery{Workflow: "flow"})
			return err
		},
		"SearchWorkflowExecutionDetail": func(ctx context.Context) error {
			_, err := client.Describe(ctx, ref())
			return err
		},
		"ListWorkflow": func(ctx context.Context) error {
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

// answerFrom answers each request with what a text holds then, and counts.
func answerFrom(body *string, requests *int) answerWith {
	return func(*http.Request) (int, []byte) {
		*requests++
		return http.StatusOK, []byte(*body)
	}
}

// observeBytes adds up the bytes of all answers.
func observeBytes(sum *int64) func(context.Context, history.Call) {
	return func(_ context.Context, c history.Call) { *sum += c.Bytes }
}
