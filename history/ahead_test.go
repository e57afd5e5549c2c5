// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// numbered is a book of n pages, page i at the cursor i (the first at ""), that remembers what was fetched.
type numbered struct {
	n      int
	jumps  map[int]int   // the page behind another is not the next number
	breaks map[int]error // a page is an error
	hasty  map[int]bool  // a page is an error as long as it is foretold
	hangs  int           // from this page on fetches wait for their context; 0 = none
	takes  time.Duration // how long a fetch takes

	mu                sync.Mutex
	asked             map[int]time.Time // when a page was last fetched
	fetched, foretold []int
	running, most     int
}

func pageNumber(c history.Cursor) int {
	i, _ := strconv.Atoi(cmp.Or(string(c), "0"))
	return i
}

func foretell(c history.Cursor) history.Cursor {
	return history.Cursor(strconv.Itoa(pageNumber(c) + 1))
}

func (b *numbered) fetch(ctx context.Context, at history.Cursor, foretold bool) (history.Page[int], error) {
	i := pageNumber(at)
	b.mu.Lock()
	b.fetched = append(b.fetched, i)
	if foretold {
		b.foretold = append(b.foretold, i)
	}
	b.running++
	b.most = max(b.most, b.running)
	if b.asked == nil {
		b.asked = make(map[int]time.Time)
	}
	b.asked[i] = time.Now()
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		b.running--
		b.mu.Unlock()
	}()
	if b.takes > 0 {
		select {
		case <-time.After(b.takes):
		case <-ctx.Done():
			return history.Page[int]{}, ctx.Err()
		}
	}
	if b.hangs > 0 && i >= b.hangs {
		<-ctx.Done()
		return history.Page[int]{}, ctx.Err()
	}
	if err := b.breaks[i]; err != nil || foretold && b.hasty[i] {
		return history.Page[int]{}, cmp.Or(err, errBroken)
	}
	page := history.Page[int]{Items: []int{i}}
	if next := cmp.Or(b.jumps[i], i+1); next < b.n {
		page.Next = history.Cursor(strconv.Itoa(next))
	}
	return page, nil
}

// furthest is the highest page fetched so far.
func (b *numbered) furthest() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Max(b.fetched)
}

// A consumer that is faster than the service: what counts is when each page is asked for.
func TestPagedAheadGuessesMoreAndMore(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		n    int
		book *numbered
		want []int // the round trip at whose beginning each page is asked for
	}{
		{"1", 1, &numbered{n: 6}, []int{0, 1, 1, 2, 2, 3}},
		{"2", 2, &numbered{n: 7}, []int{0, 1, 1, 1, 2, 2, 2}},
		{"8, of a short book", 8, &numbered{n: 6}, []int{0, 1, 1, 1, 2, 2}},
		{"8, of a long book", 8, &numbered{n: 19}, []int{0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5}},
		{"a jump starts over", 8, &numbered{n: 60, jumps: map[int]int{2: 50}}, []int{0, 1, 1, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5}},
		{"foretelling fails all the time", 8, &numbered{n: 9, jumps: map[int]int{0: 2, 2: 4, 4: 6, 6: 8}}, []int{0, 1, 2, 3, 4}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tc.book.takes = time.Second
				began := time.Now()
				pages, err := history.Collect(history.PagedAhead(t.Context(), "", tc.n, foretell, tc.book.fetch))
				if err != nil {
					t.Fatal(err)
				}
				var got []int
				for _, page := range pages {
					got = append(got, int(tc.book.asked[page.Items[0]].Sub(began)/time.Second))
				}
				equal(t, "round trips", tc.want, got)
				if most := tc.n + 1; tc.book.most > most {
					t.Errorf("%d pages under way at once, want %d at most: the one that is waited for and %d ahead", tc.book.most, most, tc.n)
				}
			})
		})
	}
}

// A short book costs two fetches too many at most, wherever it ends, and no more than are ahead.
func TestPagedAheadWastesLittle(t *testing.T) {
	t.Parallel()
	for n := range 6 {
		for _, ahead := range []int{1, 2, 3, 8, 100} {
			synctest.Test(t, func(t *testing.T) {
				b := &numbered{n: n + 1, takes: time.Second}
				pages, err := history.Collect(history.PagedAhead(t.Context(), "", ahead, foretell, b.fetch))
				if err != nil || len(pages) != b.n {
					t.Errorf("%d pages, error %v, want %d pages", len(pages), err, b.n)
				}
				if wasted := len(b.fetched) - b.n; wasted > min(2, ahead) {
					t.Errorf("Prefetch %d: %d fetches for %d pages", ahead, len(b.fetched), b.n)
				}
			})
		}
	}
}

// Pages are asked for while the consumer is at another, as soon as their cursors are real, but never more than n.
func TestPagedAheadDoesNotWaitForTheConsumer(t *testing.T) {
	t.Parallel()
	blind := func(history.Cursor) history.Cursor { return "" }
	for name, guess := range map[string]func(history.Cursor) history.Cursor{"foretold": foretell, "blind": blind} {
		synctest.Test(t, func(t *testing.T) {
			b := &numbered{n: 100}
			var got []int
			for page, err := range history.PagedAhead(t.Context(), "", 5, guess, b.fetch) {
				if err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if got = append(got, b.furthest()-page.Items[0]); len(got) == 3 {
					break
				}
			}
			equal(t, name+": pages ahead", []int{5, 5, 5}, got)
		})
	}
}

func TestPagedAheadIsPaged(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		book  *numbered
		want  []int
		fails bool
	}{
		{"one page", &numbered{n: 1}, []int{0}, false},
		{"many", &numbered{n: 7}, []int{0, 1, 2, 3, 4, 5, 6}, false},
		{"jumps", &numbered{n: 9, jumps: map[int]int{1: 4, 5: 8}}, []int{0, 1, 4, 5, 8}, false},
		{"a jump back", &numbered{n: 9, jumps: map[int]int{3: 8, 5: 7}}, []int{0, 1, 2, 3, 8}, false},
		{"an error on the way", &numbered{n: 9, breaks: map[int]error{4: errBroken}}, []int{0, 1, 2, 3}, true},
		{"an error at once", &numbered{n: 9, breaks: map[int]error{0: errBroken}}, nil, true},
		{"an error at a page that was foretold wrongly is none", &numbered{n: 9, jumps: map[int]int{3: 6},
			breaks: map[int]error{4: errBroken, 5: errBroken}}, []int{0, 1, 2, 3, 6, 7, 8}, false},
		{"an error behind the end is none", &numbered{n: 5, breaks: map[int]error{5: errBroken, 6: errBroken}}, []int{0, 1, 2, 3, 4}, false},
		{"an error at a foretold page is tried again", &numbered{n: 7, hasty: map[int]bool{2: true, 3: true, 5: true}},
			[]int{0, 1, 2, 3, 4, 5, 6}, false},
	} {
		for _, n := range []int{-1, 0, 1, 2, 3, 8, 100} {
			t.Run(tc.name+"/"+strconv.Itoa(n), func(t *testing.T) {
				t.Parallel()
				seq := history.PagedAhead(t.Context(), "", n, foretell,
					(&numbered{n: tc.book.n, jumps: tc.book.jumps, breaks: tc.book.breaks, hasty: tc.book.hasty}).fetch)
				for range 2 {
					pages, err := history.Collect(seq)
					var got []int
					for _, p := range pages {
						got = append(got, p.Items...)
					}
					equal(t, "items", tc.want, got)
					equal(t, "failed", tc.fails, errors.Is(err, errBroken))
				}
			})
		}
	}
}

func TestPagedAheadWithoutForesight(t *testing.T) {
	t.Parallel()
	b := &numbered{n: 6}
	blind := func(history.Cursor) history.Cursor { return "" }
	pages, err := history.Collect(history.PagedAhead(t.Context(), "", 4, blind, b.fetch))
	if err != nil || len(pages) != 6 {
		t.Errorf("%d pages, error %v", len(pages), err)
	}
	equal(t, "pages fetched at a time", 1, b.most)
}

func TestPagedAheadTellsWhatIsForetold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &numbered{n: 6, jumps: map[int]int{1: 4}, takes: time.Second}
		for _, err := range history.PagedAhead(t.Context(), "", 2, foretell, b.fetch) {
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		slices.Sort(b.foretold)
		// The cursors of 1, 4 and 5 are real before they are asked for.
		equal(t, "pages fetched at a guess", []int{2, 3, 6, 7}, b.foretold)
	})
}

func TestPagedAheadStartsNothingBeforeTheRange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &numbered{n: 6}
		history.PagedAhead(t.Context(), "", 4, foretell, b.fetch)
		synctest.Wait()
		equal(t, "pages fetched", 0, len(b.fetched))
	})
}

// Leaving the loop ends the fetches under way and waits for them: synctest fails the test otherwise.
func TestPagedAheadIsLeft(t *testing.T) {
	t.Parallel()
	leave := map[string]func(seq func(func(history.Page[int], error) bool)){
		"by break": func(seq func(func(history.Page[int], error) bool)) {
			for page := range seq {
				if page.Items[0] == 3 {
					break
				}
			}
		},
		"by panic": func(seq func(func(history.Page[int], error) bool)) {
			defer func() { _ = recover() }()
			for page := range seq {
				if page.Items[0] == 3 {
					panic("in the loop body")
				}
			}
		},
	}
	for name, walk := range leave {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := &numbered{n: 100, hangs: 5}
				walk(history.PagedAhead(t.Context(), "", 8, foretell, b.fetch))
				equal(t, "fetches still running", 0, b.running)
			})
		})
	}
}

func TestPagedAheadDeliversWhatWasRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		b := &numbered{n: 100}
		var got []int
		var last error
		for page, err := range history.PagedAhead(ctx, "", 2, foretell, b.fetch) {
			synctest.Wait() // pages 1 and 2 are there
			cancel()
			got, last = append(got, page.Items...), err
		}
		equal(t, "items", []int{0, 1, 2}, got)
		equal(t, "fetches", 3, len(b.fetched))
		if !errors.Is(last, context.Canceled) {
			t.Errorf("the walk ended with %v, want context.Canceled", last)
		}
	})
}

func TestPagedAheadStartsNothingOnADeadContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		b := &numbered{n: 100, hangs: 1}
		var last error
		for _, err := range history.PagedAhead(ctx, "", 4, foretell, b.fetch) {
			synctest.Wait() // pages 1, 2 and 3 hang
			cancel()
			last = err
		}
		slices.Sort(b.fetched)
		equal(t, "pages fetched", []int{0, 1, 2, 3}, b.fetched)
		if !errors.Is(last, context.Canceled) {
			t.Errorf("the walk ended with %v, want context.Canceled", last)
		}
	})
}
