// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// id is the ID of an event: when, in which phase, of which node.
func id(seconds, phase, index int) int64 {
	return after(seconds).UnixMilli()<<12 | int64(phase)<<10 | int64(index)
}

// derived makes an event of the execution of ref.
func derived(kind history.EventType, id, cause int64, seconds int, step string, detail history.Detail) history.Event {
	return history.Event{
		Ref: ownRef(), ID: id, Cause: cause, Type: kind, Time: after(seconds), Step: step, Detail: detail, Derived: true,
	}
}

// body is a detail of the execution of ref whose times are seconds after monday; negative ones are left out.
func body(status string, begin, end int, nodes ...string) string {
	b := `{"execution_id":"exec","status":"` + status + `"` + timeField("begin_time", begin) + timeField("end_time", end)
	return b + `,"execution_result_list":[` + strings.Join(nodes, ",") + `]}`
}

func node(id, status string, begin, end int) string {
	return `{"node_id":"` + id + `","status":"` + status + `"` + timeField("begin_time", begin) + timeField("end_time", end) + `}`
}

func timeField(name string, seconds int) string {
	if seconds < 0 {
		return ""
	}
	return fmt.Sprintf(`,"%s":%d`, name, after(seconds).UnixMilli())
}

// events reads the events of an execution that a body describes.
func events(t *testing.T, body string) ([]history.Event, error) {
	t.Helper()
	return history.Collect(local(t, always(200, body)).Events(t.Context(), history.EventQuery{Ref: ref()}))
}

func TestDerivedEvents(t *testing.T) {
	t.Parallel()
	start := derived(history.ExecutionStarted, id(0, 0, 0), 0, 0, "", "")
	a, b := node("a", "success", 1, 3), node("b", "fail", 2, 3)
	for _, tt := range []struct {
		name, body string
		want       []history.Event
	}{
		{"nothing has happened", body("waitExecute", -1, -1), nil},
		{"started", body("executing", 0, -1), []history.Event{start}},
		{"start unset as 0", `{"execution_id":"exec","status":"waitExecute","begin_time":0,"end_time":0}`, nil},
		{"whole", body("success", 0, 4, a, b), []history.Event{
			start,
			derived(history.StepStarted, id(1, 1, 0), id(0, 0, 0), 1, "a", ""),
			derived(history.StepStarted, id(2, 1, 1), id(0, 0, 0), 2, "b", ""),
			derived(history.StepSucceeded, id(3, 2, 0), id(1, 1, 0), 3, "a", history.Detail(a)),
			derived(history.StepFailed, id(3, 2, 1), id(2, 1, 1), 3, "b", history.Detail(b)),
			derived(history.ExecutionSucceeded, id(4, 3, 0), id(0, 0, 0), 4, "", ""),
		}},
		{"node runs", body("executing", 0, -1, node("a", "executing", 1, -1)), []history.Event{
			start, derived(history.StepStarted, id(1, 1, 0), id(0, 0, 0), 1, "a", ""),
		}},
		{"running node with an end_time has not ended", body("executing", 0, -1, node("a", "running", 1, 1)), []history.Event{
			start, derived(history.StepStarted, id(1, 1, 0), id(0, 0, 0), 1, "a", ""),
		}},
		{"node has not started", body("executing", 0, -1, node("a", "waitExecute", -1, -1)), []history.Event{start}},
		{"null among the nodes keeps its place", body("executing", 0, -1, "null", node("a", "executing", 1, -1)), []history.Event{
			start, derived(history.StepStarted, id(1, 1, 1), id(0, 0, 0), 1, "a", ""),
		}},
		{"node ended without a start", body("executing", -1, -1, node("a", "success", -1, 2)), []history.Event{
			derived(history.StepSucceeded, id(2, 2, 0), 0, 2, "a", history.Detail(node("a", "success", -1, 2))),
		}},
		{"node ended without an end_time, execution runs", body("executing", 0, -1, node("a", "success", -1, -1)), []history.Event{start}},
		{"node ended without an end_time, execution ended", body("success", 0, 5, node("a", "success", -1, -1)), []history.Event{
			start,
			derived(history.StepSucceeded, id(5, 2, 0), id(0, 0, 0), 5, "a", history.Detail(node("a", "success", -1, -1))),
			derived(history.ExecutionSucceeded, id(5, 3, 0), id(0, 0, 0), 5, "", ""),
		}},
		{"node ends after its execution", body("fail", 0, 2, node("a", "fail", -1, 9)), []history.Event{
			start,
			derived(history.StepFailed, id(9, 2, 0), id(0, 0, 0), 9, "a", history.Detail(node("a", "fail", -1, 9))),
			derived(history.ExecutionFailed, id(9, 3, 0), id(0, 0, 0), 2, "", ""),
		}},
		{"everything in one moment", body("success", 0, 0, node("a", "success", 0, 0)), []history.Event{
			start,
			derived(history.StepStarted, id(0, 1, 0), id(0, 0, 0), 0, "a", ""),
			derived(history.StepSucceeded, id(0, 2, 0), id(0, 1, 0), 0, "a", history.Detail(node("a", "success", 0, 0))),
			derived(history.ExecutionSucceeded, id(0, 3, 0), id(0, 0, 0), 0, "", ""),
		}},
		{"end by last_update_time", strings.Replace(body("cancel", 0, -1), `"status"`, `"last_update_time":`+fmt.Sprint(after(7).UnixMilli())+`,"status"`, 1),
			[]history.Event{start, derived(history.ExecutionStopped, id(7, 3, 0), id(0, 0, 0), 7, "", "")}},
		{"end by the last node", body("cancel", 0, -1, node("a", "success", -1, 6)), []history.Event{
			start,
			derived(history.StepSucceeded, id(6, 2, 0), id(0, 0, 0), 6, "a", history.Detail(node("a", "success", -1, 6))),
			derived(history.ExecutionStopped, id(6, 3, 0), id(0, 0, 0), 6, "", ""),
		}},
		{"end by the start", body("cancel", 0, -1), []history.Event{start, derived(history.ExecutionStopped, id(0, 3, 0), id(0, 0, 0), 0, "", "")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := events(t, tt.body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("events mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// The type of an end follows the status word; an unknown one with an end has merely ended.
func TestDerivedTypes(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]struct{ step, execution history.EventType }{
		"success":        {history.StepSucceeded, history.ExecutionSucceeded},
		"fail":           {history.StepFailed, history.ExecutionFailed},
		"approvalFailed": {history.StepFailed, history.ExecutionFailed},
		"timeout":        {history.StepFailed, history.ExecutionTimedOut},
		"cancel":         {history.StepExited, history.ExecutionStopped},
		"skipped":        {history.StepExited, ""},
		"":               {history.StepExited, ""},
		"executing":      {},
		"running":        {},
		"waitExecute":    {},
		"waitApproval":   {},
		"pausing":        {},
		"canceling":      {},
	} {
		got, err := events(t, body(word, -1, 3, node("a", word, -1, 2)))
		if err != nil {
			t.Fatal(err)
		}
		var types []history.EventType
		for _, kind := range []history.EventType{want.step, want.execution} {
			if kind != "" {
				types = append(types, kind)
			}
		}
		var gotTypes []history.EventType
		for _, e := range got {
			gotTypes = append(gotTypes, e.Type)
		}
		if diff := cmp.Diff(types, gotTypes); diff != "" {
			t.Errorf("%q: types mismatch (-want +got):\n%s", word, diff)
		}
	}
}

// While an execution runs, the time of a node that has ended may still come: its end is told when it is there, and once.
func TestDerivedEndWithoutATime(t *testing.T) {
	t.Parallel()
	for status, want := range map[string][]history.EventType{
		"executing": {history.ExecutionStarted, history.StepStarted},
		"success":   {history.ExecutionStarted, history.StepStarted, history.StepSucceeded, history.ExecutionSucceeded},
	} {
		srv, client := start(t, nil)
		srv.Inject(huaweitest.Fault{Body: fmt.Appendf(nil, `{"execution_id":"exec","status":%q,"begin_time":1762070400000,"last_update_time":1762070409000,
			"execution_result_list":[{"node_id":"n","status":"success","begin_time":1762070401000}]}`, status)})
		var got []history.EventType
		for _, e := range walk(t, client, history.EventQuery{Ref: ref()}) {
			got = append(got, e.Type)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: types mismatch (-want +got):\n%s", status, diff)
		}
	}
}

// An event without a place is an error that quotes what was found.
func TestDerivedUnreadable(t *testing.T) {
	t.Parallel()
	nodes := make([]string, 1025)
	for i := range nodes {
		nodes[i] = node("n", "success", 1, 2)
	}
	for _, tt := range []struct{ name, body, want string }{
		{"begin_time", `{"execution_id":"exec","status":"success","begin_time":"yesterday"}`, "yesterday"},
		{"end_time", `{"execution_id":"exec","status":"success","end_time":{"a":1}}`, "end_time"},
		{"begin_time of a node", body("executing", 0, -1, `{"node_id":"n","begin_time":-5}`), "-5"},
		{"end_time of a node", body("executing", 0, -1, `{"node_id":"n","end_time":[]}`), "node n"},
		{"no time at all", body("success", -1, -1), "no time"},
		{"too many nodes", body("success", 0, 1, nodes...), "1025"},
		{"another execution", `{"execution_id":"other","status":"success"}`, "other"},
		{"no execution", `{}`, "execution_id"},
		{"error in a 200", `{"error_code":"200","error_message":"success"}`, "execution_id"},
		{"list", `[]`, "object"},
		{"null", `null`, "null"},
		{"empty", ``, "empty"},
		{"HTML", `<html>`, "html"},
		{"garbage behind it", `{"execution_id":"exec"} x`, "behind"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := events(t, tt.body)
			e := failure(t, err)
			if e.Kind != history.ErrDecode || !strings.Contains(e.Message, tt.want) || e.HTTPStatus != 200 || e.Attempts != 1 {
				t.Errorf("error is %#v, want ErrDecode with %q", e, tt.want)
			}
		})
	}
}

// 1,024 nodes fit, and so does the cursor behind all of them.
func TestDerivedManyNodes(t *testing.T) {
	t.Parallel()
	nodes := make([]string, 1024)
	for i := range nodes {
		nodes[i] = node(fmt.Sprint("n", i), "success", i, i+1)
	}
	client := local(t, always(200, body("executing", 0, -1, nodes...)))
	var seen int
	for page, err := range client.EventPages(t.Context(), history.EventQuery{Ref: ref()}) {
		if err != nil {
			t.Fatal(err)
		}
		seen += len(page.Items)
		if len(page.Items) > 1000 || len(page.Resume) > 700 {
			t.Errorf("%d items, cursor of %d bytes", len(page.Items), len(page.Resume))
		}
		if rest := walk(t, client, history.EventQuery{Ref: ref(), From: page.Resume}); seen+len(rest) != 2049 {
			t.Errorf("%d events behind %d, want 2049 in all", len(rest), seen)
		}
	}
	if seen != 2049 {
		t.Errorf("%d events, want 2049", seen)
	}
}

// While an execution grows, an event that was there keeps its ID and all else, and IDs rise within one read.
func TestDerivedStable(t *testing.T) {
	t.Parallel()
	now := monday
	live := huaweitest.DemoExecutions()[0]
	live.Live = true
	srv, _ := startWith(t, &huaweitest.Options{Now: func() time.Time { return now }}, nil, live)
	cfg := configOf(srv)
	cfg.AccessKeyID, cfg.SecretAccessKey, cfg.Token = "", "", srv.Token()
	client := open(t, cfg, once())
	ref := history.Ref{Workflow: live.Workflow, Execution: live.ID}
	known := make(map[int64]history.Event)
	reads := 0
	for now = live.Begin; !now.After(live.End); now = now.Add(1700 * time.Millisecond) {
		previous := int64(0)
		reads++
		got := walk(t, client, history.EventQuery{Ref: ref})
		for _, e := range got {
			if e.ID <= previous {
				t.Fatalf("ID %d follows %d", e.ID, previous)
			}
			previous = e.ID
			if old, ok := known[e.ID]; ok && old != e {
				t.Errorf("event changed (-before +now):\n%s", cmp.Diff(old, e))
			}
			known[e.ID] = e
		}
		if len(got) != len(known) {
			t.Fatalf("%d events now, %d were there before", len(got), len(known))
		}
	}
	now = live.End
	if got := walk(t, client, history.EventQuery{Ref: ref}); len(got) != 2*len(live.Nodes)+2 || reads < 50 {
		t.Errorf("%d events in the end after %d reads, want %d", len(got), reads, 2*len(live.Nodes)+2)
	}
}

func TestDerivedNotFound(t *testing.T) {
	t.Parallel()
	_, client := start(t, once(), huaweitest.Execution{Workflow: "flow", ID: "other", Begin: monday})
	if _, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref()})); !errors.Is(err, history.ErrExecutionNotFound) {
		t.Errorf("error is %v, want ErrExecutionNotFound", err)
	}
}
