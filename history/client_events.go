// SPDX-License-Identifier: Apache-2.0

package history

import (
	"context"
	"iter"
)

// Events reads the events of one execution, from q.From or the beginning to the last there is, each once and in order of
// ID. It does not wait for an execution that still runs.
//
// Derived events (AOM) come in order within one read of the execution; see After for what that means for a later one.
func (c *Client) Events(ctx context.Context, q EventQuery) iter.Seq2[Event, error] {
	return items(c.EventPages(ctx, q), c.recycle())
}

// EventPages is Events page by page, with each page's cursors and request id.
func (c *Client) EventPages(ctx context.Context, q EventQuery) iter.Seq2[Page[Event], error] {
	return c.eventPages(ctx, q, c.prefetch)
}

// EventPage reads one page with one request, for services that hand pages on: give q.From the Next of the page before.
func (c *Client) EventPage(ctx context.Context, q EventQuery) (Page[Event], error) {
	return first(c.eventPages(ctx, q, 0))
}

func (c *Client) eventPages(ctx context.Context, q EventQuery, prefetch int) iter.Seq2[Page[Event], error] {
	return func(yield func(Page[Event], error) bool) {
		w := c.walk(ctx, "EventPages", q.From)
		if err := c.checkEvents(w, q); err != nil {
			yield(Page[Event]{}, w.fail(err))
			return
		}
		own := q
		own.Ref, own.Prefetch = c.own(q.Ref), prefetch
		here := prefetch // what is read ahead here and not by the source; one variable for each range
		if c.src.Capabilities().ReadsAhead {
			here = 0
		}
		seq := readAhead(ctx, here, func(ctx context.Context) iter.Seq2[Page[Event], error] {
			return c.src.EventPages(ctx, own)
		})
		pages(w, seq, nil, yield)
	}
}

func (c *Client) checkEvents(w *walk, q EventQuery) error {
	if err := q.check(); err != nil {
		return err
	}
	if err := w.checkRef(q.Ref); err != nil {
		return err
	}
	return q.From.check(Position{Ref: c.own(q.Ref)})
}
