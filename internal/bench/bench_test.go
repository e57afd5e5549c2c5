// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// BenchmarkWalk reads 100,000 events of FnF in each way.
func BenchmarkWalk(b *testing.B) {
	sides, closing, err := walkSides(walkEvents)
	if err != nil {
		b.Fatal(err)
	}
	defer closing()
	compare(b, "event", sides...)
}

// BenchmarkList reads a 41 MB answer of AOM in each way.
func BenchmarkList(b *testing.B) {
	h, err := serveAnswer(answerBytes)
	if err != nil {
		b.Fatal(err)
	}
	defer h.close()
	sides, _, err := aomSides(h)
	if err != nil {
		b.Fatal(err)
	}
	compare(b, "node", sides...)
}

// BenchmarkFold folds the events of one execution.
func BenchmarkFold(b *testing.B) {
	in := newFoldInput()
	compare(b, "event", in.folding(sideFoldBare, in.bare, 1), in.folding(sideFoldWhole, in.whole, 1))
}

// BenchmarkColdWalk reads 5,000 events at 20 ms a request, each time with a new client.
func BenchmarkColdWalk(b *testing.B) {
	h, err := serveShort(trip)
	if err != nil {
		b.Fatal(err)
	}
	defer h.close()
	official, err := officialFnF(h, shortName(quotaEvents), 0)
	if err != nil {
		b.Fatal(err)
	}
	compare(b, "event", official)
	b.Run("Prefetch 8", func(b *testing.B) {
		requests := 0
		for b.Loop() {
			got, err := coldWalk(b.Context(), h, quotaEvents, 8)
			if err != nil || len(got.events) != quotaEvents {
				b.Fatal(len(got.events), err)
			}
			requests += got.requests
		}
		b.ReportMetric(float64(requests)/float64(b.N), "requests/op")
	})
}

// BenchmarkConsumer has a consumer that takes as long as a request does.
func BenchmarkConsumer(b *testing.B) {
	h, err := serveSlow(20, trip)
	if err != nil {
		b.Fatal(err)
	}
	defer h.close()
	for _, prefetch := range []int{0, 1} {
		b.Run(fmt.Sprint("Prefetch ", prefetch), func(b *testing.B) {
			for b.Loop() {
				if _, err := slowWalk(b.Context(), h, prefetch, trip); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkGrowth reads a short history and one that is a hundred times as long; the figures for an event are to be equal.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{fewEvents, 100 * fewEvents} {
		s, _, closing, err := scrollSide(fmt.Sprint(n, " events"), n, 1)
		if err != nil {
			b.Fatal(err)
		}
		compare(b, "event", s)
		closing()
	}
}

// compare runs each side as a benchmark of its own, and reports its speed and its allocations for each unit.
func compare(b *testing.B, unit string, sides ...side) {
	b.Helper()
	for _, s := range sides {
		b.Run(s.name, func(b *testing.B) {
			units := 0
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			for b.Loop() {
				n, err := s.run(b.Context())
				if err != nil {
					b.Fatal(err)
				}
				units += n
			}
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(units)/took.Seconds(), unit+"s/s")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(units), "allocs/"+unit)
			b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(units), "B/"+unit)
		})
	}
}

// Whatever is measured reads the same: each side delivers as many events or nodes as there are.
func TestSidesDoTheSame(t *testing.T) {
	t.Parallel()
	const events = 2*largestPage + 7
	sides, closing, err := walkSides(events)
	if err != nil {
		t.Fatal(err)
	}
	defer closing()
	for _, s := range sides {
		if n, err := s.run(t.Context()); err != nil || n != events {
			t.Errorf("%s: %d events, error %v, want %d events", s.name, n, err, events)
		}
	}
	h, err := serveAnswer(20 << 10)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	lists, _, err := aomSides(h)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range lists {
		if n, err := s.run(t.Context()); err != nil || n != h.nodes || n == 0 {
			t.Errorf("%s: %d nodes, error %v, want %d nodes", s.name, n, err, h.nodes)
		}
	}
}

// The page that is written over for each request is what a book would have.
func TestScrollIsABook(t *testing.T) {
	t.Parallel()
	const events = 2*largestPage + 10
	h, err := serve(newScroll(events).answer, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	client, err := openFnF(h, 0)
	if err != nil {
		t.Fatal(err)
	}
	next := int64(scrollStart)
	for e, err := range client.Events(t.Context(), history.EventQuery{Ref: execution("scroll")}) {
		if err != nil {
			t.Fatal(err)
		}
		if next++; e.ID != next || e.Cause != next-1 {
			t.Fatalf("event %d, caused by %d, at the place of %d", e.ID, e.Cause, next)
		}
	}
	if next != scrollStart+events {
		t.Errorf("the last event is %d, want %d", next, scrollStart+events)
	}
}

// An event has about as many bytes on the wire as real ones.
func TestEventSize(t *testing.T) {
	t.Parallel()
	if size := len(encodePage(1, largestPage, true)) / largestPage; size < 300 || size > 340 {
		t.Errorf("an event has %d bytes on the average, want about 320", size)
	}
}

func TestGrowth(t *testing.T) {
	t.Parallel()
	figures, err := growth(t.Context(), 1, 1000, 3000)
	if err != nil || len(figures) != 4 {
		t.Errorf("%d figures, error %v, want 4", len(figures), err)
	}
}
