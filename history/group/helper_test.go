// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// began is when the executions of these tests began.
var began = time.Date(2026, time.November, 1, 8, 0, 0, 0, time.UTC)

// newSource is a source of a scope with workflows flow-0, flow-1, … of n executions exec-0, exec-1, … each. Every second
// execution failed. Pages have two items.
func newSource(scope string, workflows, n int) *historytest.Source {
	src := &historytest.Source{ScopeName: scope, PageSize: 2}
	for w := range workflows {
		for i := range n {
			status, end := history.Succeeded, history.ExecutionSucceeded
			if i%2 == 1 {
				status, end = history.Failed, history.ExecutionFailed
			}
			ref := history.Ref{Workflow: fmt.Sprintf("flow-%d", w), Execution: fmt.Sprintf("exec-%d", i)}
			src.Add(history.Execution{Ref: ref, Status: status, Started: began},
				history.Event{Type: history.ExecutionStarted, Time: began},
				history.Event{Type: history.StepEntered, Time: began, Step: "pay"},
				history.Event{Type: history.StepExited, Time: began, Step: "pay"},
				history.Event{Type: end, Time: began})
		}
	}
	return src
}

// groupOf makes a group of a client for each source.
func groupOf[S history.Source](t testing.TB, opts *group.Options, sources ...S) *group.Group {
	t.Helper()
	var clients []*history.Client
	for _, src := range sources {
		clients = append(clients, history.NewClient(src, nil))
	}
	g, err := group.New(clients, opts)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// refOf names an execution that newSource makes.
func refOf(scope string, workflow, i int) history.Ref {
	return history.Ref{Provider: "script", Scope: scope, Workflow: fmt.Sprintf("flow-%d", workflow), Execution: fmt.Sprintf("exec-%d", i)}
}

// failed asks for the executions that failed.
func failed() history.ExecutionQuery {
	return history.ExecutionQuery{Status: []history.Status{history.Failed}}
}

// outcomes are results as sorted lines: the target, and the value's name or the kind of the error.
func outcomes[T any](t testing.TB, seq iter.Seq2[group.Result[T], error], name func(T) string) []string {
	t.Helper()
	var out []string
	for r, err := range seq {
		if err != nil {
			t.Fatalf("after %d results: %v", len(out), err)
		}
		what := name(r.Value)
		if r.Err != nil {
			e, ok := errors.AsType[*history.Error](r.Err)
			if !ok {
				t.Fatalf("the error of a result is %T (%v), want *history.Error", r.Err, r.Err)
			}
			what = string(e.Kind)
		}
		out = append(out, history.FormatRef(r.Target)+": "+what)
	}
	slices.Sort(out)
	return out
}

func executionName(e history.Execution) string {
	return fmt.Sprintf("%s %s %d steps", e.Execution, e.Status, len(e.Steps))
}

func equal(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s mismatch (-want +got):\n%s", what, diff)
	}
}

// deaf hides the optional parts of a source.
type deaf struct{ history.Source }
