// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func TestWorkflows(t *testing.T) {
	t.Parallel()
	g := groupOf[history.Source](t, nil, newSource("x", 3, 1), deaf{newSource("y", 1, 1)}, newSource("z", 1, 1))
	got := outcomes(t, g.Workflows(t.Context(), history.WorkflowQuery{}), func(w history.Workflow) string { return w.Workflow })
	equal(t, "results", []string{
		"script://x: flow-0", "script://x: flow-1", "script://x: flow-2", "script://y: invalid argument", "script://z: flow-0",
	}, got)
	equal(t, "counts", map[string]group.Counts{"Workflows": {Read: 4, Failed: 1}}, g.Counts())
}

// Clients that cannot list workflows can be ignored, though that is no kind of its own.
func TestIgnoreUnsupported(t *testing.T) {
	t.Parallel()
	g := groupOf[history.Source](t, &group.Options{Ignore: []error{errors.ErrUnsupported}}, newSource("x", 1, 1), deaf{newSource("y", 1, 1)})
	equal(t, "results", []string{"script://x/flow-0: exec-0 succeeded 0 steps"},
		outcomes(t, g.Executions(t.Context(), history.ExecutionQuery{}), executionName))
	equal(t, "counts", map[string]group.Counts{"Executions": {Read: 1, Skipped: 1}}, g.Counts())
}

func TestExecutions(t *testing.T) {
	t.Parallel()
	g := groupOf(t, nil, newSource("x", 2, 4), newSource("y", 1, 2))
	equal(t, "of all workflows", []string{
		"script://x/flow-0: exec-1 failed 0 steps", "script://x/flow-0: exec-3 failed 0 steps",
		"script://x/flow-1: exec-1 failed 0 steps", "script://x/flow-1: exec-3 failed 0 steps",
		"script://y/flow-0: exec-1 failed 0 steps",
	}, outcomes(t, g.Executions(t.Context(), failed()), executionName))

	q := failed()
	q.Workflow = "flow-1"
	equal(t, "of one workflow", []string{
		"script://x/flow-1: exec-1 failed 0 steps", "script://x/flow-1: exec-3 failed 0 steps",
		"script://y/flow-1: workflow not found",
	}, outcomes(t, g.Executions(t.Context(), q), executionName))
	equal(t, "counts", map[string]group.Counts{"Executions": {Read: 7, Failed: 1}}, g.Counts())
}

func TestReadAll(t *testing.T) {
	t.Parallel()
	x, y := newSource("x", 1, 4), newSource("y", 1, 2)
	g := groupOf(t, nil, x, y)
	equal(t, "results", []string{
		"script://x/flow-0/exec-1: exec-1 failed 1 steps", "script://x/flow-0/exec-3: exec-3 failed 1 steps",
		"script://y/flow-0/exec-1: exec-1 failed 1 steps",
	}, outcomes(t, g.ReadAll(t.Context(), failed()), executionName))
	equal(t, "counts", map[string]group.Counts{"ReadAll": {Read: 3}}, g.Counts())

	ops := map[string]int{}
	for _, c := range slices.Concat(x.Calls(), y.Calls()) {
		ops[c.Op]++
	}
	equal(t, "requests", map[string]int{
		historytest.OpWorkflowPages: 2, historytest.OpExecutionPages: 3, historytest.OpEventPages: 6, historytest.OpDescribe: 3,
	}, ops)
}

// One failing target stops no other one, wherever on the way it fails.
func TestFailuresAreResults(t *testing.T) {
	t.Parallel()
	deny := func(op string) *historytest.Source {
		src := newSource(op, 1, 2)
		src.Inject(historytest.Fault{Op: op, Err: history.ErrPermission})
		return src
	}
	sources := func() []*historytest.Source {
		return []*historytest.Source{deny(historytest.OpWorkflowPages), deny(historytest.OpExecutionPages), deny(historytest.OpEventPages), newSource("good", 1, 2)}
	}
	g := groupOf(t, nil, sources()...)
	want := []string{
		"script://EventPages/flow-0/exec-1: permission denied",
		"script://ExecutionPages/flow-0: permission denied",
		"script://WorkflowPages: permission denied",
		"script://good/flow-0/exec-1: exec-1 failed 1 steps",
	}
	equal(t, "results", want, outcomes(t, g.ReadAll(t.Context(), failed()), executionName))
	equal(t, "counts", map[string]group.Counts{"ReadAll": {Read: 1, Failed: 3}}, g.Counts())

	g = groupOf(t, &group.Options{Ignore: []error{history.ErrNotFound, history.ErrPermission}}, sources()...)
	equal(t, "results", want[3:], outcomes(t, g.ReadAll(t.Context(), failed()), executionName))
	equal(t, "counts", map[string]group.Counts{"ReadAll": {Read: 1, Skipped: 3}}, g.Counts())
}

// What was read before an error is delivered, and the error's cursor goes on with the target's own client.
func TestResultGoesOnAtItsCursor(t *testing.T) {
	t.Parallel()
	src := newSource("x", 1, 1)
	src.Inject(historytest.Fault{Op: historytest.OpEventPages, After: 1, Err: history.ErrUnavailable})
	g := groupOf(t, nil, src)
	ref := refOf("x", 0, 0)
	var got []int64
	for r, err := range g.EventsEach(t.Context(), slices.Values([]history.Ref{ref})) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Err == nil {
			got = append(got, r.Value.ID)
			continue
		}
		failure, ok := errors.AsType[*history.Error](r.Err)
		if !ok {
			t.Fatalf("error is %T", r.Err)
		}
		client, err := g.Client(r.Target)
		if err != nil {
			t.Fatal(err)
		}
		rest, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: r.Target, From: failure.Cursor}))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range rest {
			got = append(got, e.ID)
		}
	}
	equal(t, "events", []int64{1, 2, 3, 4}, got)
}

// An execution that could be read only in part is there, with the error.
func TestResultKeepsWhatWasReadBeforeTheError(t *testing.T) {
	t.Parallel()
	src := newSource("x", 1, 1)
	src.Inject(historytest.Fault{Op: historytest.OpDescribe, Err: history.ErrUnavailable})
	for r, err := range groupOf(t, nil, src).ReadEach(t.Context(), slices.Values([]history.Ref{refOf("x", 0, 0)})) {
		if err != nil {
			t.Fatal(err)
		}
		if !errors.Is(r.Err, history.ErrUnavailable) || len(r.Value.Steps) != 1 {
			t.Errorf("error is %v, and there are %d steps; want ErrUnavailable and 1", r.Err, len(r.Value.Steps))
		}
	}
}

func TestReadEach(t *testing.T) {
	t.Parallel()
	g := groupOf(t, nil, newSource("x", 1, 2), newSource("y", 1, 2))
	refs := []history.Ref{
		refOf("y", 0, 0), refOf("x", 0, 1), refOf("nowhere", 0, 1), refOf("", 0, 1), refOf("x", 0, 9), refOf("x", 9, 0), {Scope: "x", Workflow: "flow-0"},
	}
	equal(t, "results", []string{
		"script:///flow-0/exec-1: invalid argument",
		"script://nowhere/flow-0/exec-1: invalid argument",
		"script://x/flow-0/exec-1: exec-1 failed 1 steps",
		"script://x/flow-0/exec-9: execution not found",
		"script://x/flow-0: invalid argument",
		"script://x/flow-9/exec-0: workflow not found",
		"script://y/flow-0/exec-0: exec-0 succeeded 1 steps",
	}, outcomes(t, g.ReadEach(t.Context(), slices.Values(refs)), executionName))
	equal(t, "counts", map[string]group.Counts{"ReadEach": {Read: 2, Failed: 5}}, g.Counts())
}

func TestEach(t *testing.T) {
	t.Parallel()
	g := groupOf(t, nil, newSource("x", 1, 2), newSource("y", 1, 2))
	ends := group.Each(t.Context(), g, slices.Values([]history.Ref{refOf("x", 0, 1), refOf("y", 0, 0)}),
		func(ctx context.Context, c *history.Client, ref history.Ref) ([]history.Event, error) {
			return history.Last(c.Events(ctx, history.EventQuery{Ref: ref}), 1)
		})
	equal(t, "results", []string{
		"script://x/flow-0/exec-1: ExecutionFailed", "script://y/flow-0/exec-0: ExecutionSucceeded",
	}, outcomes(t, ends, func(events []history.Event) string { return string(events[0].Type) }))
}

// The events of one target come in their order, whatever comes between.
func TestEventsOfATargetComeInOrder(t *testing.T) {
	t.Parallel()
	g := groupOf(t, nil, newSource("x", 3, 5), newSource("y", 3, 5))
	var refs []history.Ref
	for i := range 15 {
		refs = append(refs, refOf("x", i/5, i%5), refOf("y", i/5, i%5))
	}
	seen := map[history.Ref][]int64{}
	for r, err := range g.EventsEach(t.Context(), slices.Values(refs)) {
		if err != nil || r.Err != nil {
			t.Fatal(err, r.Err)
		}
		seen[r.Target] = append(seen[r.Target], r.Value.ID)
	}
	equal(t, "targets", len(refs), len(seen))
	for ref, ids := range seen {
		equal(t, fmt.Sprint(ref), []int64{1, 2, 3, 4}, ids)
	}
}

func TestEventsAll(t *testing.T) {
	t.Parallel()
	g := groupOf[history.Source](t, nil, newSource("x", 2, 2), newSource("y", 1, 1), deaf{newSource("z", 1, 1)})
	got := map[string]int{}
	for _, line := range outcomes(t, g.EventsAll(t.Context(), history.ExecutionQuery{}), func(history.Event) string { return "event" }) {
		got[line]++
	}
	equal(t, "number of each result", map[string]int{
		"script://x/flow-0/exec-0: event": 4, "script://x/flow-0/exec-1: event": 4,
		"script://x/flow-1/exec-0: event": 4, "script://x/flow-1/exec-1: event": 4,
		"script://y/flow-0/exec-0: event": 4, "script://z: invalid argument": 1,
	}, got)
	equal(t, "counts", map[string]group.Counts{"EventsAll": {Read: 20, Failed: 1}}, g.Counts())
}

func TestRangingAgainStartsOver(t *testing.T) {
	t.Parallel()
	src := newSource("x", 2, 2)
	g := groupOf(t, nil, src)
	seq := g.ReadAll(t.Context(), failed())
	equal(t, "requests before the range", 0, len(src.Calls()))
	for range 2 {
		equal(t, "number of results", 2, len(outcomes(t, seq, executionName)))
	}
	equal(t, "counts", map[string]group.Counts{"ReadAll": {Read: 4}}, g.Counts())
}
