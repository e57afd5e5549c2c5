// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// growing is a client of an execution whose detail the test sets.
func growing(t *testing.T) (client *history.Client, set func(body string), requests *int) {
	t.Helper()
	body, n := "", 0
	return local(t, answerFrom(&body, &n)), func(b string) { body = b }, &n
}

func types(events []history.Event) []string {
	out := make([]string, len(events))
	for i, e := range events {
		out[i] = string(e.Type)
		if e.Step != "" {
			out[i] += " " + e.Step
		}
	}
	return out
}

// A page's Resume delivers what is new, each once, also what happened before the last event that was delivered.
func TestEventsLate(t *testing.T) {
	t.Parallel()
	client, set, _ := growing(t)
	q := history.EventQuery{Ref: ref()}
	highest := int64(0)
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"nothing", body("waitExecute", -1, -1), []string{}},
		{"still nothing", body("waitExecute", -1, -1), []string{}},
		{"started", body("executing", 0, -1, node("a", "executing", 5, -1)), []string{"ExecutionStarted", "StepStarted a"}},
		{"nothing new", body("executing", 0, -1, node("a", "executing", 5, -1)), []string{}},
		{"a start that is long past", body("executing", 0, -1, node("a", "executing", 5, -1), node("b", "executing", 1, -1)), []string{"StepStarted b"}},
		{"an end in the same moment", body("executing", 0, -1, node("a", "success", 5, 5), node("b", "executing", 1, -1)), []string{"StepSucceeded a"}},
		{"an end that is long past, and a start", body("executing", 0, -1, node("a", "success", 5, 5), node("b", "fail", 1, 2), node("c", "executing", 6, -1)),
			[]string{"StepFailed b", "StepStarted c"}},
		{"the end, earlier than the last node", body("fail", 0, 3, node("a", "success", 5, 5), node("b", "fail", 1, 2), node("c", "cancel", 6, 7)),
			[]string{"StepExited c", "ExecutionFailed"}},
	} {
		set(tt.body)
		pages, err := history.Collect(client.EventPages(t.Context(), q))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, types(pages[0].Items)); diff != "" || len(pages) != 1 {
			t.Errorf("%s: %d pages, events mismatch (-want +got):\n%s", tt.name, len(pages), diff)
		}
		q.From = pages[0].Resume
		pos, err := q.From.Position()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range pages[0].Items {
			highest = max(highest, e.ID)
		}
		if pos.LastEvent != highest {
			t.Errorf("%s: the cursor's last event is %d, want the highest delivered, %d", tt.name, pos.LastEvent, highest)
		}
		if wantEnd := tt.name == "the end, earlier than the last node"; pos.End != wantEnd {
			t.Errorf("%s: End is %v", tt.name, pos.End)
		}
	}
}

// Behind the terminal event there is nothing, and nothing is asked.
func TestEventsBehindTheEnd(t *testing.T) {
	t.Parallel()
	client, set, requests := growing(t)
	set(body("success", 0, 4, node("a", "success", 1, 2)))
	page, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref()})
	if err != nil {
		t.Fatal(err)
	}
	before := *requests
	for _, from := range []history.Cursor{page.Resume, history.After(page.Items[len(page.Items)-1])} {
		got, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref(), From: from})
		if err != nil || len(got.Items) != 0 || got.Next != "" || got.Resume != from {
			t.Errorf("page is %v, %v", got, err)
		}
	}
	if *requests != before {
		t.Errorf("%d requests, want none", *requests-before)
	}
}

// Every page size gives the same events with one request a walk, and every cursor on the way goes on behind its page.
func TestEventPages(t *testing.T) {
	t.Parallel()
	demo := huaweitest.DemoExecutions()[0]
	srv, client := start(t, nil, demo)
	ref := history.Ref{Workflow: demo.Workflow, Execution: demo.ID}
	whole := walk(t, client, history.EventQuery{Ref: ref})
	for size := range len(whole) + 3 {
		srv.ResetRequests()
		var got []history.Event
		var cursors []history.Cursor
		for page, err := range client.EventPages(t.Context(), history.EventQuery{Ref: ref, PageSize: size}) {
			if err != nil {
				t.Fatal(err)
			}
			if size > 0 && len(page.Items) > size || page.RequestID == "" {
				t.Errorf("size %d: %d items, RequestID %q", size, len(page.Items), page.RequestID)
			}
			got = append(got, page.Items...)
			cursors = append(cursors, page.Resume)
		}
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Errorf("size %d: events mismatch (-want +got):\n%s", size, diff)
		}
		if srv.Count("") != 1 {
			t.Errorf("size %d: %d requests, want 1", size, srv.Count(""))
		}
		for i, from := range cursors {
			done := min((i+1)*max(size, 1), len(whole))
			if size == 0 {
				done = len(whole)
			}
			if diff := cmp.Diff(whole[done:], append([]history.Event{}, walk(t, client, history.EventQuery{Ref: ref, From: from})...)); diff != "" {
				t.Errorf("size %d: behind page %d: events mismatch (-want +got):\n%s", size, i, diff)
			}
		}
	}
}

// After knows an event's ID and nothing else: it goes on with the larger ones.
func TestEventsAfter(t *testing.T) {
	t.Parallel()
	demo := huaweitest.DemoExecutions()[1]
	_, client := start(t, nil, demo)
	ref := history.Ref{Workflow: demo.Workflow, Execution: demo.ID}
	whole := walk(t, client, history.EventQuery{Ref: ref})
	for i, e := range whole {
		got := walk(t, client, history.EventQuery{Ref: ref, From: history.After(e), PageSize: 2})
		if diff := cmp.Diff(whole[i+1:], append([]history.Event{}, got...)); diff != "" {
			t.Errorf("after %d: events mismatch (-want +got):\n%s", i, diff)
		}
	}
}

// A reader that came from After is told of late facts from its first page on.
func TestEventsAfterThenLate(t *testing.T) {
	t.Parallel()
	client, set, _ := growing(t)
	set(body("executing", 0, -1, node("a", "success", 1, 3)))
	page, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref(), From: history.NewCursor(history.Position{Ref: ownRef(), LastEvent: id(1, 1, 0)})})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"StepSucceeded a"}, types(page.Items)); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
	set(body("executing", 0, -1, node("a", "success", 1, 3), node("b", "fail", 0, 2)))
	if diff := cmp.Diff([]string{"StepStarted b", "StepFailed b"}, types(walk(t, client, history.EventQuery{Ref: ref(), From: page.Resume}))); diff != "" {
		t.Errorf("late events mismatch (-want +got):\n%s", diff)
	}
}

func TestEventsOmitDetail(t *testing.T) {
	t.Parallel()
	demo := huaweitest.DemoExecutions()[0]
	_, client := start(t, nil, demo)
	ref := history.Ref{Workflow: demo.Workflow, Execution: demo.ID}
	whole := walk(t, client, history.EventQuery{Ref: ref})
	for i, e := range walk(t, client, history.EventQuery{Ref: ref, OmitDetail: true}) {
		want := whole[i]
		want.Detail = ""
		if e != want {
			t.Errorf("event mismatch (-want +got):\n%s", cmp.Diff(want, e))
		}
	}
}

// The detail of an end is the node as it was sent, byte for byte, and its output is found in it.
func TestEventsDetail(t *testing.T) {
	t.Parallel()
	const raw = `{ "status":"success",  "output" : {"n": 9007199254740993, "é":"\u00e9"},"extra":[1,2 ], "node_id":"a","end_time":1600073877378 }`
	got, err := events(t, body("executing", -1, -1, raw))
	if err != nil || len(got) != 1 {
		t.Fatalf("%d events, %v", len(got), err)
	}
	if got[0].Detail != raw {
		t.Errorf("detail is %s, want %s", got[0].Detail, raw)
	}
	if want := history.Detail(`{"n": 9007199254740993, "é":"\u00e9"}`); got[0].Detail.Output() != want {
		t.Errorf("output is %s, want %s", got[0].Detail.Output(), want)
	}
}

// The demo's success as a reader sees it.
func TestEventsOfTheDemo(t *testing.T) {
	t.Parallel()
	demo := huaweitest.DemoExecutions()[1]
	for _, form := range []huaweitest.TimeForm{huaweitest.Milliseconds, huaweitest.MillisecondStrings} {
		_, client := startWith(t, &huaweitest.Options{Times: form}, nil, demo)
		got := walk(t, client, history.EventQuery{Ref: history.Ref{Workflow: demo.Workflow, Execution: demo.ID}})
		want := []string{
			"ExecutionStarted",
			"StepStarted query-workloads", "StepSucceeded query-workloads",
			"StepStarted check-alarms", "StepSucceeded check-alarms",
			"StepStarted restart-frontend", "StepStarted restart-backend",
			"StepSucceeded restart-frontend", "StepFailed restart-backend",
			"ExecutionFailed",
		}
		if diff := cmp.Diff(want, types(got)); diff != "" {
			t.Errorf("events mismatch (-want +got):\n%s", diff)
		}
		if at := got[0].Time; !at.Equal(demo.Begin) || at.Location() != time.UTC {
			t.Errorf("started at %v, want %v in UTC", at, demo.Begin)
		}
	}
}

// Cursors that are not of this execution, or whose token is none of ours, are refused without a request.
func TestEventsForeignCursor(t *testing.T) {
	t.Parallel()
	client, _, requests := growing(t)
	for name, pos := range map[string]history.Position{
		"provider":  {Ref: history.Ref{Provider: "alibaba", Scope: scope, Workflow: "flow", Execution: "exec"}},
		"scope":     {Ref: history.Ref{Provider: "huawei", Scope: "other", Workflow: "flow", Execution: "exec"}},
		"execution": {Ref: history.Ref{Provider: "huawei", Scope: scope, Workflow: "flow", Execution: "other"}},
		"list":      {Ref: history.Ref{Provider: "huawei", Scope: scope, Workflow: "flow"}},
		"token":     {Ref: ownRef(), Token: "exec-1"},
		"base64":    {Ref: ownRef(), Token: "s???"},
		"large":     {Ref: ownRef(), Token: fmt.Sprintf("s%0500d", 0)},
	} {
		from := history.NewCursor(pos)
		_, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref(), From: from})
		if e := failure(t, err); !errors.Is(err, history.ErrCursor) || e.Cursor != from {
			t.Errorf("%s: %v, want ErrCursor with the query's own cursor", name, err)
		}
	}
	if *requests != 0 {
		t.Errorf("%d requests, want none", *requests)
	}
}

// An answer that is larger than the limit is refused as such.
func TestEventsTooLarge(t *testing.T) {
	t.Parallel()
	o := once()
	o.MaxResponseBytes = 100
	o.Transport = always(200, body("success", 0, 1, node("a", "success", 0, 1)))
	_, err := open(t, localConfig(), o).Describe(t.Context(), ref())
	if !errors.Is(err, history.ErrTooLarge) {
		t.Errorf("error is %v, want ErrTooLarge", err)
	}
}
