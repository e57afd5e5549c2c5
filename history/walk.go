// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"context"
	"errors"
	"iter"
)

// walk is what the client adds to one call of its source: the checks before it, the shape of its errors, the place where
// it stopped.
type walk struct {
	ctx    context.Context
	client *Client
	op     string
	from   Cursor // the query's own
	place  Cursor // behind what was delivered
}

func (c *Client) walk(ctx context.Context, op string, from Cursor) *walk {
	return &walk{ctx: ctx, client: c, op: op, from: from, place: from}
}

// checkRef refuses a reference to another provider or scope.
func (w *walk) checkRef(ref Ref) error {
	if own := w.client.Provider(); ref.Provider != "" && ref.Provider != own {
		return invalid("query", "the query's Provider is %q, this client reads %q; leave it empty or use that provider's client", clip(ref.Provider, 80), own)
	}
	if own := w.client.Scope(); ref.Scope != "" && ref.Scope != own {
		return invalid("query", "the query's Scope is %q, this client reads %q; leave it empty or use a client of that scope", clip(ref.Scope, 80), own)
	}
	return nil
}

// fail gives any error its final shape: an *Error that knows where it happened and where to go on, and that matches a
// context's error only if the caller's context is the reason.
func (w *walk) fail(err error) error {
	out := &Error{Op: w.op}
	e, ok := errors.AsType[*Error](err)
	switch {
	case ok && e == nil: // the source declared one, returned it as an error, and meant none
		out.Kind, out.Message = ErrDecode, "the source's error is a *history.Error that is nil"
	case ok:
		copied := *e
		out = &copied
	default:
		out.Kind, _ = errors.AsType[Kind](err)
		out.Err = err
	}
	out.Provider, out.Scope = w.client.Provider(), w.client.Scope()
	if out.Op == "" {
		out.Op = w.op
	}
	switch {
	case out.Kind == ErrInvalid || out.Kind == ErrCursor:
		out.Cursor = w.from
	case out.Cursor == "":
		out.Cursor = w.place
	}
	switch {
	case w.ctx.Err() != nil && out.Kind != ErrInvalid && out.Kind != ErrCursor:
		out.Kind = ""
		if !endedBy(w.ctx, out.Err) {
			out.Err = contextError(w.ctx)
		}
	case ok && isContext(out.Err) && w.tooLate(out):
	case isContext(out.Err):
		out.Err = errors.New(out.Err.Error()) // somebody else's context; the text is all that is true of the caller
		fallthrough
	default:
		out.Kind = cmp.Or(out.Kind, ErrUnknown)
	}
	return out
}

// tooLate reports whether an error says that the caller's deadline leaves no time for the wait that comes next.
func (w *walk) tooLate(e *Error) bool {
	_, hasDeadline := w.ctx.Deadline()
	return e.Kind == "" && hasDeadline && !errors.Is(e.Err, context.Canceled)
}

func isContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// endedBy reports whether an error tells already that the context is done, and why. A source does so without its secrets, which
// the cause may speak of.
func endedBy(ctx context.Context, err error) bool {
	return errors.Is(err, ctx.Err()) && errors.Is(err, context.Cause(ctx))
}

// contextError is the error of a context that is done; it matches both its Err and its Cause. It does not repeat the text of
// the cause, which is the caller's own and may speak of secrets.
func contextError(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if cause == nil || cause == err {
		return err
	}
	return &causedError{err, cause}
}

type causedError struct{ err, cause error }

func (e *causedError) Error() string   { return e.err.Error() }
func (e *causedError) Unwrap() []error { return []error{e.err, e.cause} }

// pages passes a source's pages on: filtered, guarded against circles, with the walk's place kept, ending at an empty
// Next or at one error in its final shape.
func pages[T any](w *walk, seq iter.Seq2[Page[T], error], keep func(T) bool, yield func(Page[T], error) bool) {
	if w.ctx.Err() != nil {
		yield(Page[T]{}, w.fail(w.ctx.Err()))
		return
	}
	var circle circle
	more := false
	for page, err := range seq {
		if err == nil && circle.closes(page.Next) {
			err = cursorError("the provider's pages go round in circles: this page's Next came before")
		}
		if err != nil {
			yield(Page[T]{}, w.fail(err))
			return
		}
		brought := len(page.Items)
		if keep != nil {
			page.Items = filter(page.Items, keep)
		}
		if len(page.Items) == 0 && page.Next != "" && w.ctx.Err() != nil {
			w.place = page.Next // a source that takes no notice of its context could go on like this for ever
			yield(Page[T]{}, w.fail(w.ctx.Err()))
			return
		}
		if page.Items == nil {
			page.Items = []T{} // in JSON a list, not null
		}
		w.client.log.DebugContext(w.ctx, "history page", "provider", w.client.Provider(), "scope", w.client.Scope(), "op", w.op,
			"items", brought, "passed", len(page.Items), "last", page.Next == "", "request_id", page.RequestID)
		if !yield(page, nil) || page.Next == "" {
			return
		}
		w.place, more = page.Next, true
	}
	why := "the source ended without a page"
	if more {
		why = "the source ended although its last page has a Next"
	}
	yield(Page[T]{}, w.fail(&Error{Kind: ErrDecode, Message: why}))
}

func filter[T any](items []T, keep func(T) bool) []T {
	kept := items[:0]
	for _, item := range items {
		if keep(item) {
			kept = append(kept, item)
		}
	}
	clear(items[len(kept):])
	return kept
}

// circle finds a sequence of cursors that repeats itself, in constant memory: Brent's method, which holds each cursor
// against one that is remembered, and remembers another after 1, 2, 4, 8, … steps.
type circle struct {
	remembered   Cursor
	steps, power int
}

func (c *circle) closes(next Cursor) bool {
	if next == "" {
		return false
	}
	if c.power > 0 && next == c.remembered {
		return true
	}
	if c.steps++; c.steps >= c.power {
		c.remembered, c.power, c.steps = next, max(1, c.power*2), 0
	}
	return false
}

// items flattens pages into their items. done, unless it is nil, gets the items of each page that was read to its end.
func items[T any](seq iter.Seq2[Page[T], error], done func([]T)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		for page, err := range seq {
			if err != nil {
				yield(zero, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
			if done != nil {
				done(page.Items)
			}
		}
	}
}

// first is the first page of a sequence.
func first[T any](seq iter.Seq2[Page[T], error]) (Page[T], error) {
	for page, err := range seq {
		return page, err
	}
	return Page[T]{}, nil
}
