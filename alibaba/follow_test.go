// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// polling are quick options with a poll interval.
func polling(interval time.Duration) *history.Options {
	o := quick()
	o.PollInterval = interval
	return o
}

// live is an execution "flow/exec" that happens from now on: n events, one each step.
func live(n int, step time.Duration) alibabatest.Execution {
	e := run(n)
	e.Live, e.Started = true, time.Now()
	for i := range e.Events {
		e.Events[i].Time = e.Started.Add(time.Duration(i) * step)
	}
	return e
}

// TestFollowLive: an execution is followed while it happens, and while the service does what services do.
func TestFollowLive(t *testing.T) {
	t.Parallel()
	for _, so := range []*alibabatest.Options{nil, {ExclusiveToken: true}, {StrictTokens: true, TokenLifetime: 1}, {UnsetEnd: alibabatest.UnsetEpoch}} {
		const n = 40
		e := live(n, 3*time.Millisecond)
		srv, client := startWith(t, so, polling(4*time.Millisecond), e)
		for _, f := range []fakecloud.Fault{
			{Op: "GetExecutionHistory", Overlap: 3, Times: 4},
			{Op: "GetExecutionHistory", Status: 429, Code: "ResourceThrottled"},
			{Op: "GetExecutionHistory", Reset: true},
			{Op: "GetExecutionHistory", Truncate: 30},
			{Op: "GetExecutionHistory", Overlap: 5, Times: -1},
		} {
			srv.Inject(f)
		}
		got, err := history.Collect(client.Follow(t.Context(), history.EventQuery{Ref: ref(), PageSize: 5}))
		if err != nil {
			t.Fatalf("%+v: %v", so, err)
		}
		if diff := cmp.Diff(upTo(1, n), ids(got)); diff != "" {
			t.Errorf("%+v: events mismatch (-want +got):\n%s", so, diff)
		}
		srv.ResetRequests()
		if _, err := history.Collect(client.Follow(t.Context(), history.EventQuery{Ref: ref(), From: history.After(got[n-1])})); err != nil || srv.Count("") != 0 {
			t.Errorf("%+v: behind the end there were %d requests and the error %v", so, srv.Count(""), err)
		}
	}
}

// TestFollowIsToldOfTheEnd: a silent execution is waited for with DescribeExecution, which answers when it ends.
func TestFollowIsToldOfTheEnd(t *testing.T) {
	t.Parallel()
	srv, client := start(t, polling(1100*time.Millisecond), running(3))
	var grown time.Time
	done := make(chan error, 1)
	go func() {
		done <- srv.Wait(t.Context(), "DescribeExecution", 1)
		grown = time.Now()
		srv.Append("flow", "exec", alibabatest.Event{Type: "ExecutionFailed", Detail: `{"error":"E"}`})
		done <- nil
	}()
	got, err := history.Collect(client.Follow(t.Context(), history.EventQuery{Ref: ref()}))
	if err := errors.Join(err, <-done, <-done); err != nil {
		t.Fatal(err)
	}
	if late := time.Since(grown); late > time.Second {
		t.Errorf("the end came %s after it happened, want it at once", late)
	}
	if diff := cmp.Diff(upTo(1, 4), ids(got)); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
	if holds := params(srv, "DescribeExecution", "WaitTimeSeconds"); !slices.Equal(holds, []string{"1"}) {
		t.Errorf("DescribeExecution was asked to hold for %q seconds, want once for 1", holds)
	}
}

// TestFollowNotFound: an execution may appear a moment later, a flow does not.
func TestFollowNotFound(t *testing.T) {
	t.Parallel()
	srv, client := start(t, polling(time.Millisecond))
	_, err := history.Collect(client.Follow(t.Context(), history.EventQuery{Ref: ref()}))
	if e := failure(t, err); e.Kind != history.ErrWorkflowNotFound || srv.Count("") != 1 {
		t.Errorf("of a flow that is not there the error is %v after %d requests", err, srv.Count(""))
	}
	srv.AddFlow(alibabatest.Flow{Name: "flow"})
	var sizes []int
	for page, err := range client.FollowPages(t.Context(), history.EventQuery{Ref: ref()}) {
		if err != nil {
			t.Fatal(err)
		}
		if sizes = append(sizes, len(page.Items)); len(sizes) == 2 {
			srv.AddExecution(run(3))
		}
	}
	if diff := cmp.Diff([]int{0, 0, 3}, sizes); diff != "" {
		t.Errorf("pages mismatch (-want +got):\n%s", diff)
	}
}

// TestFollowIncomplete: the history that the service's own document shows has no terminal event.
func TestFollowIncomplete(t *testing.T) {
	t.Parallel()
	e := running(4)
	e.Status, e.Stopped = alibabatest.StatusSucceeded, monday.Add(time.Minute)
	srv, client := start(t, polling(time.Millisecond), e)
	got, err := history.Collect(client.Follow(t.Context(), history.EventQuery{Ref: ref()}))
	if f := failure(t, err); f.Kind != history.ErrUnavailable || f.Cursor == "" {
		t.Errorf("the error is %v with cursor %q, want ErrUnavailable with one", err, f.Cursor)
	}
	if diff := cmp.Diff(upTo(1, 4), ids(got)); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
	if n := srv.Count("DescribeExecution"); n != 1 {
		t.Errorf("DescribeExecution was called %d times, want once", n)
	}
}
