// SPDX-License-Identifier: Apache-2.0

package history

import (
	"context"
	"errors"
	"iter"
	"sync"
)

// PagedAhead is Paged with up to n pages requested before the consumer asks for them; n < 1 is Paged. foretell guesses
// the Next of the page at a cursor, "" if it cannot, without having seen the page; it must be a pure function.
//
// The page behind the one delivered is always requested ahead, since its cursor is real. Pages behind that are requested
// at foretold cursors, in parallel, but only while real cursors turn out equal to the foretold ones, in windows of 1, 2,
// 4, … n. What a page at a foretold cursor brought is thrown away unless the cursor turns out real, and an error always
// is: the page is asked for again, and n is halved for the rest of the walk. fetch is told when its cursor is foretold, so
// that it does not try hard for a page that may not exist; it is called from several goroutines at once. Leaving the loop
// cancels what is under way and waits for it.
func PagedAhead[T any](ctx context.Context, from Cursor, n int, foretell func(Cursor) Cursor,
	fetch func(ctx context.Context, at Cursor, foretold bool) (Page[T], error)) iter.Seq2[Page[T], error] {
	if n < 1 {
		return Paged(ctx, from, func(ctx context.Context, at Cursor) (Page[T], error) { return fetch(ctx, at, false) })
	}
	return func(yield func(Page[T], error) bool) {
		a := &ahead[T]{n: n, window: 1, foretell: foretell, fetch: fetch}
		a.ctx, a.cancel = context.WithCancel(ctx)
		defer func() {
			a.cancel()
			a.running.Wait()
		}()
		a.request(from, false)
		for {
			page, err := a.next()
			if err != nil || page.Next == "" {
				a.cancel() // what is under way was foretold wrongly or is no longer wanted
			}
			if !deliver(page, err, yield) {
				return
			}
		}
	}
}

// ahead is one range over PagedAhead: the pages under way, the first of which has a real cursor.
type ahead[T any] struct {
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup
	n        int // the most pages that may be under way
	window   int // how many pages may be under way behind the one delivered
	foretell func(Cursor) Cursor
	fetch    func(context.Context, Cursor, bool) (Page[T], error)
	pages    []*pending[T]
}

// pending is one page under way; done is closed when page and err are there.
type pending[T any] struct {
	at       Cursor
	foretold bool
	cancel   context.CancelFunc
	done     chan struct{}
	page     Page[T]
	err      error
	panicked any // what fetch panicked with: the consumer's goroutine passes it on
}

// errNoReturn is the error of a fetch that ended its goroutine (runtime.Goexit): without it the page would look like an
// empty last one.
var errNoReturn = errors.New("history: the goroutine that fetched a page was ended")

func (a *ahead[T]) request(at Cursor, foretold bool) {
	ctx, cancel := context.WithCancel(a.ctx)
	p := &pending[T]{at: at, foretold: foretold, cancel: cancel, done: make(chan struct{}), err: errNoReturn}
	a.pages = append(a.pages, p)
	a.running.Go(func() {
		defer close(p.done)
		defer cancel()
		defer func() { p.panicked = recover() }()
		if err := ctx.Err(); err != nil {
			p.err = err
			return
		}
		p.page, p.err = a.fetch(ctx, at, foretold)
	})
}

// next waits for the first page under way, holds the others against its real cursor, and requests what the window allows.
func (a *ahead[T]) next() (Page[T], error) {
	p := a.pages[0]
	a.pages = a.pages[1:]
	<-p.done
	if p.panicked != nil {
		panic(p.panicked)
	}
	if p.err != nil && p.foretold && a.ctx.Err() == nil {
		p.page, p.err = a.fetch(a.ctx, p.at, false) // now the cursor is real
		// The provider may take no cursors but its own, so half as many are tried from here on.
		a.n = max(1, a.n/2)
		a.window = min(a.window, a.n)
	}
	behind := p.page.Next
	if p.err != nil || behind == "" {
		return p.page, p.err
	}
	if len(a.pages) > 0 && a.pages[0].at != behind {
		for _, wrong := range a.pages {
			wrong.cancel()
		}
		a.pages = a.pages[:0]
	}
	if a.foretell(p.at) == behind {
		a.window = min(a.n, a.window*2)
	} else {
		a.window = 1
	}
	a.fill(behind)
	return p.page, nil
}

// fill requests pages until the window is full; the first at the cursor behind the page delivered, which is real, the
// others at foretold ones.
func (a *ahead[T]) fill(behind Cursor) {
	at := behind
	if k := len(a.pages); k > 0 {
		at = a.foretell(a.pages[k-1].at)
	}
	for len(a.pages) < a.window && at != "" {
		a.request(at, at != behind)
		at = a.foretell(at)
	}
}

// readAhead lets a sequence of pages run up to n pages before its consumer. pages makes the sequence for a context that
// ends when the consumer leaves.
func readAhead[T any](ctx context.Context, n int, pages func(context.Context) iter.Seq2[Page[T], error]) iter.Seq2[Page[T], error] {
	if n < 1 {
		return pages(ctx)
	}
	type pair struct {
		page     Page[T]
		err      error
		panicked any // what the source panicked with: the consumer's goroutine passes it on
	}
	return func(yield func(Page[T], error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		read := make(chan pair, n-1) // the page that waits to be sent is the n-th
		left := make(chan struct{})
		defer func() {
			close(left)
			cancel()
			running.Wait()
		}()
		running.Go(func() {
			defer close(read)
			send := func(p pair) bool { // also on a dead context: what was read is delivered
				select {
				case read <- p:
					return true
				case <-left:
					return false
				}
			}
			defer func() {
				if p := recover(); p != nil {
					send(pair{panicked: p})
				}
			}()
			for page, err := range pages(ctx) {
				if !send(pair{page: page, err: err}) {
					return
				}
			}
		})
		for p := range read {
			if p.panicked != nil {
				panic(p.panicked)
			}
			if !yield(p.page, p.err) {
				return
			}
		}
	}
}
