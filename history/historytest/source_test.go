// SPDX-License-Identifier: Apache-2.0

package historytest_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

var ref = history.Ref{Provider: "script", Scope: "test", Workflow: "flow", Execution: "exec"}

// events reads all that a source has of ref.
func events(t *testing.T, src history.Source) ([]int64, error) {
	t.Helper()
	all, err := history.Collect(history.NewClient(src, nil).Events(t.Context(), history.EventQuery{Ref: ref}))
	var ids []int64
	for _, e := range all {
		ids = append(ids, e.ID)
	}
	return ids, err
}

func TestSourceNumbersAndSortsEvents(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		added []int64
		want  []int64
	}{
		{"numbered by the source", []int64{0, 0, 0}, []int64{1, 2, 3}},
		{"numbered by the test", []int64{5, 9, 7}, []int64{5, 7, 9}},
		{"numbered from there on", []int64{5, 0, 0}, []int64{5, 6, 7}},
		{"none", nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var added []history.Event
			for _, id := range tc.added {
				added = append(added, history.Event{ID: id, Type: history.TaskStarted})
			}
			src := &historytest.Source{}
			src.Add(history.Execution{Ref: ref}, added...)
			got, err := events(t, src)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("IDs mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSourceGrowsAndReplaces(t *testing.T) {
	t.Parallel()
	src := &historytest.Source{}
	src.Add(history.Execution{Ref: ref}, history.Event{}, history.Event{})
	src.Append(history.Ref{Workflow: "flow", Execution: "exec"}, history.Event{})
	if got, err := events(t, src); err != nil || !cmp.Equal(got, []int64{1, 2, 3}) {
		t.Errorf("after Append the IDs are %v (error %v)", got, err)
	}
	src.Add(history.Execution{Ref: ref}, history.Event{ID: 9})
	if got, err := events(t, src); err != nil || !cmp.Equal(got, []int64{9}) {
		t.Errorf("after another Add the IDs are %v (error %v)", got, err)
	}
	defer func() {
		if recover() == nil {
			t.Error("Append to an execution that was not added does not panic")
		}
	}()
	src.Append(history.Ref{Workflow: "flow", Execution: "other"}, history.Event{})
}

func TestSourceKeepsACopy(t *testing.T) {
	t.Parallel()
	src := &historytest.Source{}
	e := history.Execution{Ref: ref, Approvers: []string{"somebody"}, Attributes: map[string]string{"a": "b"}}
	src.Add(e)
	e.Approvers[0], e.Attributes["a"] = "changed", "changed"
	for range 2 {
		got, err := src.Describe(t.Context(), ref)
		if err != nil || got.Approvers[0] != "somebody" || got.Attributes["a"] != "b" {
			t.Fatalf("the execution is %+v (error %v)", got, err)
		}
		got.Approvers[0], got.Attributes["a"] = "changed", "changed"
	}
}

func TestSourceSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	src := &historytest.Source{}
	if _, err := events(t, src); !errors.Is(err, history.ErrWorkflowNotFound) {
		t.Errorf("without anything: %v", err)
	}
	src.Add(history.Execution{Ref: history.Ref{Workflow: "flow", Execution: "other"}})
	if _, err := events(t, src); !errors.Is(err, history.ErrExecutionNotFound) {
		t.Errorf("without the execution: %v", err)
	}
	gone := history.NewCursor(history.Position{Ref: history.Ref{Provider: "script", Scope: "test", Workflow: "flow"}, Token: "gone"})
	_, err := history.Collect(history.NewClient(src, nil).Executions(t.Context(), history.ExecutionQuery{Workflow: "flow", From: gone}))
	if !errors.Is(err, history.ErrCursor) {
		t.Errorf("behind an execution that is gone: %v", err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	plain := errors.New("plain")
	for _, tc := range []struct {
		name   string
		faults []historytest.Fault
		want   []int64
		err    error
		calls  int
	}{
		{"none", nil, []int64{1, 2, 3, 4, 5}, nil, 3},
		{"at once", []historytest.Fault{{Err: plain}}, nil, plain, 1},
		{"a kind", []historytest.Fault{{Err: history.ErrThrottled}}, nil, history.ErrThrottled, 1},
		{"later", []historytest.Fault{{After: 2, Err: plain}}, []int64{1, 2, 3, 4}, plain, 3},
		{"of another operation", []historytest.Fault{{Op: historytest.OpDescribe, Err: plain}}, []int64{1, 2, 3, 4, 5}, nil, 3},
		{"in the middle of a page", []historytest.Fault{{After: 1, Err: plain, Items: 1}}, []int64{1, 2, 3}, plain, 2},
		{"behind a page", []historytest.Fault{{Err: plain, Items: 99}}, []int64{1, 2}, plain, 1},
		{"an empty page", []historytest.Fault{{After: 1, Empty: true}}, []int64{1, 2, 3, 4, 5}, nil, 4},
		{"a circle", []historytest.Fault{{Times: -1, Circle: true}}, []int64{1, 2}, history.ErrCursor, 2},
		{"the oldest first", []historytest.Fault{{After: 1, Err: plain}, {Times: -1, Err: history.ErrThrottled}}, nil, history.ErrThrottled, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			src := &historytest.Source{PageSize: 2}
			src.Add(history.Execution{Ref: ref}, make([]history.Event, 5)...)
			for _, f := range tc.faults {
				src.Inject(f)
			}
			got, err := events(t, src)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("IDs mismatch (-want +got):\n%s", diff)
			}
			if !errors.Is(err, tc.err) {
				t.Errorf("the error is %v, want %v", err, tc.err)
			}
			if n := len(src.Calls()); n != tc.calls {
				t.Errorf("%d calls, want %d", n, tc.calls)
			}
			src.ClearFaults()
			if got, err := events(t, src); err != nil || len(got) != 5 {
				t.Errorf("after ClearFaults the IDs are %v (error %v)", got, err)
			}
		})
	}
}

func TestDelayAndHangEndWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := &historytest.Source{}
		src.Add(history.Execution{Ref: ref}, history.Event{})
		src.Inject(historytest.Fault{Delay: time.Minute})
		start := time.Now()
		if _, err := events(t, src); err != nil || time.Since(start) != time.Minute {
			t.Errorf("a delayed answer took %s (error %v)", time.Since(start), err)
		}
		for _, f := range []historytest.Fault{{Hang: true}, {Delay: time.Hour}} {
			src.Inject(f)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			start = time.Now()
			_, err := src.Describe(ctx, ref)
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
				t.Errorf("it took %s, error %v", time.Since(start), err)
			}
			cancel()
		}
	})
}

func TestCallsAndHooks(t *testing.T) {
	t.Parallel()
	src := &historytest.Source{PageSize: 1}
	src.Add(history.Execution{Ref: ref}, history.Event{}, history.Event{})
	var hooked []historytest.Call
	src.Inject(historytest.Fault{After: 1, Hook: func(_ context.Context, c historytest.Call) { hooked = append(hooked, c) }})
	q := history.EventQuery{Ref: ref, PageSize: 7, OmitDetail: true}
	if _, err := history.Collect(history.NewClient(src, nil).Events(t.Context(), q)); err != nil {
		t.Fatal(err)
	}
	want := []historytest.Call{
		{Op: historytest.OpEventPages, Ref: ref, PageSize: 7, OmitDetail: true},
		{Op: historytest.OpEventPages, Ref: ref, From: history.After(history.Event{Ref: ref, ID: 1}), PageSize: 7, OmitDetail: true},
	}
	if diff := cmp.Diff(want, src.Calls()); diff != "" {
		t.Errorf("calls mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], hooked); diff != "" {
		t.Errorf("hooked calls mismatch (-want +got):\n%s", diff)
	}
}

// A program that reads histories is tested without a cloud.
func ExampleSource() {
	ref := history.Ref{Workflow: "order-flow", Execution: "order-4711"}
	src := &historytest.Source{PageSize: 1}
	src.Add(history.Execution{Ref: ref, Status: history.Running},
		history.Event{Type: history.ExecutionStarted},
		history.Event{Type: history.StepEntered, Step: "pay"},
	)
	src.Inject(historytest.Fault{After: 1, Err: history.ErrThrottled})

	client := history.NewClient(src, nil)
	for event, err := range client.Events(context.Background(), history.EventQuery{Ref: ref}) {
		if errors.Is(err, history.ErrThrottled) {
			fmt.Println("throttled")
			break
		}
		fmt.Println(event.ID, event.Type)
	}
	fmt.Println(len(src.Calls()), "calls")
	// Output:
	// 1 ExecutionStarted
	// throttled
	// 2 calls
}

// Pages serves what no honest source would.
func ExamplePages() {
	src := &historytest.Source{
		OnEventPages: func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
			return historytest.Pages(history.ErrUnavailable, history.Page[history.Event]{Next: "odd", Items: make([]history.Event, 2)})
		},
	}
	events, err := history.Collect(history.NewClient(src, nil).Events(context.Background(),
		history.EventQuery{Ref: history.Ref{Workflow: "w", Execution: "e"}}))
	fmt.Println(len(events), errors.Is(err, history.ErrUnavailable))
	// Output:
	// 2 true
}
