// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// ref is the execution that most tests read.
var ref = history.Ref{Provider: "script", Scope: "test", Workflow: "flow", Execution: "exec"}

// began is when it began.
var began = time.Date(2026, time.November, 1, 8, 0, 0, 0, time.UTC)

// newSource is a source with one execution of n events, and pages of the given size.
func newSource(n, pageSize int) *historytest.Source {
	src := &historytest.Source{PageSize: pageSize}
	src.Add(history.Execution{Ref: ref, Status: history.Succeeded, Started: began}, events(n)...)
	return src
}

// events are n events: the first starts the execution, the last ends it, the others are of steps.
func events(n int) []history.Event {
	all := make([]history.Event, n)
	for i := range all {
		e := history.Event{Ref: ref, ID: int64(i + 1), Cause: int64(i), Type: history.StepEntered,
			Time: began.Add(time.Duration(i) * time.Second), Step: fmt.Sprintf("step-%d", i), Detail: `{"input":1}`}
		switch i {
		case n - 1:
			e.Type, e.Step = history.ExecutionSucceeded, ""
		case 0:
			e.Type, e.Step = history.ExecutionStarted, ""
		}
		all[i] = e
	}
	return all
}

// newWorkflow is a source with a workflow of n executions, and pages of the given size.
func newWorkflow(n, pageSize int) *historytest.Source {
	src := &historytest.Source{PageSize: pageSize}
	for i := range n {
		src.Add(history.Execution{
			Ref:     history.Ref{Workflow: ref.Workflow, Execution: fmt.Sprintf("exec-%d", i)},
			Status:  history.Succeeded,
			Started: began.Add(time.Duration(i) * time.Hour),
		})
	}
	return src
}

// ids are the IDs of events.
func ids(events []history.Event) []int64 {
	var out []int64
	for _, e := range events {
		out = append(out, e.ID)
	}
	return out
}

// names are the names of executions.
func names(executions []history.Execution) []string {
	var out []string
	for _, e := range executions {
		out = append(out, e.Execution)
	}
	return out
}

// upTo is 1, 2, … n.
func upTo(n int) []int64 {
	var out []int64
	for i := range n {
		out = append(out, int64(i+1))
	}
	return out
}

func equal(t *testing.T, what string, want, got any, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Errorf("%s mismatch (-want +got):\n%s", what, diff)
	}
}

// asError is the *history.Error that err must be.
func asError(t *testing.T, err error) *history.Error {
	t.Helper()
	e, ok := errors.AsType[*history.Error](err)
	if !ok {
		t.Fatalf("the error is %T (%v), want *history.Error", err, err)
	}
	return e
}

// never is a source that fails the test when it is asked for anything.
func never(t *testing.T) *historytest.Source {
	src := newSource(3, 0)
	src.Inject(historytest.Fault{Times: -1, Hook: func(_ context.Context, c historytest.Call) {
		t.Errorf("the source was asked for %s", c.Op)
	}})
	return src
}
