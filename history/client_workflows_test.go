// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// newList is a source with n workflows, flow-0 first, and pages of the given size. Every third is of the team "ops".
func newList(n, pageSize int) *historytest.Source {
	src := &historytest.Source{PageSize: pageSize}
	for i := range n {
		team := []string{"ops", "dev", "web"}[i%3]
		src.AddWorkflow(history.Workflow{
			Ref: history.Ref{Workflow: fmt.Sprintf("flow-%d", i)}, Name: fmt.Sprintf("%s-%d", team, i), Definition: "type: flow",
			Created: began.Add(time.Duration(i) * time.Hour), Attributes: map[string]string{"team": team},
		})
	}
	return src
}

// workflowIDs are the names by which executions are asked for.
func workflowIDs(workflows []history.Workflow) []string {
	out := []string{}
	for _, w := range workflows {
		out = append(out, w.Workflow)
	}
	return out
}

// flows are flow-first … flow-last.
func flows(first, last int) []string {
	out := []string{}
	for i := first; i <= last; i++ {
		out = append(out, fmt.Sprintf("flow-%d", i))
	}
	return out
}

// onlySource hides what a source can do beyond being one.
type onlySource struct{ history.Source }

func TestWorkflows(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 3, 7, 8, 0} {
		for _, prefetch := range []int{0, 1, 5} {
			client := history.NewClient(newList(7, size), &history.ClientOptions{Prefetch: prefetch})
			got, err := history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{}))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, fmt.Sprintf("size %d, prefetch %d: workflows", size, prefetch), flows(0, 6), workflowIDs(got))
			want := history.Workflow{
				Ref:  history.Ref{Provider: "script", Scope: "test", Workflow: "flow-1"},
				Name: "dev-1", Definition: "type: flow", Created: began.Add(time.Hour), Attributes: map[string]string{"team": "dev"},
			}
			equal(t, "flow-1", want, got[1])
		}
	}
}

// The workflows of executions need not be added on their own, and one without executions has an empty list of them.
func TestWorkflowsOfExecutions(t *testing.T) {
	t.Parallel()
	src := newWorkflow(3, 0)
	src.AddWorkflow(history.Workflow{Ref: history.Ref{Workflow: "idle"}, Name: "idle"})
	src.AddWorkflow(history.Workflow{Ref: history.Ref{Workflow: "idle"}, Name: "never run"})
	client := history.NewClient(src, nil)
	counts := map[string]int{}
	for w, err := range client.Workflows(t.Context(), history.WorkflowQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		executions, err := history.Collect(client.Executions(t.Context(), history.ExecutionQuery{Workflow: w.Workflow}))
		if err != nil {
			t.Fatal(err)
		}
		counts[w.Name] = len(executions)
	}
	equal(t, "executions", map[string]int{"never run": 0, "flow": 3}, counts)
}

func TestWorkflowPages(t *testing.T) {
	t.Parallel()
	client := history.NewClient(newList(5, 2), nil)
	var done []string
	for page, err := range client.WorkflowPages(t.Context(), history.WorkflowQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		done = append(done, workflowIDs(page.Items)...)
		if page.Resume == "" || page.RequestID == "" || (page.Next == "") != (len(done) == 5) {
			t.Errorf("behind %v: Next %q, Resume %q, RequestID %q", done, page.Next, page.Resume, page.RequestID)
		}
		for _, from := range []history.Cursor{page.Next, page.Resume} {
			if from == "" {
				continue
			}
			rest, err := history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{From: from, PageSize: 1}))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "rest", flows(len(done), 4), workflowIDs(rest))
		}
	}
	equal(t, "workflows", flows(0, 4), done)
}

func TestWorkflowPageIsOneRequest(t *testing.T) {
	t.Parallel()
	src := newList(5, 2)
	client := history.NewClient(src, &history.ClientOptions{Prefetch: 3})
	page, err := client.WorkflowPage(t.Context(), history.WorkflowQuery{})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "workflows", flows(0, 1), workflowIDs(page.Items))
	if n := len(src.Calls()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestWorkflowFilters(t *testing.T) {
	t.Parallel()
	src := newList(7, 2)
	client := history.NewClient(src, nil)
	q := history.WorkflowQuery{NamePrefix: "ops-", OmitDetail: true}
	var got []history.Workflow
	var second history.Cursor
	for page, err := range client.WorkflowPages(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		if got == nil {
			second = page.Next
		}
		got = append(got, page.Items...)
	}
	equal(t, "workflows", []string{"flow-0", "flow-3", "flow-6"}, workflowIDs(got))
	for _, w := range got {
		if w.Definition != "" {
			t.Errorf("%s has a definition", w.Name)
		}
	}
	q.From = second
	rest, err := history.Collect(client.Workflows(t.Context(), q))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "rest", []string{"flow-3", "flow-6"}, workflowIDs(rest))
	q.NamePrefix = "dev-"
	if _, err := client.WorkflowPage(t.Context(), q); !errors.Is(err, history.ErrCursor) {
		t.Errorf("with other filters: %v, want ErrCursor", err)
	}
}

// Nothing that cannot be right reaches the source.
func TestWorkflowsRefused(t *testing.T) {
	t.Parallel()
	src := newList(3, 1)
	src.Inject(historytest.Fault{Times: -1, Hook: func(_ context.Context, c historytest.Call) {
		t.Errorf("the source was asked for %s", c.Op)
	}})
	client := history.NewClient(src, nil)
	place := history.Position{Ref: history.Ref{Provider: "script", Scope: "test"}, Token: "flow-1"}
	foreign := func(change func(*history.Position)) history.Cursor {
		p := place
		change(&p)
		return history.NewCursor(p)
	}
	for name, tt := range map[string]struct {
		query history.WorkflowQuery
		want  history.Kind
	}{
		"page size":          {history.WorkflowQuery{PageSize: -1}, history.ErrInvalid},
		"damaged":            {history.WorkflowQuery{From: "fh1.x"}, history.ErrCursor},
		"other provider":     {history.WorkflowQuery{From: foreign(func(p *history.Position) { p.Provider = "p" })}, history.ErrCursor},
		"other scope":        {history.WorkflowQuery{From: foreign(func(p *history.Position) { p.Scope = "s" })}, history.ErrCursor},
		"of executions":      {history.WorkflowQuery{From: foreign(func(p *history.Position) { p.Workflow = "flow" })}, history.ErrCursor},
		"of other filters":   {history.WorkflowQuery{From: foreign(func(p *history.Position) { p.Query = "q" })}, history.ErrCursor},
		"filters were there": {history.WorkflowQuery{NamePrefix: "a", From: history.NewCursor(place)}, history.ErrCursor},
	} {
		got, err := history.Collect(client.Workflows(t.Context(), tt.query))
		e := asError(t, err)
		if len(got) > 0 || e.Kind != tt.want || e.Cursor != tt.query.From || e.Op == "" || e.Provider != "script" {
			t.Errorf("%s: %d workflows, error %+v, want %s with the query's cursor", name, len(got), e, tt.want)
		}
	}
	if _, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow", From: history.NewCursor(place)}); !errors.Is(err, history.ErrCursor) {
		t.Errorf("a cursor of workflows for executions: %v, want ErrCursor", err)
	}
}

func TestWorkflowsNotSupported(t *testing.T) {
	t.Parallel()
	client := history.NewClient(onlySource{newList(3, 1)}, nil)
	_, err := client.WorkflowPage(t.Context(), history.WorkflowQuery{})
	e := asError(t, err)
	if !errors.Is(err, errors.ErrUnsupported) || e.Kind != history.ErrInvalid || e.Provider != "script" || e.Op != "WorkflowPages" {
		t.Errorf("error is %v (%+v), want one that matches errors.ErrUnsupported and ErrInvalid", err, e)
	}
}

// waitingList lists workflows and waits, and says both.
type waitingList struct{ *holding }

func (s waitingList) Capabilities() history.Capabilities {
	can := s.holding.Capabilities()
	can.LongPoll = true
	return can
}

// A source that embeds another passes on what that one says of itself, without the methods: the client does not.
func TestCapabilitiesOfHiddenMethods(t *testing.T) {
	t.Parallel()
	whole := waitingList{&holding{Source: newList(3, 1)}}
	want := whole.Capabilities()
	equal(t, "capabilities of a source that can both", want, history.NewClient(whole, nil).Capabilities())
	want.Workflows, want.LongPoll = false, false
	equal(t, "capabilities of one around it", want, history.NewClient(onlySource{whole}, nil).Capabilities())
	equal(t, "capabilities of a Waiter that does not say so", whole.holding.Capabilities(), history.NewClient(whole.holding, nil).Capabilities())
}

// Every error comes once, ends the walk, and says where to go on.
func TestWorkflowsResumeFromEveryError(t *testing.T) {
	t.Parallel()
	const n = 8
	for requests := range 4 {
		for _, kind := range []error{history.ErrUnavailable, history.ErrThrottled, io.ErrUnexpectedEOF} {
			src := newList(n, 2)
			src.Inject(historytest.Fault{Op: historytest.OpWorkflowPages, After: requests, Err: kind, Items: 1})
			client := history.NewClient(src, nil)
			got, err := history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{}))
			e := asError(t, err)
			if !errors.Is(err, kind) || requests > 0 && e.Cursor == "" {
				t.Errorf("after %d requests: error %v with the cursor %q, want %v", requests, err, e.Cursor, kind)
			}
			rest, err := history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{From: e.Cursor}))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, fmt.Sprintf("after %d requests: workflows", requests), flows(0, n-1), workflowIDs(append(got, rest...)))
		}
	}
}

func TestWorkflowsGoInCircles(t *testing.T) {
	t.Parallel()
	src := newList(9, 2)
	src.Inject(historytest.Fault{Op: historytest.OpWorkflowPages, After: 2, Times: -1, Circle: true})
	_, err := history.Collect(history.NewClient(src, nil).Workflows(t.Context(), history.WorkflowQuery{}))
	if !errors.Is(err, history.ErrCursor) {
		t.Errorf("error is %v, want ErrCursor", err)
	}
	src = newList(9, 2)
	src.Inject(historytest.Fault{Op: historytest.OpWorkflowPages, After: 1, Empty: true})
	got, err := history.Collect(history.NewClient(src, nil).Workflows(t.Context(), history.WorkflowQuery{}))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "behind an empty page: workflows", flows(0, 8), workflowIDs(got))
}

func TestWorkflowsCancelled(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 2} {
		synctest.Test(t, func(t *testing.T) {
			src := newList(9, 2)
			src.Inject(historytest.Fault{Op: historytest.OpWorkflowPages, After: 1, Times: -1, Hang: true})
			client := history.NewClient(src, &history.ClientOptions{Prefetch: prefetch})
			why := errors.New("enough")
			ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, why)
			defer cancel()
			began := time.Now()
			got, err := history.Collect(client.Workflows(ctx, history.WorkflowQuery{}))
			e := asError(t, err)
			if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, why) || e.Kind != "" {
				t.Errorf("error is %v (kind %q), want the context's with its cause", err, e.Kind)
			}
			if took := time.Since(began); took != time.Minute {
				t.Errorf("it took %v, want %v", took, time.Minute)
			}
			src.ClearFaults()
			rest, err := history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{From: e.Cursor}))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "workflows", flows(0, 8), workflowIDs(append(got, rest...)))
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	src := newList(3, 1)
	if _, err := history.NewClient(src, nil).WorkflowPage(ctx, history.WorkflowQuery{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	if n := len(src.Calls()); n != 0 {
		t.Errorf("%d requests on a dead context", n)
	}
}

// A loop that is left asks for nothing more and leaves nothing behind; ranging again starts over.
func TestWorkflowsLoopIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := newList(9, 2)
		seq := history.NewClient(src, &history.ClientOptions{Prefetch: 2}).Workflows(t.Context(), history.WorkflowQuery{})
		if n := len(src.Calls()); n != 0 {
			t.Errorf("%d requests before ranging", n)
		}
		for range 2 {
			got, err := history.Collect(history.Limit(seq, 3))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "workflows", flows(0, 2), workflowIDs(got))
		}
	})
}
