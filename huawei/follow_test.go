// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// polling are quick options with a poll interval.
func polling(interval time.Duration) *history.Options {
	o := quick()
	o.PollInterval = interval
	return o
}

// live is an execution "flow/exec" that happens from now on: n nodes, one each step, which overlap.
func live(n int, step time.Duration) huaweitest.Execution {
	now := time.Now()
	e := huaweitest.Execution{Workflow: "flow", ID: "exec", Live: true, Begin: now, End: now.Add(time.Duration(n+2) * step)}
	for i := range n {
		at := now.Add(time.Duration(i) * step)
		e.Nodes = append(e.Nodes, huaweitest.Node{ID: fmt.Sprintf("node-%d", i), Begin: at, End: at.Add(2 * step)})
	}
	return e
}

// TestFollowLive: an execution is followed while it happens, and while the service does what services do. Its events are
// those that are derived when all is over.
func TestFollowLive(t *testing.T) {
	t.Parallel()
	srv, client := start(t, polling(4*time.Millisecond), live(20, 6*time.Millisecond))
	for _, f := range []fakecloud.Fault{
		{After: 2, Status: 429}, {After: 2, Reset: true}, {After: 2, Truncate: 30}, {After: 2, Status: 500},
	} {
		srv.Inject(f)
	}
	got, err := history.Collect(client.Follow(t.Context(), history.EventQuery{Ref: ref(), PageSize: 3}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(walk(t, client, history.EventQuery{Ref: ref()}), got); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
	if n := srv.Count("ListWorkflowExecutions"); n > 0 {
		t.Errorf("the list was asked for %d times, want the detail only", n)
	}
	srv.ResetRequests()
	if _, err := history.Collect(client.Follow(t.Context(), history.EventQuery{Ref: ref(), From: history.After(got[len(got)-1])})); err != nil || srv.Count("") != 0 {
		t.Errorf("behind the end there were %d requests and the error %v", srv.Count(""), err)
	}
}

// change is something that happens to an execution, and the events that it brings.
type change struct {
	name string
	make func(*huaweitest.Server)
	want []string
}

// lateChanges are the life of an execution whose nodes become known out of order.
func lateChanges() []change {
	add := func(n huaweitest.Node) func(*huaweitest.Server) {
		return func(srv *huaweitest.Server) { srv.AddNode("flow", "exec", n) }
	}
	return []change{
		{"a node", add(huaweitest.Node{ID: "a", Begin: after(5)}), []string{"StepStarted a"}},
		{"one that began before it", add(huaweitest.Node{ID: "b", Begin: after(1)}), []string{"StepStarted b"}},
		{"one that is over", add(huaweitest.Node{ID: "c", Begin: after(2), End: after(3)}), []string{"StepStarted c", "StepSucceeded c"}},
		{"an end before all that", add(huaweitest.Node{ID: "b", Status: "fail", Begin: after(1), End: after(2)}), []string{"StepFailed b"}},
		{"the end, and one more", func(srv *huaweitest.Server) {
			srv.AddNode("flow", "exec", huaweitest.Node{ID: "a", Begin: after(5), End: after(9)})
			srv.Finish("flow", "exec", huaweitest.StatusFail, after(8))
		}, []string{"StepSucceeded a", "ExecutionFailed"}},
	}
}

// TestFollowLateFacts: a fact that becomes known late comes when it does, and once: in one walk, and when each page's
// cursor is where another walk goes on.
func TestFollowLateFacts(t *testing.T) {
	t.Parallel()
	for _, again := range []bool{false, true} {
		srv, client := start(t, polling(time.Millisecond), huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday})
		changes := append([]change{{"the start", nil, []string{"ExecutionStarted"}}}, lateChanges()...)
		seen := 0
		q := history.EventQuery{Ref: ref()}
		for ended := false; !ended; {
			for page, err := range client.FollowPages(t.Context(), q) {
				if err != nil {
					t.Fatal(err)
				}
				q.From, ended = page.Resume, page.Next == ""
				if len(page.Items) > 0 {
					if diff := cmp.Diff(changes[seen].want, types(page.Items)); diff != "" {
						t.Errorf("%s: events mismatch (-want +got):\n%s", changes[seen].name, diff)
					}
					if seen++; seen < len(changes) {
						changes[seen].make(srv)
					}
				}
				if again {
					break
				}
			}
		}
		if seen != len(changes) {
			t.Errorf("%d changes were seen, want %d", seen, len(changes))
		}
	}
}

// TestFollowNotFound: an execution may appear a moment later, but not for ever.
func TestFollowNotFound(t *testing.T) {
	t.Parallel()
	srv, client := start(t, polling(time.Millisecond))
	var sizes []int
	for page, err := range client.FollowPages(t.Context(), history.EventQuery{Ref: ref()}) {
		if err != nil {
			t.Fatal(err)
		}
		if sizes = append(sizes, len(page.Items)); len(sizes) == 2 {
			srv.AddExecution(huaweitest.Execution{Workflow: "flow", ID: "exec", Begin: monday, End: after(1)})
		}
	}
	if diff := cmp.Diff([]int{0, 0, 2}, sizes); diff != "" {
		t.Errorf("pages mismatch (-want +got):\n%s", diff)
	}
}

// TestFollowStrangeStatus: a word that no document has is no end.
func TestFollowStrangeStatus(t *testing.T) {
	t.Parallel()
	srv, client := start(t, polling(time.Millisecond), huaweitest.Execution{Workflow: "flow", ID: "exec", Status: "resting", Begin: monday})
	pages := 0
	for page, err := range client.FollowPages(t.Context(), history.EventQuery{Ref: ref()}) {
		if err != nil {
			t.Fatal(err)
		}
		if pages++; pages == 4 {
			srv.Finish("flow", "exec", huaweitest.StatusSuccess, after(1))
		}
		if page.Next == "" && pages != 5 {
			t.Errorf("it ended with page %d, want 5", pages)
		}
	}
}
