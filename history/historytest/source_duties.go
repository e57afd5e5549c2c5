// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"

	"github.com/flowhistory/flowhistory/history"
)

// sourceWalk is the trial's walk over the pages of a source, without a client.
func (t *trial) sourceWalk(src history.Source) func(ctx context.Context, from history.Cursor, size int) iter.Seq2[page, error] {
	w := walker{walks: t.walks}
	return func(ctx context.Context, from history.Cursor, size int) iter.Seq2[page, error] {
		switch t.walks {
		case walksEvents:
			q := w.eventQuery(from, size)
			q.Provider, q.Scope = src.Provider(), src.Scope()
			return textPages(src.EventPages(ctx, q))
		case walksExecutions:
			return textPages(src.ExecutionPages(ctx, w.executionQuery(from, size)))
		default:
			return textPages(src.(history.WorkflowLister).WorkflowPages(ctx, w.workflowQuery(from, size)))
		}
	}
}

func (t *trial) source() history.Source { return t.place.Source(t.options()) }

// flat is the items of pages.
func flat(pages []page) []string {
	var items []string
	for _, p := range pages {
		items = append(items, p.Items...)
	}
	return items
}

// A source knows where it reads from, and says the same each time.
func sourceIdentity(t *trial) {
	src := t.source()
	if src.Provider() == "" {
		t.Error("the source has no Provider")
	}
	provider, scope, can := src.Provider(), src.Scope(), src.Capabilities()
	if src.Provider() != provider || src.Scope() != scope || src.Capabilities() != can {
		t.Error("the source changes its Provider, Scope or Capabilities")
	}
	if _, ok := src.(history.Waiter); can.LongPoll != ok {
		t.Errorf("Capabilities.LongPoll is %t, that the source is a Waiter %t", can.LongPoll, ok)
	}
	if _, ok := src.(history.WorkflowLister); can.Workflows != ok {
		t.Errorf("Capabilities.Workflows is %t, that the source is a WorkflowLister %t", can.Workflows, ok)
	}
	want := history.Ref{Provider: src.Provider(), Scope: src.Scope(), Workflow: sampleWorkflow, Execution: sampleExecution}
	e, err := src.Describe(t.Context(), want)
	if err != nil || e.Ref != want {
		t.Errorf("Describe is of %+v (error %v), want %+v", e.Ref, err, want)
	}
}

// Making a source and a sequence makes no request.
func sourceMakesNoRequestBeforeRanging(t *trial) {
	t.sourceWalk(t.source())(t.Context(), "", 2)
	if n := t.requests(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

// Each page but the last has a Next, and each a Resume; together they are everything.
func sourcePagesEndWithAnEmptyNext(t *trial) {
	want := t.all(t.walker())
	for _, size := range sizes(len(want)) {
		pages, err := collect(t.sourceWalk(t.source())(t.Context(), "", size))
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range pages {
			if last := i == len(pages)-1; last != (p.Next == "") || p.Resume == "" {
				t.Errorf("page %d of %d: Next %q, Resume %q", i+1, len(pages), p.Next, p.Resume)
			}
		}
		t.same(fmt.Sprintf("items in pages of %d", size), want, flat(pages))
	}
}

// A source goes on from its own cursors, and they belong to the query.
func sourceCursorsAreItsOwn(t *trial) {
	want := t.all(t.walker())
	src := t.source()
	done := 0
	for p, err := range t.sourceWalk(src)(t.Context(), "", 2) {
		if err != nil {
			t.Fatal(err)
		}
		done += len(p.Items)
		t.belongs(p.Resume, walker{t.walks, history.NewClient(src, nil)})
		rest, err := collect(t.sourceWalk(t.source())(t.Context(), p.Resume, 3))
		if err != nil {
			t.Fatal(err)
		}
		t.same(fmt.Sprintf("items behind %d of them", done), want[min(done, len(want)):], flat(rest))
	}
}

// Several ranges over one sequence, at once and one after the other, are independent.
func sourceStateLivesInTheRange(t *trial) {
	want := t.all(t.walker())
	seq := t.sourceWalk(t.source())(t.Context(), "", 2)
	var wg sync.WaitGroup
	var results [8][]page
	var errs [8]error
	for i := range results {
		wg.Go(func() { results[i], errs[i] = collect(seq) })
	}
	wg.Wait()
	for i := range results {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		t.same("items of a concurrent range", want, flat(results[i]))
	}
}

// A sequence ends with at most one error, which comes without items; collect finds what comes behind it.
func sourceOneErrorWithoutItems(t *trial) {
	for after := range 2 {
		if after > 0 && !t.paged() {
			continue
		}
		t.place.Clear()
		t.place.Fail(history.ErrUnavailable, after, -1)
		pages, err := collect(func(yield func(page, error) bool) {
			for p, err := range t.sourceWalk(t.source())(t.Context(), "", 2) {
				if err != nil && len(p.Items) > 0 {
					t.Errorf("the error %v comes with %d items", err, len(p.Items))
				}
				if !yield(p, err) {
					return
				}
			}
		})
		t.fails("the walk", err, history.ErrUnavailable)
		if len(pages) != after {
			t.Errorf("%d pages came before the error, want %d", len(pages), after)
		}
	}
}

// A dead context starts no request, and one that ends in flight ends the walk.
func sourceHonoursTheContext(t *trial) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	src := t.source()
	_, err := collect(t.sourceWalk(src)(ctx, "", 2))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("on a dead context the error is %v, want context.Canceled", err)
	}
	if n := t.requests(); n != 0 {
		t.Errorf("on a dead context %d requests were made", n)
	}
	t.place.Hang(0)
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := collect(t.sourceWalk(src)(ctx, "", 2))
		ended <- err
	}()
	t.eventually("the request is in flight", func() bool { return t.requests() > 0 })
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the error of a canceled walk is %v, want context.Canceled", err)
	}
}

// What a provider repeats the source does not: that each event comes once is its duty, and not the client's.
func sourceRepeatsNoEvent(t *trial) {
	t.repeatsNothing(func(size int) ([]string, error) {
		pages, err := collect(t.sourceWalk(t.source())(t.Context(), "", size))
		return flat(pages), err
	})
}

// A source may push a filter down or not, but drops nothing that passes it.
func sourceDropsNothingThatPasses(t *trial) {
	for name, f := range filters() {
		f.query.Workflow = sampleWorkflow
		passed := make(map[string]bool)
		for p, err := range t.source().ExecutionPages(t.Context(), f.query) {
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, e := range p.Items {
				passed[e.Execution] = true
			}
		}
		for _, r := range sampleRecords() {
			if e := r.Execution; f.passes(e) && !passed[e.Execution] {
				t.Errorf("%s: execution %s passes the filter and was dropped", name, e.Execution)
			}
		}
	}
	if lister, ok := t.source().(history.WorkflowLister); ok {
		t.dropsNoWorkflow(lister)
	}
}

// dropsNoWorkflow filters workflows by the name of each.
func (t *trial) dropsNoWorkflow(lister history.WorkflowLister) {
	t.Helper()
	t.place.Load(otherWorkflows()...)
	list := func(prefix string) []history.Workflow {
		pages, err := collect(lister.WorkflowPages(t.Context(), history.WorkflowQuery{NamePrefix: prefix, PageSize: 2}))
		if err != nil {
			t.Fatal(err)
		}
		var all []history.Workflow
		for _, p := range pages {
			all = append(all, p.Items...)
		}
		return all
	}
	for _, w := range list("") {
		if !slices.ContainsFunc(list(w.Name), func(found history.Workflow) bool { return found.Ref == w.Ref }) {
			t.Errorf("workflow %s passes the filter %q and was dropped", w.Workflow, w.Name)
		}
	}
}

// Leaving the loop leaves no goroutine and no open body behind.
func sourceLeavesNothingBehind(t *trial) {
	for name, leave := range ways() {
		t.leavesNothing(name, func() {
			leave(func(yield func(string, error) bool) {
				for p, err := range t.sourceWalk(t.source())(t.Context(), "", 2) {
					if !yield(text(p), err) {
						return
					}
				}
			})
		})
	}
}
