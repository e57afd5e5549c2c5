// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// A page at a foretold cursor that the provider does not take is asked for again, and from then on half as many are asked for
// ahead of the one that is waited for, so that such a provider is not asked in vain for ever.
func TestPagedAheadHalvesBehindAnError(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		ahead, want int // the most pages under way at once, behind the error
	}{{8, 1 + 4}, {4, 1 + 2}, {2, 1 + 1}, {1, 1}} {
		synctest.Test(t, func(t *testing.T) {
			b := &numbered{n: 60, takes: time.Second, hasty: map[int]bool{2: true}}
			for page, err := range history.PagedAhead(t.Context(), "", tt.ahead, foretell, b.fetch) {
				if err != nil {
					t.Fatal(err)
				}
				if page.Items[0] == 2 {
					b.mu.Lock()
					b.most = 0
					b.mu.Unlock()
				}
			}
			equal(t, "most at once with "+strconv.Itoa(tt.ahead), tt.want, b.most)
		})
	}
}

// A provider that takes no foretold cursors is read ahead too: the page at a real one while the consumer is at the one before.
func TestPagedAheadGivesUpOnlyForetelling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &numbered{n: 9, takes: time.Second, hasty: map[int]bool{2: true}}
		var got []int
		for page, err := range history.PagedAhead(t.Context(), "", 1, foretell, b.fetch) {
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			got = append(got, b.furthest()-page.Items[0])
		}
		equal(t, "pages ahead", []int{1, 1, 1, 1, 1, 1, 1, 1, 0}, got)
		equal(t, "pages fetched at a guess", []int{2}, b.foretold)
	})
}

// What a foretold cursor brought stays unsaid also when the consumer's context ends before it is known to be real.
func TestPagedAheadHidesAGuessBehindACancel(t *testing.T) {
	t.Parallel()
	for _, ahead := range []int{1, 2, 8} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			fetch := func(_ context.Context, at history.Cursor, foretold bool) (history.Page[int], error) {
				if foretold {
					return history.Page[int]{}, history.ErrCursor
				}
				<-time.After(time.Second) // the answer is read, whatever the context
				if pageNumber(at) == 1 {
					cancel()
				}
				return history.Page[int]{Items: []int{pageNumber(at)}, Next: foretell(at)}, nil
			}
			pages, err := history.Collect(history.PagedAhead(ctx, "", ahead, foretell, fetch))
			if len(pages) != 2 || !errors.Is(err, context.Canceled) {
				t.Errorf("Prefetch %d: %d pages, then %v, want 2 pages and context.Canceled", ahead, len(pages), err)
			}
		})
	}
}

// What was foretold wrongly is canceled as soon as that shows, and not only at the end of the walk.
func TestPagedAheadCancelsWhatWasForetoldWrongly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &numbered{n: 60, jumps: map[int]int{2: 50}}
		var canceled atomic.Int32
		fetch := func(ctx context.Context, at history.Cursor, foretold bool) (history.Page[int], error) {
			if n := pageNumber(at); 2 < n && n < 50 {
				<-ctx.Done()
				canceled.Add(1)
				return history.Page[int]{}, ctx.Err()
			}
			if pageNumber(at) == 2 {
				<-time.After(time.Second) // until those behind it are under way
			}
			return b.fetch(ctx, at, foretold)
		}
		for page, err := range history.PagedAhead(t.Context(), "", 3, foretell, fetch) {
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			if page.Items[0] == 50 && canceled.Load() == 0 {
				t.Error("nothing was canceled behind a jump")
			}
		}
	})
}

// Who has left the loop need not fear that a fetch still runs.
func TestPagedAheadWaitsForItsFetches(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var running atomic.Int32
		fetch := func(_ context.Context, at history.Cursor, _ bool) (history.Page[int], error) {
			running.Add(1)
			defer running.Add(-1)
			if at != "" {
				<-time.After(time.Minute) // it takes its time to notice that it is canceled
			}
			return history.Page[int]{Next: foretell(at)}, nil
		}
		for range history.PagedAhead(t.Context(), "", 3, foretell, fetch) {
			synctest.Wait()
			equal(t, "running in the loop", true, running.Load() > 0)
			break
		}
		equal(t, "running behind the loop", 0, int(running.Load()))
	})
}
