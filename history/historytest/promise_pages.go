// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"encoding/json"

	"github.com/flowhistory/flowhistory/history"
)

// The page size changes nothing but the pages; it is a limit of each page.
func pageSizesGiveTheSameItems(t *trial) {
	w := t.walker()
	want := t.all(w)
	for _, size := range sizes(len(want)) {
		var got []string
		for p, err := range w.pages(t.Context(), "", size) {
			if err != nil {
				t.Fatalf("page size %d: %v", size, err)
			}
			if size > 0 && len(p.Items) > size {
				t.Errorf("page size %d: a page has %d items", size, len(p.Items))
			}
			got = append(got, p.Items...)
		}
		t.same("items", want, got)
		single, err := collect(w.items(t.Context(), "", size))
		if err != nil {
			t.Fatalf("page size %d: %v", size, err)
		}
		t.same("items one by one", want, single)
	}
}

// Each page has a Resume, each but the last a Next, and each cursor can be read.
func pagesHaveTheirCursors(t *trial) {
	w := t.walker()
	for _, size := range []int{1, 2, 3, 100} {
		pages, err := collect(w.pages(t.Context(), "", size))
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range pages {
			if last := i == len(pages)-1; last != (p.Next == "") {
				t.Errorf("page %d of %d has the Next %q", i+1, len(pages), p.Next)
			}
			if p.Resume == "" {
				t.Errorf("page %d of %d has no Resume", i+1, len(pages))
			}
			for _, c := range []history.Cursor{p.Next, p.Resume} {
				if c != "" {
					t.belongs(c, w)
				}
			}
		}
	}
}

// belongs checks that a cursor holds the place that the walk is over.
func (t *trial) belongs(c history.Cursor, w walker) {
	t.Helper()
	got, err := c.Position()
	if err != nil {
		t.Errorf("the cursor %q cannot be read: %v", c, err)
		return
	}
	want := history.Ref{Provider: w.client.Provider(), Scope: w.client.Scope()}
	if w.walks != walksWorkflows {
		want.Workflow = sampleWorkflow
	}
	if w.walks == walksEvents {
		want.Execution = sampleExecution
	}
	if got.Ref != want {
		t.Errorf("the cursor belongs to %+v, want %+v", got.Ref, want)
	}
}

// An empty page with a cursor goes on; only an empty cursor ends.
func emptyPageGoesOn(t *trial) {
	w := t.walker()
	if !t.offers(t.place.Empty != nil, "serve an empty page", w.client.Capabilities().EventPaging) {
		return
	}
	want := t.all(w)
	t.place.Empty()
	empty := 0
	var got []string
	for p, err := range w.pages(t.Context(), "", 3) {
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Items) == 0 {
			empty++
		}
		got = append(got, p.Items...)
	}
	t.same("items", want, got)
	if empty == 0 {
		t.Error("no page was empty: the place does not do what Empty says, or the source hides it")
	}
}

// A walk that goes round in circles is ErrCursor and not an endless loop.
func circlesAreFound(t *trial) {
	if !t.offers(t.place.Circle != nil, "serve pages in a circle", t.client().Capabilities().EventPaging) {
		return
	}
	t.place.Circle()
	for _, n := range []int{0, 2} {
		var last error
		pages := 0
		for _, err := range t.walker(prefetch(n)).pages(t.Context(), "", 2) {
			if last = err; err == nil {
				pages++
			}
			if pages > 100 {
				t.Fatal("the walk does not end")
			}
		}
		t.fails("a walk in a circle", last, history.ErrCursor)
	}
}

// Items carry the client's provider and scope, whatever of them the query leaves empty.
func providerAndScopeAreFilledIn(t *trial) {
	c := t.client()
	if c.Provider() == "" {
		t.Error("the client has no Provider")
	}
	want := history.Ref{Provider: c.Provider(), Scope: c.Scope(), Workflow: sampleWorkflow, Execution: sampleExecution}
	for _, ref := range []history.Ref{want, {Workflow: want.Workflow, Execution: want.Execution}} {
		for e, err := range c.Events(t.Context(), history.EventQuery{Ref: ref}) {
			if err != nil || e.Ref != want {
				t.Fatalf("an event is of %+v (error %v), want %+v", e.Ref, err, want)
			}
		}
		if e, err := c.Describe(t.Context(), ref); err != nil || e.Ref != want {
			t.Errorf("Describe is of %+v (error %v), want %+v", e.Ref, err, want)
		}
	}
	for e, err := range c.Executions(t.Context(), history.ExecutionQuery{Workflow: sampleWorkflow}) {
		want.Execution = e.Execution
		if err != nil || e.Execution == "" || e.Ref != want {
			t.Fatalf("an execution is %+v (error %v), want %+v", e.Ref, err, want)
		}
	}
}

// A detail that cannot be decoded, and a type that nobody documents, fail nothing and come as they are.
func oddDetailsAndTypesPassThrough(t *trial) {
	c := t.client()
	if !c.Capabilities().NativeEvents {
		for e, err := range c.Events(t.Context(), newWalker(c, walksEvents).eventQuery("", 0)) {
			if err != nil || !e.Derived {
				t.Fatalf("event %d is not marked Derived (error %v) although the provider has none", e.ID, err)
			}
		}
		return
	}
	odd := newRecord("suite-odd", 0, 1, history.Succeeded)
	details := []history.Detail{"", "not JSON", `{"cut":`, "[1]", "null", `"a string"`, "{ \"spaces\" : 1 }\n", `{"a":"\u00e9 é <&>"}`}
	odd.Events = odd.Events[:1]
	for i, d := range details {
		e := odd.Events[0]
		e.ID, e.Cause, e.Type, e.Step, e.Detail = int64(i+2), 1, "SomethingNobodyDocuments", "odd", d
		odd.Events = append(odd.Events, e)
	}
	t.place.Load(odd)
	got, err := collect(c.Events(t.Context(), history.EventQuery{Ref: odd.Execution.Ref}))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(odd.Events) {
		t.Fatalf("%d events, want %d", len(got), len(odd.Events))
	}
	for i, want := range odd.Events {
		if got[i].Detail != want.Detail || got[i].Type != want.Type || got[i].Derived {
			t.Errorf("event %d is %q with %q, want %q with %q", want.ID, got[i].Type, got[i].Detail, want.Type, want.Detail)
		}
		if _, err := json.Marshal(got[i]); err != nil {
			t.Errorf("event %d cannot be written as JSON: %v", want.ID, err)
		}
	}
}
