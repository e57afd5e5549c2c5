// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
)

// roundTrip checks that v is written as want, and that reading and writing that again changes no byte.
func roundTrip(t *testing.T, v any, want string) {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%T cannot be written: %v", v, err)
	}
	equal(t, "JSON", want, string(out))
	back := reflect.New(reflect.TypeOf(v))
	if err := json.Unmarshal(out, back.Interface()); err != nil {
		t.Fatalf("%s cannot be read: %v", out, err)
	}
	again, err := json.Marshal(back.Elem().Interface())
	if err != nil {
		t.Fatalf("%T cannot be written again: %v", v, err)
	}
	equal(t, "JSON after reading it", want, string(again))
}

func TestJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.November, 1, 8, 0, 0, 123e6, time.UTC)
	failure := &history.Failure{Code: "FC.Unknown", Cause: "boom"}
	attempt := history.Attempt{Scheduled: at, Started: at, Ended: at, Status: history.Failed, Failure: failure, InvocationID: "inv-1"}
	step := history.Step{
		ID: "a#2", Name: "a", Kind: history.StepNode, Status: history.Failed, NativeStatus: "fail",
		Entered: at, Started: at, Ended: at, Attempts: []history.Attempt{attempt}, Input: `{"n":1}`, Output: "plain",
		Failure: failure, FirstEvent: 2, LastEvent: 5, Children: []history.Step{{ID: "b", Name: "b", Kind: history.BranchNode}},
	}
	diagnostic := history.Diagnostic{Code: "unknown_status", Severity: history.Warning, Step: "a#2", Event: 5, Text: `"odd"`}
	const (
		atJSON      = `"2026-11-01T08:00:00.123Z"`
		refJSON     = `"provider":"script","scope":"test","workflow":"flow","execution":"exec"`
		failureJSON = `{"code":"FC.Unknown","cause":"boom"}`
		attemptJSON = `{"scheduled":` + atJSON + `,"started":` + atJSON + `,"ended":` + atJSON +
			`,"status":"failed","failure":` + failureJSON + `,"invocation_id":"inv-1"}`
		stepJSON = `{"id":"a#2","name":"a","kind":"step","status":"failed","native_status":"fail","entered":` + atJSON +
			`,"started":` + atJSON + `,"ended":` + atJSON + `,"attempts":[` + attemptJSON + `],"input":{"n":1},"output":"plain",` +
			`"failure":` + failureJSON + `,"first_event":2,"last_event":5,"children":[{"id":"b","name":"b","kind":"branch"}]}`
		diagnosticJSON = `{"code":"unknown_status","severity":"warning","step":"a#2","event":5,"text":"\"odd\""}`
		eventJSON      = `{` + refJSON + `,"id":2,"cause":1,"type":"TaskSucceeded","time":` + atJSON + `,"step":"passStep","detail":{}}`
		executionJSON  = `{` + refJSON + `,"status":"failed","native_status":"fail","started":` + atJSON + `,"ended":` + atJSON +
			`,"updated":` + atJSON + `,"input":{"n":1},"output":"plain","failure":` + failureJSON + `,"definition":"version: v1","created_by":"somebody",` +
			`"approvers":["one","two"],"attributes":{"project_id":"p","workflow_edit_time":"0"},"steps":[` + stepJSON +
			`],"diagnostics":[` + diagnosticJSON + `]}`
	)
	event := history.Event{Ref: ref, ID: 2, Cause: 1, Type: history.TaskSucceeded, Time: at, Step: "passStep", Detail: "{}"}
	execution := history.Execution{
		Ref: ref, Status: history.Failed, NativeStatus: "fail", Started: at, Ended: at, Updated: at, Input: `{"n":1}`, Output: "plain",
		Failure: failure, Definition: "version: v1", CreatedBy: "somebody", Approvers: []string{"one", "two"},
		Attributes: map[string]string{"workflow_edit_time": "0", "project_id": "p"}, Steps: []history.Step{step},
		Diagnostics: []history.Diagnostic{diagnostic},
	}
	for _, tc := range []struct {
		name  string
		value any
		want  string
	}{
		{"Ref", ref, `{` + refJSON + `}`},
		{"zero Ref", history.Ref{}, `{}`},
		{"Event", event, eventJSON},
		{"zero Event", history.Event{}, `{"id":0,"type":"","time":"0001-01-01T00:00:00Z"}`},
		{"derived Event", history.Event{ID: 1, Type: history.StepStarted, Time: at, Derived: true},
			`{"id":1,"type":"StepStarted","time":` + atJSON + `,"derived":true}`},
		{"Failure", *failure, failureJSON},
		{"Attempt", attempt, attemptJSON},
		{"zero Attempt", history.Attempt{}, `{}`},
		{"Step", step, stepJSON},
		{"zero Step", history.Step{}, `{"id":"","name":"","kind":""}`},
		{"Diagnostic", diagnostic, diagnosticJSON},
		{"Execution", execution, executionJSON},
		{"zero Execution", history.Execution{}, `{}`},
		{"Page of events", history.Page[history.Event]{Items: []history.Event{event}, Next: "n", Resume: "r", RequestID: "id"},
			`{"items":[` + eventJSON + `],"next":"n","resume":"r","request_id":"id"}`},
		{"last Page", history.Page[history.Execution]{Items: []history.Execution{}, Resume: "r"}, `{"items":[],"resume":"r"}`},
		{"Kind", history.ErrThrottled, `"throttled"`},
		{"Status", history.TimedOut, `"timed_out"`},
		{"EventType", history.TaskTimedOut, `"TaskTimedOut"`},
		{"Severity", history.Defect, `"defect"`},
		{"Position", history.Position{Ref: ref, Token: "t", LastEvent: 7, End: true, Query: "q"},
			`{` + refJSON + `,"token":"t","last_event":7,"end":true,"query":"q"}`},
		{"zero Position", history.Position{}, `{}`},
		{"EventQuery", history.EventQuery{Ref: ref, From: "c", PageSize: 5, OmitDetail: true, RequestID: "id", Prefetch: 3},
			`{` + refJSON + `,"from":"c","page_size":5,"omit_detail":true,"request_id":"id"}`},
		{"ExecutionQuery", history.ExecutionQuery{Workflow: "flow", Status: []history.Status{history.Failed}, NamePrefix: "e",
			StartedAfter: at, StartedBefore: at, OmitDetail: true, From: "c", PageSize: 5, Prefetch: 3},
			`{"workflow":"flow","status":["failed"],"name_prefix":"e","started_after":` + atJSON + `,"started_before":` + atJSON +
				`,"omit_detail":true,"from":"c","page_size":5}`},
		{"Capabilities", history.Capabilities{NativeEvents: true, MaxEventPage: 999}, `{"native_events":true,"steps":false,` +
			`"event_paging":false,"execution_paging":false,"max_event_page":999,"max_execution_page":0,"long_poll":false,` +
			`"reads_ahead":false,"filter_status":false,"filter_name":false,"filter_started":false,"workflows":false,"max_workflow_page":0}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			roundTrip(t, tc.value, tc.want)
		})
	}
}

// A struct key of a map, == and a plain switch on events must work.
func TestEventIsComparable(t *testing.T) {
	t.Parallel()
	seen := map[history.Event]bool{events(2)[0]: true}
	if !seen[events(2)[0]] || seen[events(2)[1]] {
		t.Error("events do not work as keys of a map")
	}
}

func FuzzEventJSON(f *testing.F) {
	f.Add("flow", "exec", int64(2), int64(1), "TaskSucceeded", int64(1e18), "passStep", "{}", false)
	f.Add("", "", int64(-1), int64(0), "", int64(0), "", "{ }", true)
	f.Fuzz(func(t *testing.T, workflow, execution string, id, cause int64, kind string, nanos int64, step, detail string, derived bool) {
		for _, text := range []string{workflow, execution, kind, step, detail} {
			if !utf8.ValidString(text) {
				return // it is no JSON
			}
		}
		e := history.Event{Ref: history.Ref{Workflow: workflow, Execution: execution}, ID: id, Cause: cause,
			Type: history.EventType(kind), Time: time.Unix(0, nanos).UTC(), Step: step, Detail: history.Detail(detail), Derived: derived}
		out, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		var back history.Event
		if err := json.Unmarshal(out, &back); err != nil {
			t.Fatal(err)
		}
		equal(t, "event", e, back)
		again, err := json.Marshal(back)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "JSON", string(out), string(again))
	})
}
