// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// fleet is n executions of "flow", "exec-000" first, begun a minute apart; every third one each failed, succeeded, runs.
// The fake lists the newest, that is the last, first.
func fleet(n int) []alibabatest.Execution {
	var out []alibabatest.Execution
	for i := range n {
		e := alibabatest.Execution{
			Flow: "flow", Name: fmt.Sprintf("exec-%03d", i), Started: monday.Add(time.Duration(i) * time.Minute),
			Input: `{"i":1}`, Definition: "type: flow",
		}
		switch i % 3 {
		case 0:
			e.Status, e.Stopped = alibabatest.StatusFailed, e.Started.Add(time.Second)
		case 1:
			e.Status, e.Stopped, e.Output = alibabatest.StatusSucceeded, e.Started.Add(2*time.Second), `{"ok":true}`
		default:
			e.Status = alibabatest.StatusRunning
		}
		out = append(out, e)
	}
	return out
}

func names(executions []history.Execution) []string {
	out := []string{}
	for _, e := range executions {
		out = append(out, e.Execution)
	}
	return out
}

// numbered are the names of a fleet's executions.
func numbered(numbers ...int) []string {
	out := []string{}
	for _, i := range numbers {
		out = append(out, fmt.Sprintf("exec-%03d", i))
	}
	return out
}

func list(t testing.TB, client *history.Client, q history.ExecutionQuery) []history.Execution {
	t.Helper()
	q.Workflow = "flow"
	got, err := history.Collect(client.Executions(t.Context(), q))
	if err != nil {
		t.Fatalf("after %d executions: %v", len(got), err)
	}
	return got
}

// Each field of an execution is in its place.
func TestExecutionsFields(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, fleet(3)...)
	ref := func(name string) history.Ref {
		return history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "flow", Execution: name}
	}
	want := []history.Execution{
		{Ref: ref("exec-002"), Status: history.Running, NativeStatus: "Running", Started: monday.Add(2 * time.Minute),
			Input: `{"i":1}`, Definition: "type: flow"},
		{Ref: ref("exec-001"), Status: history.Succeeded, NativeStatus: "Succeeded", Started: monday.Add(time.Minute),
			Ended: monday.Add(62 * time.Second), Input: `{"i":1}`, Output: `{"ok":true}`, Definition: "type: flow"},
		{Ref: ref("exec-000"), Status: history.Failed, NativeStatus: "Failed", Started: monday,
			Ended: monday.Add(time.Second), Input: `{"i":1}`, Definition: "type: flow"},
	}
	if diff := cmp.Diff(want, list(t, client, history.ExecutionQuery{})); diff != "" {
		t.Errorf("executions mismatch (-want +got):\n%s", diff)
	}
}

// Every filter is sent along as far as the service has it, and holds for what comes back.
func TestExecutionsFilters(t *testing.T) {
	t.Parallel()
	at := func(minutes int) time.Time { return monday.Add(time.Duration(minutes) * time.Minute) }
	const sub = 400 * time.Microsecond
	for _, tt := range []struct {
		name  string
		query history.ExecutionQuery
		sent  map[string]string
		want  []string
	}{
		{"none", history.ExecutionQuery{}, nil, numbered(5, 4, 3, 2, 1, 0)},
		{"succeeded", history.ExecutionQuery{Status: []history.Status{history.Succeeded}}, map[string]string{"Status": "Succeeded"}, numbered(4, 1)},
		{"failed", history.ExecutionQuery{Status: []history.Status{history.Failed}}, map[string]string{"Status": "Failed"}, numbered(3, 0)},
		{"running", history.ExecutionQuery{Status: []history.Status{history.Running}}, map[string]string{"Status": "Running"}, numbered(5, 2)},
		{"stopped", history.ExecutionQuery{Status: []history.Status{history.Stopped}}, map[string]string{"Status": "Stopped"}, numbered()},
		{"timed out", history.ExecutionQuery{Status: []history.Status{history.TimedOut}}, map[string]string{"Status": "TimedOut"}, numbered()},
		{"pending has two words", history.ExecutionQuery{Status: []history.Status{history.Pending}}, nil, numbered()},
		{"paused has none", history.ExecutionQuery{Status: []history.Status{history.Paused}}, nil, numbered()},
		{"unknown", history.ExecutionQuery{Status: []history.Status{""}}, nil, numbered()},
		{"two", history.ExecutionQuery{Status: []history.Status{history.Failed, history.Succeeded}}, nil, numbered(4, 3, 1, 0)},
		{"prefix", history.ExecutionQuery{NamePrefix: "exec-00"}, map[string]string{"ExecutionNamePrefix": "exec-00"}, numbered(5, 4, 3, 2, 1, 0)},
		{"whole name", history.ExecutionQuery{NamePrefix: "exec-003"}, map[string]string{"ExecutionNamePrefix": "exec-003"}, numbered(3)},
		{"after", history.ExecutionQuery{StartedAfter: at(3)}, map[string]string{"StartedTimeBegin": "2026-11-02T08:02:59.999Z"}, numbered(5, 4, 3)},
		{"after a little", history.ExecutionQuery{StartedAfter: at(3).Add(sub)},
			map[string]string{"StartedTimeBegin": "2026-11-02T08:02:59.999Z"}, numbered(5, 4)},
		{"before", history.ExecutionQuery{StartedBefore: at(3)}, map[string]string{"StartedTimeEnd": "2026-11-02T08:03:00.001Z"}, numbered(2, 1, 0)},
		{"before a little more", history.ExecutionQuery{StartedBefore: at(3).Add(sub)},
			map[string]string{"StartedTimeEnd": "2026-11-02T08:03:00.001Z"}, numbered(3, 2, 1, 0)},
		{"another zone", history.ExecutionQuery{StartedAfter: at(4).In(time.FixedZone("east", 8*3600))},
			map[string]string{"StartedTimeBegin": "2026-11-02T08:03:59.999Z"}, numbered(5, 4)},
		{"within a millisecond", history.ExecutionQuery{StartedAfter: at(3), StartedBefore: at(3).Add(1)},
			map[string]string{"StartedTimeBegin": "2026-11-02T08:02:59.999Z", "StartedTimeEnd": "2026-11-02T08:03:00.001Z"}, numbered(3)},
		{"all", history.ExecutionQuery{Status: []history.Status{history.Failed}, NamePrefix: "exec-", StartedAfter: at(1), StartedBefore: at(4)},
			map[string]string{"Status": "Failed", "ExecutionNamePrefix": "exec-", "StartedTimeBegin": "2026-11-02T08:00:59.999Z",
				"StartedTimeEnd": "2026-11-02T08:04:00.001Z"}, numbered(3)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, client := start(t, nil, fleet(6)...)
			for _, size := range []int{0, 1, 2} {
				tt.query.PageSize = size
				if diff := cmp.Diff(tt.want, names(list(t, client, tt.query))); diff != "" {
					t.Errorf("PageSize %d: names mismatch (-want +got):\n%s", size, diff)
				}
			}
			query := srv.Requests()[0].Query
			for _, name := range []string{"Status", "ExecutionNamePrefix", "StartedTimeBegin", "StartedTimeEnd", "MetadataOnly", "NextToken"} {
				if got := query.Get(name); got != tt.sent[name] {
					t.Errorf("%s is sent as %q, want %q", name, got, tt.sent[name])
				}
			}
			if query.Get("FlowName") != "flow" || query.Get("Limit") != "99" {
				t.Errorf("FlowName %q, Limit %q", query.Get("FlowName"), query.Get("Limit"))
			}
		})
	}
}

// A service that does not mind the filters does not get around them.
func TestExecutionsFiltersAreChecked(t *testing.T) {
	t.Parallel()
	body := `{"RequestId":"r","Executions":[
		{"Name":"a-1","Status":"Failed","StartedTime":"2026-11-02T08:00:00.000Z"},
		{"Name":"b-1","Status":"Failed","StartedTime":"2026-11-02T08:00:00.000Z"},
		{"Name":"a-2","Status":"Running","StartedTime":"2026-11-02T08:00:00.000Z"},
		{"Name":"a-3","Status":"Failed","StartedTime":"2026-11-02T07:59:59.999Z"},
		{"Name":"a-4","Status":"Failed","StartedTime":"2026-11-02T09:00:00.000Z"},
		{"Name":"a-5","Status":"Failed"}]}`
	got := list(t, local(t, always(200, body)), history.ExecutionQuery{
		NamePrefix: "a-", Status: []history.Status{history.Failed}, StartedAfter: monday, StartedBefore: monday.Add(time.Hour),
	})
	if diff := cmp.Diff([]string{"a-1"}, names(got)); diff != "" {
		t.Errorf("names mismatch (-want +got):\n%s", diff)
	}
}

// Pages are as large as asked for, up to what is right in both documents, and the tokens go back verbatim.
func TestExecutionsPaging(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n, size, requests int
		limit             string
	}{{5, 1, 5, "1"}, {5, 2, 3, "2"}, {5, 5, 1, "5"}, {230, 0, 3, "99"}, {230, 99, 3, "99"}, {230, 1000, 3, "99"}} {
		for _, prefetch := range []int{0, 2} {
			srv, client := start(t, ahead(prefetch), fleet(tt.n)...)
			got := list(t, client, history.ExecutionQuery{PageSize: tt.size})
			if len(got) != tt.n || srv.Count("") != tt.requests || got[0].Execution != fmt.Sprintf("exec-%03d", tt.n-1) {
				t.Errorf("%+v: %d executions in %d requests", tt, len(got), srv.Count(""))
			}
			if limit := last(t, srv).Query.Get("Limit"); limit != tt.limit {
				t.Errorf("%+v: Limit %s", tt, limit)
			}
		}
	}
}

func TestExecutionsOmitDetail(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, fleet(6)...)
	for _, obeys := range []bool{true, false} {
		if !obeys { // a service that is older than the parameter
			srv.Inject(alibabatest.Fault{Times: -1, Mutate: func(body []byte) []byte {
				return []byte(strings.ReplaceAll(string(body), `"Name" :`, `"Input" : "{}", "Output" : "{}", "FlowDefinition" : "x", "Name" :`))
			}})
		}
		for _, e := range list(t, client, history.ExecutionQuery{OmitDetail: true}) {
			if e.Input != "" || e.Output != "" || e.Definition != "" || e.Status == "" || e.Started.IsZero() {
				t.Errorf("with OmitDetail: %+v", e)
			}
		}
		if got := last(t, srv).Query.Get("MetadataOnly"); got != "true" {
			t.Errorf("MetadataOnly is %q, want true", got)
		}
	}
}

// From every cursor of a list reading goes on with the next execution, in another client too.
func TestExecutionsResume(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, fleet(10)...)
	q := history.ExecutionQuery{Workflow: "flow", PageSize: 4, Status: []history.Status{history.Failed, history.Succeeded, history.Running}}
	page, err := client.ExecutionPage(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range []history.Cursor{page.Next, page.Resume} {
		again := q
		again.From = from
		got := list(t, open(t, configOf(srv), quick()), again)
		if diff := cmp.Diff(numbered(5, 4, 3, 2, 1, 0), names(got)); diff != "" {
			t.Errorf("names mismatch (-want +got):\n%s", diff)
		}
	}
}

// Behind the last page comes what was added behind it, and nothing twice.
func TestExecutionsResumeBehindTheLastPage(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 2, 3, 4} {
		srv, client := start(t, nil, fleet(6)...)
		resume := history.Cursor("")
		for page, err := range client.ExecutionPages(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: size}) {
			if err != nil {
				t.Fatal(err)
			}
			resume = page.Resume
		}
		if pos, err := resume.Position(); err != nil || !pos.End {
			t.Errorf("PageSize %d: the position behind the last page is %+v, %v, want one that says so", size, pos, err)
		}
		if got := list(t, client, history.ExecutionQuery{PageSize: size, From: resume}); len(got) != 0 {
			t.Errorf("PageSize %d: nothing new, and yet %v", size, names(got))
		}
		for i := range 5 {
			srv.AddExecution(alibabatest.Execution{Flow: "flow", Name: fmt.Sprintf("older-%d", i), Started: monday.Add(-time.Duration(i+1) * time.Hour)})
		}
		got := list(t, client, history.ExecutionQuery{PageSize: size, From: resume})
		if diff := cmp.Diff([]string{"older-0", "older-1", "older-2", "older-3", "older-4"}, names(got)); diff != "" {
			t.Errorf("PageSize %d: new names mismatch (-want +got):\n%s", size, diff)
		}
	}
}

// A list that was empty is read on from its beginning.
func TestExecutionsResumeEmpty(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil)
	srv.AddFlow(alibabatest.Flow{Name: "flow"})
	page, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
	if err != nil || len(page.Items) != 0 || page.Next != "" || page.Resume == "" {
		t.Fatalf("page %+v, %v", page, err)
	}
	srv.AddExecution(run(3))
	if got := list(t, client, history.ExecutionQuery{From: page.Resume}); len(got) != 1 {
		t.Errorf("%d executions, want 1", len(got))
	}
}

// The place is found again when pages are smaller than they were and when new executions have come before it.
func TestExecutionsPlaceHasMoved(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, fleet(6)...)
	page, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		srv.AddExecution(alibabatest.Execution{Flow: "flow", Name: fmt.Sprintf("newer-%d", i), Started: monday.Add(time.Duration(i+1) * time.Hour)})
	}
	srv.AddExecution(alibabatest.Execution{Flow: "flow", Name: "older", Started: monday.Add(-time.Hour)})
	for _, size := range []int{0, 1, 2, 5} {
		got := list(t, client, history.ExecutionQuery{From: page.Resume, PageSize: size})
		if diff := cmp.Diff([]string{"older"}, names(got)); diff != "" {
			t.Errorf("PageSize %d: names behind the place mismatch (-want +got):\n%s", size, diff)
		}
	}
}

// An item that cannot be asked for is told by its number in the answer, also when reading goes on in front of it.
func TestExecutionsWithoutAName(t *testing.T) {
	t.Parallel()
	client := local(t, always(200, `{"RequestId":"r","Executions":[{"Name":"a"},{"Name":"b"},{},{"Name":"c"}]}`))
	from := history.Cursor("")
	for _, want := range [][]string{{"a", "b"}, nil} {
		got, err := history.Collect(client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow", From: from}))
		if diff := cmp.Diff(want, names(got), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("names before the error mismatch (-want +got):\n%s", diff)
		}
		e := failure(t, err)
		if from = e.Cursor; e.Kind != history.ErrDecode || !strings.Contains(e.Message, "execution 3 ") {
			t.Errorf("%v, want ErrDecode about execution 3", err)
		}
	}
}

// When the place is no longer there, that is said: nothing is silently left out or repeated.
func TestExecutionsPlaceIsGone(t *testing.T) {
	t.Parallel()
	full := `{"RequestId":"r","Executions":[{"Name":"a"},{"Name":"b"}]}`
	client := local(t, always(200, full))
	page, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
	if err != nil {
		t.Fatal(err)
	}
	gone := local(t, always(200, `{"RequestId":"r","Executions":[{"Name":"a"},{"Name":"c"}]}`))
	_, err = gone.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow", From: page.Resume})
	e := failure(t, err)
	if e.Kind != history.ErrCursor || e.Cursor != page.Resume || !strings.Contains(e.Message, `execution "b"`) || !strings.Contains(e.Message, `start from ""`) {
		t.Errorf("%#v, want ErrCursor that names b and what to do, with the query's own cursor", e)
	}
}

// A token that the service refuses cannot be replaced: the error says what to do, and keeps what the service said.
func TestExecutionsTokenRefused(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, fleet(10)...)
	page, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 4})
	if err != nil {
		t.Fatal(err)
	}
	srv.ExpireTokens()
	_, err = client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 4, From: page.Next})
	e := failure(t, err)
	if e.Kind != history.ErrCursor || e.Code != "InvalidArgument" || e.HTTPStatus != 400 || !strings.Contains(e.Message, `start from ""`) {
		t.Errorf("%#v, want an ErrCursor that says what to do", e)
	}
	srv.Inject(alibabatest.Fault{Code: "InvalidArgument"})
	if _, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"}); !errors.Is(err, history.ErrInvalid) {
		t.Errorf("a refusal without a token: %v, want ErrInvalid", err)
	}
}

func TestExecutionsNotFound(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil)
	_, err := history.Collect(client.Executions(t.Context(), history.ExecutionQuery{Workflow: "nowhere"}))
	if e := failure(t, err); e.Kind != history.ErrWorkflowNotFound || e.Op != "ListExecutions" {
		t.Errorf("%#v, want ErrWorkflowNotFound", e)
	}
}
