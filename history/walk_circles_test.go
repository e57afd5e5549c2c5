// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// A walk through pages that lead back is found, wherever the circle begins and however long it is.
func TestCircles(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ before, length int }{
		{0, 1}, {1, 1}, {5, 1}, {0, 2}, {0, 3}, {3, 4}, {10, 7}, {100, 64}, {63, 65}, {0, 1000},
	} {
		t.Run(fmt.Sprintf("%d pages, then a circle of %d", tc.before, tc.length), func(t *testing.T) {
			t.Parallel()
			c := history.NewClient(&historytest.Source{OnEventPages: circling(tc.before, tc.length)}, nil)
			pages := 0
			var err error
			for _, err = range c.EventPages(t.Context(), history.EventQuery{Ref: ref}) {
				if pages++; pages > 4*(tc.before+tc.length)+4 {
					t.Fatal("the walk does not end")
				}
			}
			e := asError(t, err)
			if e.Kind != history.ErrCursor || e.Cursor != "" || !strings.Contains(err.Error(), "circles") {
				t.Errorf("the error is %v at %q, want ErrCursor at the query's own", err, e.Cursor)
			}
		})
	}
}

// circling is empty pages that lead back after before+length of them.
func circling(before, length int) func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
	return func(ctx context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
		step := 0
		return history.Paged(ctx, "", func(context.Context, history.Cursor) (history.Page[history.Event], error) {
			at := step
			if step++; at >= before {
				at = before + (at-before)%length
			}
			return history.Page[history.Event]{Next: history.Cursor(strconv.Itoa(at))}, nil
		})
	}
}

// A walk without a circle is none, and finding that out takes no memory.
func TestLongWalkInConstantMemory(t *testing.T) {
	const length = 200_000
	c := history.NewClient(&historytest.Source{OnEventPages: circling(length, 1)}, nil)
	var before, after runtime.MemStats
	pages := 0
	for _, err := range c.EventPages(t.Context(), history.EventQuery{Ref: ref}) {
		if err != nil {
			t.Fatalf("after %d pages: %v", pages, err)
		}
		pages++
		if pages == 1000 {
			runtime.GC()
			runtime.ReadMemStats(&before)
		}
		if pages == length {
			break
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 1<<20 {
		t.Errorf("the walk over %d pages keeps %d bytes", length, grown)
	}
}
