// SPDX-License-Identifier: Apache-2.0

package historytest

import "github.com/flowhistory/flowhistory/history"

// No request is made before the range, not even by making the client and the sequence.
func noRequestBeforeRanging(t *trial) {
	w := t.walker(prefetch(2))
	w.items(t.Context(), "", 2)
	w.pages(t.Context(), "", 2)
	if n := t.requests(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

// Page N+1 is requested after the last item of page N was consumed, and never when the loop is left before.
func nextPageAfterTheLastItem(t *trial) {
	const size = 2
	paged := t.paged()
	allowed := func(item int) int { // requests, when the item is there
		if paged {
			return item/size + 1
		}
		return 1
	}
	w, i := t.walker(), 0
	for _, err := range w.items(t.Context(), "", size) {
		if err != nil {
			t.Fatal(err)
		}
		if n := t.requests(); n != allowed(i) {
			t.Errorf("at item %d there were %d requests, want %d", i, n, allowed(i))
		}
		i++
	}
	before := t.requests()
	for range w.items(t.Context(), "", size) {
		break
	}
	if n := t.requests() - before; n != 1 {
		t.Errorf("a loop that was left at its first item made %d requests, want 1", n)
	}
}

// With Prefetch n at most n pages are requested before they are due, and at least one is.
func prefetchIsBounded(t *trial) {
	want := t.all(t.walker())
	for _, n := range []int{1, 2, 3} {
		w, before := t.walker(prefetch(n)), t.requests()
		var got []string
		for item, err := range w.items(t.Context(), "", 1) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, item)
			if len(got) == 1 && t.paged() {
				t.eventually("the second page is requested ahead", func() bool { return t.requests()-before >= 2 })
			}
			if made := t.requests() - before; made > len(got)+n {
				t.Errorf("Prefetch %d: at page %d there were %d requests", n, len(got), made)
			}
		}
		t.same("items with Prefetch", want, got)
	}
}

// EventPage and ExecutionPage bring the first page of the sequence, with one request, whatever Prefetch is.
func onePageIsOneRequest(t *trial) {
	w := t.walker(prefetch(3))
	want, err := collect(w.pages(t.Context(), "", 2))
	if err != nil {
		t.Fatal(err)
	}
	var from history.Cursor
	for i, p := range want {
		before := t.requests()
		got, err := w.page(t.Context(), from, 2)
		if err != nil {
			t.Fatalf("page %d: %v", i, err)
		}
		if n := t.requests() - before; n != 1 {
			t.Errorf("page %d took %d requests, want 1", i, n)
		}
		t.same("items of a single page", p.Items, got.Items)
		if (got.Next == "") != (p.Next == "") {
			t.Errorf("page %d: Next is %q alone and %q in the sequence", i, got.Next, p.Next)
		}
		from = p.Next
	}
}
