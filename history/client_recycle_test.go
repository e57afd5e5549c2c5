// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// recycler is a source that overwrites what it gets back, as one that uses it again does.
type recycler struct {
	*historytest.Source
	pages []int // how many events each page had that came back
}

func (r *recycler) Recycle(events []history.Event) {
	r.pages = append(r.pages, len(events))
	clear(events)
}

func newRecycler() *recycler {
	return &recycler{Source: newSource(8, 3)}
}

// Events gives back the pages that were read to their end, and what it gave out is not touched by that.
func TestEventsGiveTheirPagesBack(t *testing.T) {
	t.Parallel()
	for _, prefetch := range []int{0, 2} {
		src := newRecycler()
		client := history.NewClient(src, &history.ClientOptions{Prefetch: prefetch})
		got, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref}))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "events", events(8), got)
		equal(t, "events of the pages that came back", []int{3, 3, 2}, src.pages)
	}
}

// A page that is not read to its end does not come back, nor does one that the consumer has.
func TestPagesThatAreInUseAreKept(t *testing.T) {
	t.Parallel()
	src := newRecycler()
	client := history.NewClient(src, nil)
	if _, err := history.Collect(history.Limit(client.Events(t.Context(), history.EventQuery{Ref: ref}), 5)); err != nil {
		t.Fatal(err)
	}
	equal(t, "events of the pages that came back", []int{3}, src.pages)
	src.pages = nil
	if _, err := history.Collect(client.EventPages(t.Context(), history.EventQuery{Ref: ref})); err != nil {
		t.Fatal(err)
	}
	if _, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref}); err != nil {
		t.Fatal(err)
	}
	if len(src.pages) > 0 {
		t.Errorf("%d pages came back that the consumer has", len(src.pages))
	}
}
