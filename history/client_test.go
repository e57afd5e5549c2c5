// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func TestClientReadsEvents(t *testing.T) {
	t.Parallel()
	src := newSource(7, 3)
	c := history.NewClient(src, nil)
	got, err := history.Collect(c.Events(t.Context(), history.EventQuery{Ref: ref}))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "events", events(7), got)
	equal(t, "requests", 3, len(src.Calls()))
	equal(t, "Provider, Scope", [2]string{"script", "test"}, [2]string{c.Provider(), c.Scope()})
	equal(t, "Capabilities", src.Capabilities(), c.Capabilities())
}

func TestClientReadsPagesOneByOne(t *testing.T) {
	t.Parallel()
	c := history.NewClient(newSource(7, 3), nil)
	q := history.EventQuery{Ref: history.Ref{Workflow: ref.Workflow, Execution: ref.Execution}}
	var got []int64
	for requests := 1; ; requests++ {
		page, err := c.EventPage(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ids(page.Items)...)
		if page.Resume == "" || page.RequestID == "" {
			t.Errorf("page %d has no Resume or RequestID: %+v", requests, page)
		}
		if q.From = page.Next; q.From == "" {
			equal(t, "requests", 3, requests)
			break
		}
	}
	equal(t, "IDs", upTo(7), got)
}

func TestClientFiltersExecutions(t *testing.T) {
	t.Parallel()
	src := newWorkflow(9, 2)
	c := history.NewClient(src, nil)
	for _, tc := range []struct {
		name  string
		query history.ExecutionQuery
		want  []string
		pages int
	}{
		{"all", history.ExecutionQuery{}, []string{"exec-0", "exec-1", "exec-2", "exec-3", "exec-4", "exec-5", "exec-6", "exec-7", "exec-8"}, 5},
		{"a range of time", history.ExecutionQuery{StartedAfter: began.Add(3 * time.Hour), StartedBefore: began.Add(6 * time.Hour)},
			[]string{"exec-3", "exec-4", "exec-5"}, 5},
		{"a name", history.ExecutionQuery{NamePrefix: "exec-7"}, []string{"exec-7"}, 5},
		{"a status that none has", history.ExecutionQuery{Status: []history.Status{history.Running}}, nil, 5},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.query.Workflow = ref.Workflow
			got, err := history.Collect(c.Executions(t.Context(), tc.query))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "executions", tc.want, names(got))
			pages, err := history.Collect(c.ExecutionPages(t.Context(), tc.query))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "pages, empty ones included", tc.pages, len(pages))
			first, err := c.ExecutionPage(t.Context(), tc.query)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "first page", pages[0], first, cmpopts.IgnoreFields(first, "RequestID"))
		})
	}
}

func TestClientDescribes(t *testing.T) {
	t.Parallel()
	src := newSource(3, 0)
	c := history.NewClient(src, nil)
	got, err := c.Describe(t.Context(), history.Ref{Workflow: ref.Workflow, Execution: ref.Execution})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "execution", history.Execution{Ref: ref, Status: history.Succeeded, Started: began}, got)

	_, err = c.Describe(t.Context(), history.Ref{Workflow: ref.Workflow, Execution: "other"})
	if !errors.Is(err, history.ErrExecutionNotFound) || !errors.Is(err, history.ErrNotFound) {
		t.Errorf("an unknown execution: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := len(src.Calls())
	if _, err = c.Describe(ctx, ref); !errors.Is(err, context.Canceled) {
		t.Errorf("on a dead context: %v", err)
	}
	equal(t, "requests on a dead context", calls, len(src.Calls()))
}

// What the client passes to its source is the query with the client's own place and settings.
func TestClientPassesTheQueryOn(t *testing.T) {
	t.Parallel()
	var gotEvents history.EventQuery
	var gotExecutions history.ExecutionQuery
	src := &historytest.Source{
		OnEventPages: func(_ context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
			gotEvents = q
			return historytest.Pages(nil, history.Page[history.Event]{})
		},
		OnExecutionPages: func(_ context.Context, q history.ExecutionQuery) iter.Seq2[history.Page[history.Execution], error] {
			gotExecutions = q
			return historytest.Pages(nil, history.Page[history.Execution]{})
		},
	}
	c := history.NewClient(src, &history.ClientOptions{Prefetch: 3})
	from := history.NewCursor(history.Position{Ref: ref, LastEvent: 1})
	q := history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: "exec"}, From: from, PageSize: 5, OmitDetail: true, RequestID: "id", Prefetch: 99}
	if _, err := history.Collect(c.Events(t.Context(), q)); err != nil {
		t.Fatal(err)
	}
	equal(t, "query", history.EventQuery{Ref: ref, From: from, PageSize: 5, OmitDetail: true, RequestID: "id", Prefetch: 3}, gotEvents)
	if _, err := c.EventPage(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	equal(t, "Prefetch of a single page", 0, gotEvents.Prefetch)
	for range c.FollowPages(t.Context(), q) {
		break
	}
	equal(t, "Prefetch of a follow", 0, gotEvents.Prefetch)

	list := history.ExecutionQuery{Workflow: "flow", Status: []history.Status{history.Failed}, NamePrefix: "e", PageSize: 5, OmitDetail: true, Prefetch: 99}
	if _, err := history.Collect(c.Executions(t.Context(), list)); err != nil {
		t.Fatal(err)
	}
	list.Prefetch = 3
	equal(t, "query", list, gotExecutions)
	if _, err := c.ExecutionPage(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	equal(t, "Prefetch of a single page of executions", 0, gotExecutions.Prefetch)
}

// unaware is a source that takes no notice of its context and tells what it was asked for.
type unaware struct {
	*historytest.Source
	described []history.Ref
}

func (s *unaware) Describe(_ context.Context, ref history.Ref) (history.Execution, error) {
	s.described = append(s.described, ref)
	return history.Execution{Ref: ref}, nil
}

// A source is asked for a whole Ref, and for nothing on a dead context, whatever it makes of either.
func TestClientAsksForDescriptionsWithAWholeRef(t *testing.T) {
	t.Parallel()
	src := &unaware{Source: newSource(1, 0)}
	c := history.NewClient(src, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Describe(ctx, ref); !errors.Is(err, context.Canceled) {
		t.Errorf("on a dead context the error is %v, want context.Canceled", err)
	}
	if _, err := c.Describe(t.Context(), history.Ref{Workflow: ref.Workflow, Execution: ref.Execution}); err != nil {
		t.Fatal(err)
	}
	equal(t, "what was asked for", []history.Ref{ref}, src.described)
}

// With Prefetch n the source is at most n pages ahead of the consumer, and what it read comes before a cancellation.
func TestClientReadsAhead(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 3} {
		synctest.Test(t, func(t *testing.T) {
			src := newSource(10, 1)
			c := history.NewClient(src, &history.ClientOptions{Prefetch: n})
			seq := c.Events(t.Context(), history.EventQuery{Ref: ref})
			synctest.Wait()
			equal(t, "requests before the range", 0, len(src.Calls()))
			page := 0
			for _, err := range seq {
				if err != nil {
					t.Fatal(err)
				}
				page++
				synctest.Wait()
				equal(t, "requests", min(page+n, 10), len(src.Calls()))
			}

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			got, err := history.Collect(history.Filter(c.Events(ctx, history.EventQuery{Ref: ref}), func(history.Event) bool {
				synctest.Wait()
				cancel()
				return true
			}))
			equal(t, "IDs before the cancellation", upTo(1+n), ids(got))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("the walk ended with %v, want context.Canceled", err)
			}
		})
	}
}

// Leaving the loop cancels the request that is under way and waits for it: synctest fails the test otherwise.
func TestClientIsLeftWhileReadingAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hanging := func() iter.Seq2[history.Event, error] {
			src := newSource(10, 1)
			src.Inject(historytest.Fault{After: 2, Times: -1, Hang: true})
			c := history.NewClient(src, &history.ClientOptions{Prefetch: 5})
			return c.Events(t.Context(), history.EventQuery{Ref: ref})
		}
		for range hanging() {
			break
		}
		func() {
			defer func() { equal(t, "panic", any("in the loop body"), recover()) }()
			for range hanging() {
				panic("in the loop body")
			}
		}()
	})
}

// readsAhead is a source that honours Prefetch itself.
type readsAhead struct {
	*historytest.Source
	prefetches chan int
}

func (s readsAhead) Capabilities() history.Capabilities {
	caps := s.Source.Capabilities()
	caps.ReadsAhead = true
	return caps
}

func (s readsAhead) EventPages(ctx context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
	s.prefetches <- q.Prefetch
	return s.Source.EventPages(ctx, q)
}

// A source that reads ahead is told to in each range, and the client does not do it too.
func TestClientLeavesReadingAheadToItsSource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := readsAhead{newSource(10, 1), make(chan int, 10)}
		seq := history.NewClient(src, &history.ClientOptions{Prefetch: 3}).Events(t.Context(), history.EventQuery{Ref: ref})
		for range seq {
			synctest.Wait()
			equal(t, "requests at the first event", 1, len(src.Calls()))
			break
		}
		var running sync.WaitGroup
		for range 2 {
			running.Go(func() {
				if _, err := history.Collect(seq); err != nil {
					t.Error(err)
				}
			})
		}
		running.Wait()
		for range 3 {
			equal(t, "Prefetch of a range", 3, <-src.prefetches)
		}
	})
}

// A Prefetch of "as many as possible" costs no memory for pages that are not there.
func TestClientPrefetchWithoutBounds(t *testing.T) {
	t.Parallel()
	c := history.NewClient(newWorkflow(10, 1), &history.ClientOptions{Prefetch: math.MaxInt})
	got, err := history.Collect(c.Executions(t.Context(), history.ExecutionQuery{Workflow: ref.Workflow}))
	if err != nil || len(got) != 10 {
		t.Errorf("%d executions, error %v", len(got), err)
	}
}

// slowToLeave is a source that takes a moment to end when its loop is left.
type slowToLeave struct {
	*historytest.Source
	left bool
}

func (s *slowToLeave) ExecutionPages(ctx context.Context, q history.ExecutionQuery) iter.Seq2[history.Page[history.Execution], error] {
	return func(yield func(history.Page[history.Execution], error) bool) {
		for page, err := range s.Source.ExecutionPages(ctx, q) {
			if !yield(page, err) {
				break
			}
		}
		<-time.After(time.Second)
		s.left = true
	}
}

// Who has left the loop need not fear that the source still runs.
func TestClientWaitsForItsSource(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := &slowToLeave{Source: newWorkflow(10, 1)}
		c := history.NewClient(src, &history.ClientOptions{Prefetch: 2})
		for range c.Executions(t.Context(), history.ExecutionQuery{Workflow: ref.Workflow}) {
			break
		}
		equal(t, "left", true, src.left)
	})
}
