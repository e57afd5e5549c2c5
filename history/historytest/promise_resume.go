// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"fmt"

	"github.com/flowhistory/flowhistory/history"
)

// From each page's Next and Resume another client goes on with nothing lost and nothing repeated; behind the end there is
// nothing, and that is no error.
func resumeFromEveryPage(t *trial) {
	want := t.all(t.walker())
	for _, size := range sizes(len(want)) {
		done := 0
		for p, err := range t.walker().pages(t.Context(), "", size) {
			if err != nil {
				t.Fatal(err)
			}
			done += len(p.Items)
			for name, from := range map[string]history.Cursor{"Next": p.Next, "Resume": p.Resume} {
				if from == "" {
					continue
				}
				for _, next := range []int{size, 1} {
					got, err := collect(t.walker().items(t.Context(), from, next))
					if err != nil {
						t.Fatalf("from the %s behind %d items: %v", name, done, err)
					}
					t.same(fmt.Sprintf("items from the %s behind %d of them", name, done), want[min(done, len(want)):], got)
				}
			}
		}
	}
}

// After goes on behind any event, with nothing but the event.
func resumeAfterEveryEvent(t *trial) {
	c := t.client()
	w := newWalker(c, walksEvents)
	all, err := collect(c.Events(t.Context(), w.eventQuery("", 0)))
	if err != nil {
		t.Fatal(err)
	}
	want := t.all(w)
	for i, e := range all {
		for _, size := range []int{0, 1, 3} {
			got, err := collect(t.walker().items(t.Context(), history.After(e), size))
			if err != nil {
				t.Fatalf("after event %d: %v", e.ID, err)
			}
			t.same(fmt.Sprintf("events after event %d, %d a page", e.ID, size), want[i+1:], got)
		}
	}
}

// From the last Resume of an execution that was running, reading goes on with what came since, and with no more.
func resumeWhenTheHistoryHasGrown(t *trial) {
	const name = "suite-growing"
	q := history.EventQuery{Ref: history.Ref{Workflow: sampleWorkflow, Execution: name}, PageSize: 2}
	var got []string
	for steps := range 4 {
		t.place.Load(newRecord(name, 0, steps, history.Running))
		q.From = t.goOn(q, &got)
		again := len(got)
		if q.From = t.goOn(q, &got); len(got) != again {
			t.Errorf("nothing was new, and %d events came", len(got)-again)
		}
	}
	t.place.Load(newRecord(name, 0, 4, history.Succeeded))
	t.goOn(q, &got)
	q.From = ""
	want, err := collect(texts(t.client().Events(t.Context(), q)))
	if err != nil {
		t.Fatal(err)
	}
	t.same("events of a history that grew", want, got)
}

// goOn reads what there is from q.From, adds it to got and returns the last Resume.
func (t *trial) goOn(q history.EventQuery, got *[]string) (last history.Cursor) {
	t.Helper()
	for p, err := range t.client().EventPages(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		*got = append(*got, textPage(p).Items...)
		last = p.Resume
	}
	return last
}

// A walk that fails at any of its requests goes on from its error's cursor, with nothing lost and nothing repeated.
func resumeFromEveryError(t *trial) {
	want := t.all(t.walker())
	for _, n := range []int{0, 2} {
		for k := 0; ; k++ {
			t.place.Fail(history.ErrUnavailable, k, 1)
			got, err := collect(t.walker(prefetch(n)).items(t.Context(), "", 2))
			t.place.Clear()
			if err == nil {
				if k == 0 {
					t.Fatal("the place does not fail as told")
				}
				t.same("items without a failure", want, got)
				break
			}
			t.fails("a walk", err, history.ErrUnavailable)
			t.goesOnFrom(fmt.Sprintf("request %d with Prefetch %d", k+1, n), want, got, err)
		}
	}
}

// goesOnFrom checks that what comes from an error's cursor is what was missing.
func (t *trial) goesOnFrom(what string, want, got []string, err error) {
	t.Helper()
	e := t.failure(what, err)
	rest, err := collect(t.walker().items(t.Context(), e.Cursor, 2))
	if err != nil {
		t.Fatalf("%s: going on from the error's cursor behind %d items: %v", what, len(got), err)
	}
	t.same("items of both walks, broken at "+what, want, append(got, rest...))
}

// cuts are places in the answers to a walk: the first bytes, and some of the others.
func (t *trial) cuts(size int) []int {
	t.Helper()
	before := t.bodies.Bytes()
	if _, err := collect(t.walker().items(t.Context(), "", size)); err != nil {
		t.Fatal(err)
	}
	total := int(t.bodies.Bytes() - before)
	places := []int{1, 2}
	for i := 3; i < total; i += max(1, total/40) {
		places = append(places, i)
	}
	return places
}

// A walk whose answer breaks off anywhere goes on from its error's cursor, also in the middle of a page.
func resumeFromEveryBrokenBody(t *trial) {
	if !t.wired() {
		return
	}
	want := t.all(t.walker())
	broken := 0
	for _, at := range t.cuts(2) {
		t.place.Wire.Cut(at, -1)
		got, err := collect(t.walker().items(t.Context(), "", 2))
		t.place.Clear()
		if err == nil {
			t.same("items of answers that were not cut", want, got)
			continue
		}
		broken++
		t.fails(fmt.Sprintf("an answer cut at byte %d", at), err, history.ErrUnavailable)
		t.goesOnFrom(fmt.Sprintf("byte %d", at), want, got, err)
	}
	if broken == 0 {
		t.Error("no answer broke off: the place does not do what Cut says")
	}
}

// With retries nobody notices an answer that broke off.
func brokenBodyIsRetried(t *trial) {
	if !t.wired() {
		return
	}
	want := t.all(t.walker())
	for _, at := range t.cuts(2) {
		t.place.Wire.Cut(at, 1)
		got, err := collect(t.walker(retries(2)).items(t.Context(), "", 2))
		t.place.Clear()
		if err != nil {
			t.Fatalf("an answer cut at byte %d: %v", at, err)
		}
		t.same(fmt.Sprintf("items with an answer cut at byte %d", at), want, got)
	}
}
