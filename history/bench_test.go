// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"iter"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// buffered is a client whose source has its pages ready, and their number of events.
func buffered(prefetch int) (*history.Client, int) {
	const pageCount, pageSize = 10, 100
	all := events(pageCount * pageSize)
	var pages []history.Page[history.Event]
	for i := range pageCount {
		page := history.Page[history.Event]{Items: all[i*pageSize : (i+1)*pageSize]}
		page.Resume = history.After(page.Items[pageSize-1])
		if i < pageCount-1 {
			page.Next = page.Resume
		}
		pages = append(pages, page)
	}
	src := &historytest.Source{OnEventPages: func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
		return func(yield func(history.Page[history.Event], error) bool) {
			for _, page := range pages {
				if !yield(page, nil) {
					return
				}
			}
		}
	}}
	return history.NewClient(src, &history.ClientOptions{Prefetch: prefetch}), len(all)
}

// walkAll counts the events of a walk without keeping any.
func walkAll(tb testing.TB, c *history.Client) int {
	n := 0
	for _, err := range c.Events(tb.Context(), history.EventQuery{Ref: ref}) {
		if err != nil {
			tb.Fatal(err)
		}
		n++
	}
	return n
}

// What a walk allocates is per walk and page, not per event.
func TestWalkingAllocatesNothingPerEvent(t *testing.T) {
	c, want := buffered(0)
	equal(t, "events", want, walkAll(t, c))
	if got := testing.AllocsPerRun(10, func() { walkAll(t, c) }); got > 100 {
		t.Errorf("a walk over %d events makes %.0f allocations", want, got)
	}
}

func BenchmarkWalk1000Events(b *testing.B) {
	for name, prefetch := range map[string]int{"one by one": 0, "read ahead": 2} {
		b.Run(name, func(b *testing.B) {
			c, _ := buffered(prefetch)
			b.ReportAllocs()
			for b.Loop() {
				walkAll(b, c)
			}
		})
	}
}

func BenchmarkCursor(b *testing.B) {
	p := history.Position{Ref: ref, Token: "4711", LastEvent: 4711}
	b.Run("NewCursor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			history.NewCursor(p)
		}
	})
	c := history.NewCursor(p)
	b.Run("Position", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Position(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDetailJSON(b *testing.B) {
	d := history.Detail(`{"input":{"order":{"id":4711,"items":[1,2,3]}},"local":{"n":1}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.MarshalJSON(); err != nil {
			b.Fatal(err)
		}
	}
}
