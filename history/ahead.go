// SPDX-License-Identifier: Apache-2.0

package history

import (
	"context"
	"errors"
	"iter"
	"sync"
)

// PagedAhead is Paged with up to n pages requested before the consumer asks for them, so that n + 1 may be under way while it
// waits for one; n < 1 is Paged. foretell guesses the Next of the page at a cursor, "" if it cannot, without having seen the
// page; it must be a pure function.
//
// A page is requested as soon as its cursor is real, however slow the consumer is. Behind it pages at foretold cursors
// are requested in parallel, but only after a real cursor turned out equal to a foretold one: at first two of them, and
// later half as many as real cursors were foretold in a row, so that a short sequence costs two requests too many at
// most, with an n of 1 one, and a long one up to n. A real cursor that was foretold wrongly begins this anew; where
// foretell returns "" the real one is waited for.
//
// What a page at a foretold cursor brought is thrown away unless the cursor turns out real, and an error always is: the
// page is asked for again, and n is halved for the rest of the walk; below 1 only the page at the next real cursor is read
// ahead. What was foretold wrongly is canceled, and may take a while to notice. fetch is told when its cursor is foretold,
// so that it does not try hard for a page that may not exist; it is called from several goroutines at once. Leaving the
// loop cancels what is under way and waits for it. What fetch or foretell panics with is passed on to the consumer, with
// the page that it was called for.
func PagedAhead[T any](ctx context.Context, from Cursor, n int, foretell func(Cursor) Cursor,
	fetch func(ctx context.Context, at Cursor, foretold bool) (Page[T], error)) iter.Seq2[Page[T], error] {
	if n < 1 {
		return Paged(ctx, from, func(ctx context.Context, at Cursor) (Page[T], error) { return fetch(ctx, at, false) })
	}
	return func(yield func(Page[T], error) bool) {
		a := &ahead[T]{n: n, foretell: foretell, fetch: fetch, behind: from, more: true}
		a.arrived.L = &a.lock
		var cancel context.CancelFunc
		a.ctx, cancel = context.WithCancel(ctx)
		defer func() {
			cancel()
			a.running.Wait()
		}()
		for {
			page, err := a.next()
			if !deliver(page, err, yield) {
				return
			}
		}
	}
}

// ahead is one range over PagedAhead. Its pages are in order: first those that are checked, which the consumer may have,
// then one whose cursor is real, then those at foretold cursors.
type ahead[T any] struct {
	ctx      context.Context
	running  sync.WaitGroup
	foretell func(Cursor) Cursor
	fetch    func(context.Context, Cursor, bool) (Page[T], error)

	lock    sync.Mutex // around all that follows
	arrived sync.Cond  // a page came in
	n       int        // the most pages ahead of the one that the consumer has or waits for
	waiting bool       // it waits
	pages   []*pending[T]
	checked int    // pages that came in and whose Next was held against what follows
	behind  Cursor // the real cursor behind the checked pages …
	more    bool   // … and whether there is a page at it
	right   int    // real cursors that were foretold rightly, in a row
}

// pending is a page that was requested and not yet delivered.
type pending[T any] struct {
	at       Cursor
	foretold bool   // at was, when the page was requested
	expected Cursor // the foretold Next of the page, "" if it cannot be
	cancel   context.CancelFunc

	here     bool // what follows is
	page     Page[T]
	err      error
	panicked any // what fetch panicked with: the consumer's goroutine passes it on
}

// errNoReturn is the error of a fetch that ended its goroutine (runtime.Goexit): without it the page would look like an
// empty last one.
var errNoReturn = errors.New("history: the goroutine that fetched a page was ended")

// next waits for the page that is next in order.
func (a *ahead[T]) next() (Page[T], error) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.waiting = true
	a.fill()
	for a.checked == 0 {
		a.arrived.Wait()
	}
	a.waiting = false
	p := a.pages[0]
	a.pages[0] = nil // the list must not keep what the consumer is done with
	a.pages = a.pages[1:]
	a.checked--
	if p.panicked != nil {
		panic(p.panicked)
	}
	a.fill()
	return p.page, p.err
}

// fill requests what may be requested.
func (a *ahead[T]) fill() {
	for a.more && len(a.pages) < a.most() {
		at, foretold := a.behind, false
		if unchecked := len(a.pages) - a.checked; unchecked > 0 {
			at, foretold = a.pages[len(a.pages)-1].expected, true
			if at == "" || unchecked > a.guesses() {
				return
			}
		}
		a.pages = append(a.pages, a.request(at, foretold))
	}
}

// most is how many pages there may be: those ahead, and the one that the consumer waits for. One at a real cursor always may.
func (a *ahead[T]) most() int {
	if a.waiting {
		return a.n + 1
	}
	return max(1, a.n)
}

// guesses is how many pages may be under way at foretold cursors.
func (a *ahead[T]) guesses() int {
	if a.right == 0 {
		return 0
	}
	return max(2, a.right/2)
}

func (a *ahead[T]) request(at Cursor, foretold bool) *pending[T] {
	ctx, cancel := context.WithCancel(a.ctx)
	p := &pending[T]{at: at, foretold: foretold, cancel: cancel}
	var panicked any
	p.expected, panicked = a.expect(at)
	a.running.Go(func() {
		page, err := Page[T]{}, errNoReturn
		defer cancel()
		defer func() {
			if value := recover(); value != nil {
				panicked = value
			}
			a.arrive(p, page, err, panicked)
		}()
		if panicked != nil {
			return
		}
		if ctx.Err() != nil {
			err = ctx.Err()
			return
		}
		page, err = a.fetch(ctx, at, foretold)
	})
	return p
}

// expect is the cursor foretold behind another one. It may be a worker that asks: what foretell panics with is delivered with
// the page, so that it reaches the consumer.
func (a *ahead[T]) expect(at Cursor) (next Cursor, panicked any) {
	defer func() { panicked = recover() }()
	return a.foretell(at), nil
}

// arrive takes what a fetch brought, and requests what that allows.
func (a *ahead[T]) arrive(p *pending[T], page Page[T], err error, panicked any) {
	a.lock.Lock()
	defer a.lock.Unlock()
	p.here, p.page, p.err, p.panicked = true, page, err, panicked
	a.check()
	a.fill()
	a.arrived.Signal()
}

// check holds the Next of each page that came in, in order, against the cursor that was foretold for it.
func (a *ahead[T]) check() {
	for a.checked < len(a.pages) && a.pages[a.checked].here {
		p := a.pages[a.checked]
		if p.err != nil && p.foretold {
			// Now the cursor is real, and on a dead context the error that of the context. The provider may take no cursors but
			// its own, so half as many are tried from here on.
			a.n /= 2
			a.pages[a.checked] = a.request(p.at, false)
			return
		}
		a.checked++
		a.behind = p.page.Next
		a.more = p.err == nil && a.behind != ""
		switch {
		case a.more && p.expected == a.behind:
			a.right++
		case a.more && p.expected == "": // nothing is behind it yet
		default:
			a.right = 0
			a.drop()
		}
	}
}

// drop gives up the pages that are not checked: they were foretold wrongly, or are no longer wanted.
func (a *ahead[T]) drop() {
	for _, p := range a.pages[a.checked:] {
		p.cancel()
	}
	a.pages = a.pages[:a.checked]
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
			last := pair{err: errNoReturn}
			defer func() {
				if last.panicked = recover(); last.panicked != nil || last.err != nil {
					send(last)
				}
			}()
			for page, err := range pages(ctx) {
				if !send(pair{page: page, err: err}) {
					break
				}
			}
			last.err = nil
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
