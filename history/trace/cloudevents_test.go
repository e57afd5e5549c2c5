// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// told are the events of an execution in short: seconds since it began, what happened, to which step.
func told(t *testing.T, e history.Execution) []string {
	t.Helper()
	var out []string
	for _, c := range cloudEvents(t, e) {
		happened, err := time.Parse(time.RFC3339Nano, c.Time)
		if err != nil {
			t.Errorf("the time of an event: %v", err)
		}
		what := strings.TrimSuffix(strings.TrimPrefix(c.Type, "io.serverlessworkflow."), ".v1")
		out = append(out, strings.TrimSpace(happened.Sub(at(0)).String()+" "+what+" "+c.Subject))
	}
	return out
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	branch := step("branch", history.Succeeded, 1, -1, 4, step("work", history.Succeeded, 1, 1, 4))
	branch.Kind = history.BranchNode
	tried := step("a", history.Succeeded, 1, 1, 8)
	tried.Attempts = []history.Attempt{{Scheduled: at(1)}, {Started: at(4)}, {}, {Scheduled: at(6), Started: at(7)}}
	tests := map[string]struct {
		execution history.Execution
		want      []string
	}{
		"tried again": {execution(history.Succeeded, 8, tried), []string{
			"0s workflow.started", "1s task.created a", "1s task.started a", "4s task.retried a", "6s task.retried a",
			"8s task.completed a", "8s workflow.completed",
		}},
		"failed": {order(), []string{
			"0s workflow.started", "0s task.created check", "2s task.started check", "3s task.completed check",
			"3s task.created pay", "3s task.started pay", "7s task.retried pay", "9s task.faulted pay", "9s workflow.faulted",
		}},
		"one in the other": {execution(history.Succeeded, 4, step("outer", history.Succeeded, 1, 1, 4, branch)), []string{
			"0s workflow.started", "1s task.created outer", "1s task.started outer", "1s task.created branch", "1s task.created work",
			"1s task.started work", "4s task.completed work", "4s task.completed branch", "4s task.completed outer", "4s workflow.completed",
		}},
		"cut off": {execution(history.Stopped, 9, step("a", history.Stopped, 1, 2, -1)), []string{
			"0s workflow.started", "1s task.created a", "2s task.started a", "9s task.cancelled a", "9s workflow.cancelled",
		}},
		"entered when all was over": {abandoned(), []string{
			"0s workflow.started", "1s task.created par", "1s task.started par", "1s task.created par[1]", "1s task.created par[2]",
			"2s task.created a", "2s task.started a", "8s task.faulted a", "8s task.faulted par[1]", "9s task.faulted par",
			"10s task.created b", "11s task.started b", "11s task.cancelled b", "11s task.cancelled par[2]", "12s workflow.faulted",
		}},
		"timed out": {execution(history.TimedOut, 9, step("a", history.TimedOut, 1, 2, 8)), []string{
			"0s workflow.started", "1s task.created a", "2s task.started a", "8s task.faulted a", "9s workflow.faulted",
		}},
		"running":                    {execution(history.Running, 0, step("a", history.Running, 1, -1, -1)), []string{"0s workflow.started", "1s task.created a"}},
		"a status that nobody knows": {execution("", 9), []string{"0s workflow.started"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, told(t, test.execution)); diff != "" {
				t.Errorf("events mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEventsHaveIDsOfTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, x := range historytest.Gallery() {
		for _, c := range cloudEvents(t, x.Execution) {
			what := strings.Join([]string{c.Source, c.Type, c.Subject, c.Time}, " ")
			if twin := seen[c.ID]; twin != "" {
				t.Errorf("%s and %s have the same id", twin, what)
			}
			seen[c.ID] = what
		}
	}
}

// TestEventsOfWhatHasNoEnd: it ended with what it is in, not with the execution.
func TestEventsOfWhatHasNoEnd(t *testing.T) {
	t.Parallel()
	e := execution(history.Succeeded, 20,
		step("fork", history.Failed, 0, 0, 5, step("pay", history.Failed, 1, 1, -1)), step("refund", history.Succeeded, 5, 5, 20))
	var got []string
	for _, c := range cloudEvents(t, e) {
		if strings.HasSuffix(c.Type, "faulted.v1") {
			got = append(got, c.Subject+" "+c.Time)
		}
	}
	want := []string{"pay 2026-11-01T08:00:05Z", "fork 2026-11-01T08:00:05Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what failed mismatch (-want +got):\n%s", diff)
	}
}

// TestSources reads better as a table than in the golden files: what URI an execution has.
func TestSources(t *testing.T) {
	t.Parallel()
	tests := []struct {
		ref  history.Ref
		want string
	}{
		{history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "flow", Execution: "exec"}, "alibaba://cn-hangzhou/flow/exec"},
		{history.Ref{Provider: "huawei", Scope: "cn-north-4/project", Workflow: "w", Execution: "e"}, "huawei://cn-north-4/project/w/e"},
		{history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "a/b", Execution: "c?d"}, "alibaba://cn-hangzhou/a%2Fb/c%3Fd"},
		{history.Ref{Provider: "a b", Scope: "<", Workflow: "flow", Execution: "exec"}, "/a%20b/%3C/flow/exec"},
		{history.Ref{Provider: "script", Workflow: "flow"}, "/script//flow"},
		{history.Ref{}, "/unknown/"},
	}
	for _, test := range tests {
		e := history.Execution{Ref: test.ref, Started: at(0)}
		if got := cloudEvents(t, e)[0].Source; got != test.want {
			t.Errorf("the source of %v is %q, want %q", test.ref, got, test.want)
		}
	}
}

// TestNames is about the names of executions in the specification's form.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		ref  history.Ref
		want string
	}{
		{history.Ref{Provider: "huawei", Scope: "cn-north-4/0a1B", Workflow: "w", Execution: "e"}, "e.huawei-cn-north-4-0a1b"},
		{history.Ref{Provider: "script", Workflow: "w"}, "w.script"},
		{history.Ref{Workflow: "w", Execution: "e"}, "e.unknown"},
	} {
		e := history.Execution{Ref: test.ref, Started: at(0)}
		if got := cloudEvents(t, e)[0].Data["name"]; got != test.want {
			t.Errorf("the name of %v is %q, want %q", test.ref, got, test.want)
		}
	}
}

// TestData is about what the specification requires in the data of events.
func TestData(t *testing.T) {
	t.Parallel()
	e := order()
	e.Attributes = map[string]string{"FlowVersion": "3"}
	e.Steps[1].ID = "a/b~c d"
	events := cloudEvents(t, e)
	refused := map[string]any{
		"type": "https://serverlessworkflow.io/spec/1.0.0/errors/runtime", "status": 500.0,
		"instance": "/do/a~1b~0c%20d", "title": "PaymentRefused", "detail": "the card has expired",
	}
	last := len(events) - 1
	for i, want := range map[int]map[string]any{
		0: {
			"name": "order-1.alibaba-cn-hangzhou", "startedAt": "2026-11-01T08:00:00Z",
			"definition": map[string]any{"name": "order-flow", "namespace": "alibaba-cn-hangzhou", "version": "3"},
		},
		last - 1: {
			"workflow": "order-1.alibaba-cn-hangzhou", "task": "/do/a~1b~0c%20d", "faultedAt": "2026-11-01T08:00:09Z", "error": refused,
		},
	} {
		if diff := cmp.Diff(want, events[i].Data); diff != "" {
			t.Errorf("the data of %s mismatch (-want +got):\n%s", events[i].Type, diff)
		}
	}
	e.Status = history.TimedOut
	events = cloudEvents(t, e)
	if got := events[last].Data["error"].(map[string]any)["status"]; got != 408.0 {
		t.Errorf("the status of a time-out is %v, want 408", got)
	}
}
