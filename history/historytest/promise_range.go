// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"iter"
	"sync"

	"github.com/flowhistory/flowhistory/history"
)

// State lives inside the sequence: each range begins at the beginning.
func rangingAgainStartsOver(t *trial) {
	w := t.walker()
	want := t.all(w)
	seq := w.items(t.Context(), "", 2)
	for range history.Limit(seq, 3) {
		continue // a range that ends early, to begin with
	}
	for range 2 {
		got, err := collect(seq)
		if err != nil {
			t.Fatal(err)
		}
		t.same("items of another range", want, got)
	}
}

// Ranges over one sequence do not disturb each other: interleaved on one goroutine, and on many at once.
func concurrentRangesAreIndependent(t *trial) {
	for _, n := range []int{0, 2} {
		w := t.walker(prefetch(n))
		want := t.all(w)
		seq := w.items(t.Context(), "", 2)
		interleaved(t, want, seq)

		const goroutines = 8
		var wg sync.WaitGroup
		var results [goroutines][]string
		var errs [goroutines]error
		for i := range goroutines {
			wg.Go(func() { results[i], errs[i] = collect(seq) })
		}
		wg.Wait()
		for i := range goroutines {
			if errs[i] != nil {
				t.Fatalf("range %d: %v", i, errs[i])
			}
			t.same("items of a concurrent range", want, results[i])
		}
	}
}

func interleaved(t *trial, want []string, seq iter.Seq2[string, error]) {
	t.Helper()
	next, stop := iter.Pull2(seq)
	defer stop()
	for i, item := range want {
		got, err, ok := next()
		if !ok || err != nil || got != item {
			t.Fatalf("item %d beside another range is %s (error %v), want %s", i, got, err, item)
		}
		if _, err := collect(history.Limit(seq, i)); err != nil {
			t.Fatal(err)
		}
	}
	if item, err, ok := next(); ok {
		t.Errorf("behind the last item comes %s, %v", item, err)
	}
}

// The loop body may use the client that it ranges over.
func loopBodyMayUseTheClient(t *trial) {
	for _, n := range []int{0, 2} {
		w := t.walker(prefetch(n))
		want := t.all(w)
		var got []string
		for item, err := range w.items(t.Context(), "", 2) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, item)
			if _, err := w.client.Describe(t.Context(), w.eventQuery("", 0).Ref); err != nil {
				t.Fatalf("Describe in the loop body: %v", err)
			}
			inner, err := collect(w.items(t.Context(), "", 3))
			if err != nil {
				t.Fatalf("a walk in the loop body: %v", err)
			}
			t.same("items of a walk in the loop body", want, inner)
		}
		t.same("items", want, got)
	}
}
