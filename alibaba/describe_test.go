// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// Each field of DescribeExecution is in its place, and so are those of newer API versions.
func TestDescribeFields(t *testing.T) {
	t.Parallel()
	body := `{"RequestId":"r","FlowName":"flow","Name":"exec","Status":"Succeeded","StartedTime":"2020-09-22T23:43:40.073Z",
		"StoppedTime":"2020-09-22T23:43:54.511Z","FlowDefinition":"version: v1\ntype: flow\n","Input":"{\"a\": 1}","Output":"{\"b\":2}",
		"ExternalInputUri":"oss://in","ExternalOutputUri":"oss://out","Environment":{"Variables":[{"Name":"A","Value":"B"}]},
		"FlowVersion":"3","FlowType":"FDL","Qualifier":"live"}`
	got, err := local(t, always(http.StatusOK, body)).Describe(t.Context(), ref())
	if err != nil {
		t.Fatal(err)
	}
	want := history.Execution{
		Ref: ownRef(), Status: history.Succeeded, NativeStatus: "Succeeded",
		Started: time.Date(2020, 9, 22, 23, 43, 40, 73e6, time.UTC), Ended: time.Date(2020, 9, 22, 23, 43, 54, 511e6, time.UTC),
		Input: `{"a": 1}`, Output: `{"b":2}`, Definition: "version: v1\ntype: flow\n",
		Attributes: map[string]string{
			"ExternalInputUri": "oss://in", "ExternalOutputUri": "oss://out",
			"Environment": `{"Variables":[{"Name":"A","Value":"B"}]}`, "FlowVersion": "3", "FlowType": "FDL", "Qualifier": "live",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("execution mismatch (-want +got):\n%s", diff)
	}
}

func TestDescribeRequest(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(3))
	if _, err := client.Describe(t.Context(), ref()); err != nil {
		t.Fatal(err)
	}
	query := last(t, srv).Query
	for name, want := range map[string]string{"Action": "DescribeExecution", "Version": "2019-03-15", "FlowName": "flow", "ExecutionName": "exec"} {
		if got := query.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if query.Has("WaitTimeSeconds") {
		t.Error("WaitTimeSeconds is sent although nothing is waited for")
	}
}

func TestDescribeStatusWords(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]history.Status{
		"Starting": history.Pending, "": history.Pending, "Running": history.Running, "Stopped": history.Stopped,
		"Succeeded": history.Succeeded, "Failed": history.Failed, "TimedOut": history.TimedOut,
	} {
		got, err := local(t, always(http.StatusOK, `{"RequestId":"r","Name":"exec","Status":"`+word+`"}`)).Describe(t.Context(), ref())
		if err != nil || got.Status != want || got.NativeStatus != word || len(got.Diagnostics) != 0 {
			t.Errorf("%q is %q (%q), %v, %v, want %q", word, got.Status, got.NativeStatus, got.Diagnostics, err, want)
		}
	}
}

// What is odd about an execution is noted, not fatal.
func TestDescribeDiagnostics(t *testing.T) {
	t.Parallel()
	body := `{"RequestId":"r","Name":"exec","Status":"Hibernating","StartedTime":"yesterday","StoppedTime":17}`
	got, err := local(t, always(http.StatusOK, body)).Describe(t.Context(), ref())
	if err != nil {
		t.Fatal(err)
	}
	want := history.Execution{Ref: ownRef(), NativeStatus: "Hibernating", Diagnostics: []history.Diagnostic{
		{Code: "unknown_status", Severity: history.Warning, Text: `the status "Hibernating" is in no document`},
		{Code: "unreadable_time", Severity: history.Defect, Text: `StartedTime is "yesterday"; want RFC 3339`},
		{Code: "unreadable_time", Severity: history.Defect, Text: `StoppedTime is "17"; want RFC 3339`},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("execution mismatch (-want +got):\n%s", diff)
	}
}

// "Not stopped yet" was seen in two forms; both are the zero time.
func TestDescribeNotStoppedYet(t *testing.T) {
	t.Parallel()
	for _, form := range []alibabatest.UnsetForm{alibabatest.UnsetEmpty, alibabatest.UnsetEpoch} {
		_, client := startWith(t, &alibabatest.Options{UnsetEnd: form}, nil, running(3))
		got, err := client.Describe(t.Context(), ref())
		if err != nil || !got.Ended.IsZero() || got.Status != history.Running || len(got.Diagnostics) != 0 {
			t.Errorf("form %d: %+v, %v", form, got, err)
		}
		page, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
		if err != nil || len(page.Items) != 1 || !page.Items[0].Ended.IsZero() {
			t.Errorf("form %d in a list: %+v, %v", form, page.Items, err)
		}
	}
}

// The caller's Ref comes back with the client's provider and scope, whatever the answer says.
func TestDescribeRef(t *testing.T) {
	t.Parallel()
	got, err := local(t, always(http.StatusOK, `{"RequestId":"r","FlowName":"other","Name":"other"}`)).Describe(t.Context(), ref())
	if err != nil || got.Ref != ownRef() {
		t.Errorf("%+v, %v, want %+v", got.Ref, err, ownRef())
	}
}

// Wait is told of the end by a call that the service holds.
func TestDescribeWait(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, running(3))
	type result struct {
		execution history.Execution
		err       error
	}
	done := make(chan result, 1)
	go func() {
		e, err := client.Wait(t.Context(), ref())
		done <- result{e, err}
	}()
	if err := srv.Wait(t.Context(), alibabatest.OpDescribeExecution, 2); err != nil {
		t.Fatal(err)
	}
	srv.Append("flow", "exec", alibabatest.Event{Type: "ExecutionStopped", Time: monday.Add(time.Hour)})
	got := <-done
	if got.err != nil || got.execution.Status != history.Stopped || !got.execution.Ended.Equal(monday.Add(time.Hour)) {
		t.Errorf("%+v, %v, want a stopped execution", got.execution, got.err)
	}
	if diff := cmp.Diff([]string{"", "60"}, params(srv, alibabatest.OpDescribeExecution, "WaitTimeSeconds")); diff != "" {
		t.Errorf("WaitTimeSeconds mismatch (-want +got):\n%s", diff)
	}
}

// An execution that has ended is not waited for.
func TestDescribeWaitEnded(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(3))
	if got, err := client.Wait(t.Context(), ref()); err != nil || got.Status != history.Succeeded || srv.Count("") != 1 {
		t.Errorf("%+v, %v in %d requests", got, err, srv.Count(""))
	}
}

// The source shortens a wait to what the service can hold.
func TestDescribeWaitBounds(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Second: "", 0: "", 900 * time.Millisecond: "", time.Second: "1", 1900 * time.Millisecond: "1", time.Minute: "60", time.Hour: "60",
	} {
		got := "none"
		o := quick()
		o.Transport = answerWith(func(r *http.Request) (int, []byte) {
			got = r.URL.Query().Get("WaitTimeSeconds")
			return http.StatusOK, []byte(`{"RequestId":"r","Name":"exec","Status":"Running"}`)
		})
		src, err := alibaba.NewSource(good(), o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := src.(history.Waiter).Wait(t.Context(), ref(), d); err != nil || got != want {
			t.Errorf("Wait %v sends %q, %v, want %q", d, got, err, want)
		}
	}
}

// A call that the service holds for a minute is not taken for one that hangs, though an attempt may take only 30 s.
func TestDescribeWaitIsNoTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		client := local(t, answerWith(func(r *http.Request) (int, []byte) {
			requests++
			if r.URL.Query().Get("WaitTimeSeconds") == "" {
				return http.StatusOK, []byte(`{"RequestId":"r","Name":"exec","Status":"Running"}`)
			}
			select {
			case <-r.Context().Done():
				return http.StatusGatewayTimeout, nil
			case <-time.After(55 * time.Second):
				return http.StatusOK, []byte(`{"RequestId":"r","Name":"exec","Status":"Succeeded"}`)
			}
		}))
		began := time.Now()
		got, err := client.Wait(t.Context(), ref())
		if err != nil || got.Status != history.Succeeded || requests != 2 || time.Since(began) != 55*time.Second {
			t.Errorf("%q, %v after %v and %d requests, want the end after 55 s and 2 requests", got.Status, err, time.Since(began), requests)
		}
	})
}

// The caller's own names are checked before a request.
func TestDescribeSourceRefIsNotChanged(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, run(3))
	mine := history.Ref{Workflow: "flow", Execution: "exec"}
	if _, err := client.Describe(t.Context(), mine); err != nil || mine != ref() {
		t.Errorf("the caller's Ref became %+v, %v", mine, err)
	}
	if _, err := client.Describe(t.Context(), history.Ref{Workflow: strings.Repeat("f", 129), Execution: "exec"}); err == nil {
		t.Error("a name of 129 characters is sent")
	}
}
