// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Events come in order of ID, each once; those of a provider that records events as they were recorded.
func eventsComeInOrderOnce(t *trial) {
	c := t.client()
	native := c.Capabilities().NativeEvents
	for _, size := range sizes(2*sampleSteps + 2) {
		got, err := collect(c.Events(t.Context(), newWalker(c, walksEvents).eventQuery("", size)))
		if err != nil {
			t.Fatal(err)
		}
		want := sampleRecords()[0].Events
		if len(got) != len(want) {
			t.Fatalf("page size %d: %d events, want %d", size, len(got), len(want))
		}
		for i, e := range got {
			if i > 0 && e.ID <= got[i-1].ID {
				t.Errorf("page size %d: event %d comes behind event %d", size, e.ID, got[i-1].ID)
			}
			if e.Time.Location() != time.UTC {
				t.Errorf("event %d: the time %s is not in UTC", e.ID, e.Time)
			}
			w := want[i]
			if !native { // the ID, the cause and the detail are the source's own
				w.ID, w.Cause, w.Detail, w.Derived = e.ID, e.Cause, e.Detail, true
			}
			if w.Ref = e.Ref; e != w {
				t.Errorf("page size %d: event %d is\n%s, want\n%s", size, i, text(e), text(w))
			}
		}
	}
}

// A provider that repeats events, or whose pages overlap, repeats nothing here.
func repeatedEventsAreLeftOut(t *trial) {
	t.repeatsNothing(func(size int) ([]string, error) { return collect(t.walker().items(t.Context(), "", size)) })
}

// repeatsNothing checks what reads all events, in pages of a size, on a provider that repeats some.
func (t *trial) repeatsNothing(read func(size int) ([]string, error)) {
	t.Helper()
	if !t.wired() || !t.offers(t.place.Wire.Repeat != nil, "repeat events", t.client().Capabilities().EventPaging) {
		return
	}
	want := t.all(t.walker())
	for _, items := range []int{1, 2, 3} {
		t.place.Clear()
		t.place.Wire.Repeat(items)
		for _, size := range []int{2, 3, 5} {
			got, err := read(size)
			if err != nil {
				t.Fatalf("%d events repeated on each page of %d: %v", items, size, err)
			}
			t.same(fmt.Sprintf("events with %d repeated on each page of %d", items, size), want, got)
		}
	}
}

// Executions are there, each once, with what was recorded of them.
func executionsAreComplete(t *trial) {
	got, err := collect(t.client().Executions(t.Context(), history.ExecutionQuery{Workflow: sampleWorkflow, PageSize: 3}))
	if err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]history.Execution)
	for _, e := range got {
		if _, ok := byName[e.Execution]; ok {
			t.Errorf("execution %s comes twice", e.Execution)
		}
		byName[e.Execution] = e
	}
	for _, r := range sampleRecords() {
		t.sameExecution(r.Execution, byName[r.Execution.Execution])
		delete(byName, r.Execution.Execution)
	}
	for name := range byName {
		t.Errorf("execution %s was never there", name)
	}
}

// Describe has what was recorded.
func describe(t *trial) {
	for _, r := range sampleRecords() {
		got, err := t.client().Describe(t.Context(), r.Execution.Ref)
		if err != nil {
			t.Fatal(err)
		}
		t.sameExecution(r.Execution, got)
	}
	running := newRecord("suite-running", 0, 1, history.Running)
	t.place.Load(running)
	got, err := t.client().Describe(t.Context(), running.Execution.Ref)
	if err != nil {
		t.Fatal(err)
	}
	t.sameExecution(running.Execution, got)
}

// sameExecution compares what every provider has of an execution.
func (t *trial) sameExecution(want, got history.Execution) {
	t.Helper()
	type facts struct {
		Execution      string
		Status         history.Status
		Started, Ended time.Time
		Diagnostics    int
	}
	of := func(e history.Execution) facts {
		return facts{e.Execution, e.Status, e.Started, e.Ended, len(e.Diagnostics)}
	}
	if of(want) != of(got) {
		t.Errorf("the execution is %+v, want %+v", of(got), of(want))
	}
}

// With OmitDetail nothing comes of what may be large, and everything else as before.
func omitDetail(t *trial) {
	c := t.client()
	q := newWalker(c, walksEvents).eventQuery("", 3)
	full, err := collect(c.Events(t.Context(), q))
	if err != nil {
		t.Fatal(err)
	}
	q.OmitDetail = true
	bare, err := collect(c.Events(t.Context(), q))
	if err != nil {
		t.Fatal(err)
	}
	for i := range full {
		full[i].Detail = ""
	}
	if !slices.Equal(full, bare) {
		t.Errorf("the events without details are %v, want %v", bare, full)
	}
	list := history.ExecutionQuery{Workflow: sampleWorkflow, PageSize: 3, OmitDetail: true}
	count := 0
	for e, err := range c.Executions(t.Context(), list) {
		if err != nil {
			t.Fatal(err)
		}
		if count++; e.Input != "" || e.Output != "" || e.Definition != "" {
			t.Errorf("execution %s has input %q, output %q, definition %q", e.Execution, e.Input, e.Output, e.Definition)
		}
		for _, s := range e.Steps {
			if s.Input != "" || s.Output != "" {
				t.Errorf("step %s of execution %s has input %q, output %q", s.ID, e.Execution, s.Input, s.Output)
			}
		}
	}
	if count != sampleExecutions {
		t.Errorf("%d executions, want %d", count, sampleExecutions)
	}
}

// filters are queries, and what passes each of them.
func filters() map[string]struct {
	query  history.ExecutionQuery
	passes func(history.Execution) bool
} {
	type row = struct {
		query  history.ExecutionQuery
		passes func(history.Execution) bool
	}
	from, to := sampleStart().Add(2*time.Hour), sampleStart().Add(5*time.Hour)
	return map[string]row{
		"one status": {history.ExecutionQuery{Status: []history.Status{history.Failed}},
			func(e history.Execution) bool { return e.Status == history.Failed }},
		"two statuses": {history.ExecutionQuery{Status: []history.Status{history.Stopped, history.TimedOut}},
			func(e history.Execution) bool { return e.Status == history.Stopped || e.Status == history.TimedOut }},
		"a status that none has": {history.ExecutionQuery{Status: []history.Status{history.Running}},
			func(history.Execution) bool { return false }},
		"name": {history.ExecutionQuery{NamePrefix: "suite-a"},
			func(e history.Execution) bool { return strings.HasPrefix(e.Execution, "suite-a") }},
		"after":  {history.ExecutionQuery{StartedAfter: from}, func(e history.Execution) bool { return !e.Started.Before(from) }},
		"before": {history.ExecutionQuery{StartedBefore: to}, func(e history.Execution) bool { return e.Started.Before(to) }},
		"all of them": {history.ExecutionQuery{Status: []history.Status{history.TimedOut, history.Failed}, NamePrefix: "suite-b",
			StartedAfter: from, StartedBefore: to},
			func(e history.Execution) bool { return e.Execution == "suite-b-3" }},
	}
}

// What a filter does not let pass does not come, all else does, in the order of the walk without it, in pages of any size.
func filtersAreChecked(t *trial) {
	c := t.client()
	all, err := collect(c.Executions(t.Context(), history.ExecutionQuery{Workflow: sampleWorkflow}))
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range filters() {
		var want []string
		for _, e := range all {
			if f.passes(e) {
				want = append(want, text(e))
			}
		}
		for _, size := range sizes(len(all)) {
			f.query.Workflow, f.query.PageSize = sampleWorkflow, size
			got, err := collect(texts(c.Executions(t.Context(), f.query)))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			t.same("executions filtered by "+name, want, got)
		}
		t.resumesWithFilter(c, f.query, want)
	}
}

// resumesWithFilter goes on from each page of a filtered walk.
func (t *trial) resumesWithFilter(c *history.Client, q history.ExecutionQuery, want []string) {
	t.Helper()
	q.PageSize = 2
	done := 0
	for p, err := range c.ExecutionPages(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		if done += len(p.Items); p.Next == "" {
			return
		}
		rest := q
		rest.From = p.Next
		got, err := collect(texts(c.Executions(t.Context(), rest)))
		if err != nil {
			t.Fatal(err)
		}
		t.same("filtered executions behind a page", want[min(done, len(want)):], got)
	}
}
