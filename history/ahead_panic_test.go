// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// A panic reaches the consumer, behind the pages before it, also when a page that came in made foretell be called.
func TestPagedAheadPassesPanicsOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &numbered{n: 9}
		var got []int
		defer func() {
			equal(t, "panic", any("no cursor"), recover())
			equal(t, "pages before it", []int{0, 1, 2}, got)
		}()
		clueless := func(c history.Cursor) history.Cursor {
			if c == "3" {
				panic("no cursor")
			}
			return foretell(c)
		}
		for page, err := range history.PagedAhead(t.Context(), "", 2, clueless, b.fetch) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, page.Items...)
			synctest.Wait()
		}
	})
}

// A fetch that ends its goroutine, as t.FailNow does in an Observe, brought no page: not an empty last one either.
func TestPagedAheadFetchEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	seq := history.PagedAhead(t.Context(), "", 2, foretell, func(context.Context, history.Cursor, bool) (history.Page[int], error) {
		runtime.Goexit()
		return history.Page[int]{}, nil
	})
	if _, err := history.Collect(seq); err == nil {
		t.Error("the walk ended without an error")
	}
}

// exiting is a source that ends the goroutine that reads from it, behind one page.
type exiting struct{ *historytest.Source }

func (s exiting) EventPages(ctx context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
	return func(yield func(history.Page[history.Event], error) bool) {
		for page, err := range s.Source.EventPages(ctx, q) {
			yield(page, err)
			runtime.Goexit()
		}
	}
}

// That is told as what it is, and not as an answer that the source did not give.
func TestReadingAheadOfASourceThatEndsItsGoroutine(t *testing.T) {
	t.Parallel()
	client := history.NewClient(exiting{newSource(8, 3)}, &history.ClientOptions{Prefetch: 2})
	got, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref}))
	equal(t, "events before it", events(8)[:3], got)
	if !errors.Is(err, history.ErrUnknown) || !strings.Contains(fmt.Sprint(err), "ended") {
		t.Errorf("error is %v, want one that says that the goroutine was ended", err)
	}
}
