// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// seedAnswer is the answer that the document of GetExecutionHistory prints, to the byte.
const seedAnswer = `{
  "NextToken" : "3",
  "RequestId" : "testRequestId",
  "Events" : [ {
    "Type" : "TaskSucceeded",
    "EventId" : 2,
    "Time" : "2019-01-01T01:01:01.001Z",
    "ScheduleEventId" : 1,
    "EventDetail" : "{}",
    "StepName" : "passStep"
  } ]
}`

// seedEvent is the event in it.
func seedEvent() history.Event {
	return history.Event{
		Ref: ownRef(), ID: 2, Cause: 1, Type: history.TaskSucceeded,
		Time: time.Date(2019, 1, 1, 1, 1, 1, 1e6, time.UTC), Step: "passStep", Detail: "{}",
	}
}

func TestSeedAnswerAsPrinted(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil)
	srv.Inject(alibabatest.Fault{Op: alibabatest.OpGetExecutionHistory, Body: []byte(seedAnswer)})
	got, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
	if err != nil {
		t.Fatal(err)
	}
	want := history.Page[history.Event]{
		Items:     []history.Event{seedEvent()},
		Next:      history.NewCursor(history.Position{Ref: ownRef(), Token: "3", LastEvent: 2}),
		Resume:    history.NewCursor(history.Position{Ref: ownRef(), LastEvent: 2}),
		RequestID: "testRequestId",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("page mismatch (-want +got):\n%s", diff)
	}
}

// The document's example request, with every parameter, gets the document's example answer.
func TestSeedRequestParameters(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, alibabatest.SeedExecution())
	got, err := client.EventPage(t.Context(), history.EventQuery{
		Ref:       ref(),
		RequestID: "testRequestId",
		From:      history.NewCursor(history.Position{Ref: ownRef(), Token: "flow_xxx"}),
		PageSize:  1,
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]history.Event{seedEvent()}, got.Items); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
	query := last(t, srv).Query
	for name, want := range map[string]string{
		"Action":        "GetExecutionHistory",
		"RequestId":     "testRequestId",
		"FlowName":      "flow",
		"ExecutionName": "exec",
		"NextToken":     "flow_xxx",
		"Limit":         "1",
	} {
		if got := query.Get(name); got != want {
			t.Errorf("parameter %s is %q, want %q", name, got, want)
		}
	}
}

// What is not asked for is not sent.
func TestSeedOptionalParametersAreLeftOut(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, alibabatest.SeedExecution())
	walk(t, client, history.EventQuery{Ref: ref()})
	query := last(t, srv).Query
	for _, name := range []string{"RequestId", "NextToken"} {
		if query.Has(name) {
			t.Errorf("parameter %s is sent as %q although nothing was asked for", name, query.Get(name))
		}
	}
	if got := query.Get("Limit"); got != "999" {
		t.Errorf("Limit is %s, want the largest that is right in both documents, 999", got)
	}
}

// Each field of the document ends up in its place: a body with one field changed changes one thing. Of a key that comes
// twice in a JSON object the last counts.
func TestSeedFields(t *testing.T) {
	t.Parallel()
	const event = `"Type":"TaskSucceeded","EventId":2,"Time":"2019-01-01T01:01:01.001Z","ScheduleEventId":1,"EventDetail":"{}","StepName":"passStep"`
	seedPage := func(change func(*history.Page[history.Event])) history.Page[history.Event] {
		p := history.Page[history.Event]{Items: []history.Event{seedEvent()}, RequestID: "r"}
		change(&p)
		p.Resume = history.After(p.Items[0])
		return p
	}
	change := func(f func(*history.Event)) func(*history.Page[history.Event]) {
		return func(p *history.Page[history.Event]) { f(&p.Items[0]) }
	}
	tests := []struct {
		field, body string
		change      func(*history.Page[history.Event])
	}{
		{"NextToken", `{"NextToken":"77","RequestId":"r","Events":[{` + event + `}]}`, func(p *history.Page[history.Event]) {
			p.Next = history.NewCursor(history.Position{Ref: ownRef(), Token: "77", LastEvent: 2})
		}},
		{"RequestId", `{"RequestId":"another","Events":[{` + event + `}]}`, func(p *history.Page[history.Event]) { p.RequestID = "another" }},
		{"Events", `{"RequestId":"r","Events":[{` + event + `},{` + event + `}]}`, func(*history.Page[history.Event]) {}},
		{"Type", `{"RequestId":"r","Events":[{` + event + `,"Type":"ExecutionFailed"}]}`,
			change(func(e *history.Event) { e.Type = history.ExecutionFailed })},
		{"EventId", `{"RequestId":"r","Events":[{` + event + `,"EventId":9223372036854775807}]}`,
			change(func(e *history.Event) { e.ID = 9223372036854775807 })},
		{"Time", `{"RequestId":"r","Events":[{` + event + `,"Time":"2024-06-24T10:58:42.043+08:00"}]}`,
			change(func(e *history.Event) { e.Time = time.Date(2024, 6, 24, 2, 58, 42, 43e6, time.UTC) })},
		{"ScheduleEventId", `{"RequestId":"r","Events":[{` + event + `,"ScheduleEventId":0}]}`,
			change(func(e *history.Event) { e.Cause = 0 })},
		{"EventDetail", `{"RequestId":"r","Events":[{` + event + `,"EventDetail":"{\"input\":{\"a\": 1}}"}]}`,
			change(func(e *history.Event) { e.Detail = `{"input":{"a": 1}}` })},
		{"StepName", `{"RequestId":"r","Events":[{` + event + `,"StepName":"another"}]}`,
			change(func(e *history.Event) { e.Step = "another" })},
	}
	for _, tt := range tests {
		t.Run(tt.field, func(t *testing.T) {
			t.Parallel()
			got, err := page(t, tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(seedPage(tt.change), got); diff != "" {
				t.Errorf("page mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSeedEventTypes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		want  history.EventType
		scope history.EventScope
		ends  bool
	}{
		{"StepEntered", history.StepEntered, history.StepScope, false},
		{"StepStarted", history.StepStarted, history.StepScope, false},
		{"StepSucceeded", history.StepSucceeded, history.StepScope, false},
		{"StepFailed", history.StepFailed, history.StepScope, false},
		{"StepExited", history.StepExited, history.StepScope, false},
		{"BranchEntered", history.BranchEntered, history.BranchScope, false},
		{"BranchExited", history.BranchExited, history.BranchScope, false},
		{"IterationEntered", history.IterationEntered, history.IterationScope, false},
		{"IterationExited", history.IterationExited, history.IterationScope, false},
		{"TaskScheduled", history.TaskScheduled, history.TaskScope, false},
		{"TaskStarted", history.TaskStarted, history.TaskScope, false},
		{"TaskSubmitted", history.TaskSubmitted, history.TaskScope, false},
		{"TaskSubmitFailed", history.TaskSubmitFailed, history.TaskScope, false},
		{"TaskSucceeded", history.TaskSucceeded, history.TaskScope, false},
		{"TaskFailed", history.TaskFailed, history.TaskScope, false},
		{"TaskTimedOut", history.TaskTimedOut, history.TaskScope, false},
		{"ExecutionStarted", history.ExecutionStarted, history.ExecutionScope, false},
		{"ExecutionStopped", history.ExecutionStopped, history.ExecutionScope, true},
		{"ExecutionSucceeded", history.ExecutionSucceeded, history.ExecutionScope, true},
		{"ExecutionFailed", history.ExecutionFailed, history.ExecutionScope, true},
		{"ExecutionTimedOut", history.ExecutionTimedOut, history.ExecutionScope, true},
	}
	execution := alibabatest.Execution{Flow: "flow", Name: "exec", Status: "Running", Started: monday}
	for _, tt := range tests {
		execution.Events = append(execution.Events, alibabatest.Event{Type: tt.name, Time: monday})
	}
	_, client := start(t, nil, execution)
	events := walk(t, client, history.EventQuery{Ref: ref()})
	if len(tests) != 21 || len(events) != len(tests) {
		t.Fatalf("%d events for %d types, want 21", len(events), len(tests))
	}
	for i, tt := range tests {
		e := events[i]
		if e.Type != tt.want || !e.Type.Known() || e.Type.Scope() != tt.scope || e.Type.Terminal() != tt.ends {
			t.Errorf("%s came as %q: known %t, scope %q, terminal %t", tt.name, e.Type, e.Type.Known(), e.Type.Scope(), e.Type.Terminal())
		}
	}
}

func TestSeedErrorCodes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status        int
		code, message string
		kind          history.Kind
	}{
		{400, "EntityTooLarge", "The payload size exceeds maximum allowed size (1048576 bytes).", history.ErrTooLarge},
		{400, "InvalidArgument", "Parameter error.", history.ErrInvalid},
		{400, "MissingRequiredHeader", "The HTTP header 'Date' must be specified.", history.ErrInvalid},
		{400, "MissingRequiredParams", "The HTTP query 'FlowName' must be specified.", history.ErrInvalid},
		{500, "InternalServerError", "An internal error has occurred. Please retry.", history.ErrUnavailable},
		{403, "InvalidAccessKeyID", "The AccessKey ID nobody is invalid.", history.ErrUnauthenticated},
		{403, "RequestTimeTooSkewed", "The difference between the request time 1 and the current time 2 is too large.", history.ErrClockSkew},
		{403, "SignatureNotMatch", "The request signature we calculated does not match the signature you provided. " +
			"Check your access key and signing method.", history.ErrUnauthenticated},
		{404, "ExecutionNotExists", "Execution exec for flow flow does not exist.", history.ErrExecutionNotFound},
		{404, "FlowNotExists", "Flow flow does not exist.", history.ErrWorkflowNotFound},
		{415, "UnsupportedMediaType", `The content type must be "application/json".`, history.ErrInvalid},
	}
	for _, tt := range tests {
		t.Run(tt.code, func(t *testing.T) {
			t.Parallel()
			srv, client := start(t, nil)
			srv.Inject(alibabatest.Fault{Status: tt.status, Code: tt.code, Message: tt.message, Times: -1})
			_, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref(), RequestID: "testRequestId"})
			got := *failure(t, err)
			got.Elapsed, got.Attempts = 0, 0
			want := history.Error{
				Provider: "alibaba", Scope: "cn-hangzhou", Op: "GetExecutionHistory", Kind: tt.kind,
				Code: tt.code, Message: tt.message, RequestID: "testRequestId", HTTPStatus: tt.status,
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("error mismatch (-want +got):\n%s", diff)
			}
			notFound := tt.status == http.StatusNotFound
			if errors.Is(err, history.ErrNotFound) != notFound {
				t.Errorf("matches ErrNotFound: %t, want %t", !notFound, notFound)
			}
			attempts := 1
			if tt.kind.Retryable() {
				attempts = 5
			}
			if n := srv.Count(alibabatest.OpGetExecutionHistory); n != attempts {
				t.Errorf("%d attempts, want %d", n, attempts)
			}
		})
	}
}
