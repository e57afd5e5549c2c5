// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

const someTime = `"Time":"2019-01-01T01:01:01.001Z"`

// An id is a whole number in whatever form, because the official SDK takes these forms too.
func TestWireEventID(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]int64{
		`8`: 8, `"8"`: 8, `8.0`: 8, `"8.0"`: 8, `8e0`: 8, `1E3`: 1000, `"1e3"`: 1000, `1`: 1,
		`9007199254740993`: 9007199254740993, `9223372036854775807`: 9223372036854775807, `"9223372036854775807"`: 9223372036854775807,
	} {
		got, err := page(t, `{"RequestId":"r","Events":[{"EventId":`+raw+`,`+someTime+`}]}`)
		if err != nil {
			t.Errorf("EventId %s: %v", raw, err)
			continue
		}
		if len(got.Items) != 1 || got.Items[0].ID != want {
			t.Errorf("EventId %s is read as %v, want %d", raw, ids(got.Items), want)
		}
	}
}

// An event without a usable id or time has no place in a history; the error quotes what was found.
func TestWireEventWithoutPlace(t *testing.T) {
	t.Parallel()
	tests := []struct{ event, quoted string }{
		{`{` + someTime + `,"Type":"StepEntered"}`, `EventId is missing`},
		{`{` + someTime + `,"Type":"StepEntered"}`, `"StepEntered"`},
		{`{"EventId":null,` + someTime + `}`, `EventId is null`},
		{`{"EventId":1}`, `event 1: its Time is ""`},
		{`{"EventId":1,"Time":null}`, `Time is ""`},
		{`{"eventid":{},` + someTime + `}`, `EventId is {}`},
	}
	for _, raw := range []string{
		`0`, `-1`, `""`, `"x"`, `1.5`, `true`, `{}`, `[1]`, `9223372036854775808`, `9007199254740993.0`, `-9223372036854775808`, `1e400`, `"NaN"`, `"Inf"`, `"0x1p4"`, `"1_000"`,
	} {
		tests = append(tests, struct{ event, quoted string }{`{"EventId":` + raw + `,` + someTime + `}`, `EventId is ` + raw + `;`})
	}
	for _, raw := range []string{`yesterday`, `2019-01-01`, `2019-13-01T01:01:01Z`, `1546304461001`} {
		tests = append(tests, struct{ event, quoted string }{`{"EventId":5,"Time":"` + raw + `"}`, `event 5: its Time is "` + raw + `"`})
	}
	tests = append(tests, struct{ event, quoted string }{`{"EventId":5,"Time":1546304461001}`, `event 5: its Time is "1546304461001"`})
	for _, tt := range tests {
		got, err := page(t, `{"RequestId":"r","Events":[`+tt.event+`]}`)
		if !errors.Is(err, history.ErrDecode) || !strings.Contains(err.Error(), tt.quoted) || len(got.Items) != 0 {
			t.Errorf("%s: %v, want an ErrDecode that says %s", tt.event, err, tt.quoted)
		}
	}
}

// Nothing else about an event can fail it.
func TestWireEventTakenAsItComes(t *testing.T) {
	t.Parallel()
	base := history.Event{Ref: ownRef(), ID: 7, Time: time.Date(2019, 1, 1, 1, 1, 1, 1e6, time.UTC)}
	with := func(change func(*history.Event)) history.Event {
		e := base
		change(&e)
		return e
	}
	for _, tt := range []struct {
		name, fields string
		want         history.Event
	}{
		{"nothing else", ``, base},
		{"all null", `,"Type":null,"ScheduleEventId":null,"EventDetail":null,"StepName":null`, base},
		{"detail is an object", `,"EventDetail":{"input":{"a":[1, 2]}}`, with(func(e *history.Event) { e.Detail = `{"input":{"a":[1, 2]}}` })},
		{"detail is a number", `,"EventDetail":12.50`, with(func(e *history.Event) { e.Detail = "12.50" })},
		{"detail is false", `,"EventDetail":false`, with(func(e *history.Event) { e.Detail = "false" })},
		{"detail is no JSON", `,"EventDetail":"{oops"`, with(func(e *history.Event) { e.Detail = "{oops" })},
		{"detail is empty", `,"EventDetail":""`, base},
		{"detail has escapes", `,"EventDetail":"{\"a\":\"\u754c<&>\\n\"}"`, with(func(e *history.Event) { e.Detail = `{"a":"界<&>\n"}` })},
		{"step is a number", `,"StepName":5`, with(func(e *history.Event) { e.Step = "5" })},
		{"an unknown type", `,"Type":"MapRunStarted"`, with(func(e *history.Event) { e.Type = "MapRunStarted" })},
		{"type is a number", `,"Type":3`, with(func(e *history.Event) { e.Type = "3" })},
		{"cause is a string", `,"ScheduleEventId":"6"`, with(func(e *history.Event) { e.Cause = 6 })},
		{"cause is nonsense", `,"ScheduleEventId":{"a":1}`, base},
		{"unknown fields", `,"TraceId":"x","More":{"Nested":[{"a":null}]}`, base},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, body := range []string{
				`{"RequestId":"r","Events":[{"EventId":7,` + someTime + tt.fields + `}]}`,
				`{"More":{"Events":[]},"Events":[{"EventId":7,` + someTime + tt.fields + `}],"NextToken":null,"RequestId":"r"}`,
			} {
				got, err := page(t, body)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff([]history.Event{tt.want}, got.Items); diff != "" {
					t.Errorf("events mismatch (-want +got):\n%s", diff)
				}
				if got.Next != "" {
					t.Error("the page has a Next, although it came without a token")
				}
			}
		})
	}
}

// A NextToken and a RequestId that are numbers are what the numbers say.
func TestWireNumbersForTexts(t *testing.T) {
	t.Parallel()
	got, err := page(t, `{"RequestId":17,"NextToken":8,"Events":[]}`)
	if err != nil {
		t.Fatal(err)
	}
	pos, err := got.Next.Position()
	if err != nil || pos.Token != "8" || got.RequestID != "17" {
		t.Errorf("token %q, request id %q, %v; want 8 and 17", pos.Token, got.RequestID, err)
	}
}

// An unreadable event in the middle of a page: what came before is delivered, then the error, which knows where to go on.
func TestWireUnreadableInTheMiddle(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]struct{ from, to, quoted string }{
		"id":   {`"EventId" : 13`, `"EventId" : "thirteen"`, `"thirteen"`},
		"time": {`"Time" : "2026-11-02T08:00:13.000Z"`, `"Time" : "teatime"`, `"teatime"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client := start(t, nil, run(30))
			srv.Inject(alibabatest.Fault{After: 1, Mutate: func(body []byte) []byte {
				return []byte(strings.Replace(string(body), spoil.from, spoil.to, 1))
			}})
			events, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10, RequestID: "r-1"}))
			e := failure(t, err)
			if e.Kind != history.ErrDecode || e.Op != "GetExecutionHistory" || e.RequestID != "r-1" || !strings.Contains(e.Message, spoil.quoted) {
				t.Errorf("error is %#v, want ErrDecode that quotes %s", e, spoil.quoted)
			}
			if diff := cmp.Diff(upTo(1, 12), ids(events)); diff != "" {
				t.Fatalf("ids before the error mismatch (-want +got):\n%s", diff)
			}
			rest := walk(t, client, history.EventQuery{Ref: ref(), PageSize: 10, From: e.Cursor})
			if diff := cmp.Diff(upTo(13, 30), ids(rest)); diff != "" {
				t.Errorf("ids from the error's cursor mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// The fields of an execution are as tolerant; only without a name it cannot be asked for.
func TestWireExecutions(t *testing.T) {
	t.Parallel()
	list := func(item string) (history.Page[history.Execution], error) {
		body := `{"RequestId":"r","Executions":[{"Name":"first"},` + item + `,{"Name":"third"}]}`
		return local(t, always(http.StatusOK, body)).ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
	}
	for _, item := range []string{
		`{"Name":"second"}`,
		`{"Name":"second","Status":null,"StartedTime":null,"StoppedTime":null,"Input":null,"Output":null,"FlowDefinition":null,"FlowName":null}`,
		`{"Name":"second","Input":{"a":1},"Output":[1],"Environment":{"Variables":[]},"More":1}`,
		`{"Name":"second","Status":17,"StartedTime":1546304461001}`,
	} {
		got, err := list(item)
		if err != nil || len(got.Items) != 3 || got.Items[1].Execution != "second" {
			t.Errorf("%s: %+v, %v", item, got.Items, err)
		}
	}
	for _, item := range []string{`{}`, `null`, `{"Name":null}`, `{"Name":"","Status":"Running"}`} {
		got, err := list(item)
		if err != nil || len(got.Items) != 1 || got.Items[0].Execution != "first" {
			t.Errorf("%s: %+v, %v, want the first and then an error", item, got.Items, err)
		}
		body := `{"RequestId":"r","Executions":[{"Name":"first"},` + item + `]}`
		_, err = history.Collect(local(t, always(http.StatusOK, body)).Executions(t.Context(), history.ExecutionQuery{Workflow: "flow"}))
		e := failure(t, err)
		if e.Kind != history.ErrDecode || !strings.Contains(e.Message, "no Name") || e.Op != "ListExecutions" || e.RequestID != "r" {
			t.Errorf("%s: %#v, want ErrDecode", item, e)
		}
	}
}

// Details of the largest size that the service allows come whole.
// A detail that is an object and not a string with one inside may hold bytes that are not UTF-8, which json.Unmarshal lets
// pass. It is mended, or it could not be written as JSON again.
func TestWireDetailIsUTF8(t *testing.T) {
	t.Parallel()
	got, err := page(t, `{"RequestId":"r","Events":[{"EventId":1,`+someTime+`,"EventDetail":{"input":"`+"\xff"+`"}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	if want := history.Detail(`{"input":"` + "\uFFFD" + `"}`); len(got.Items) != 1 || got.Items[0].Detail != want {
		t.Errorf("got %+v, want one event with the detail %s", got.Items, want)
	}
	if _, err := json.Marshal(got); err != nil {
		t.Errorf("the page cannot be written: %v", err)
	}
}

func TestWireLargeDetail(t *testing.T) {
	t.Parallel()
	detail := `{"output":"` + strings.Repeat("界\\n", 16<<10) + `"}`
	e := run(3)
	e.Events[1].Detail = detail
	_, client := start(t, nil, e)
	events := walk(t, client, history.EventQuery{Ref: ref()})
	if got := string(events[1].Detail); got != detail {
		t.Errorf("a detail of %d bytes came as one of %d", len(detail), len(got))
	}
	if got := fmt.Sprint(ids(events)); got != "[1 2 3]" {
		t.Errorf("ids %s", got)
	}
}
