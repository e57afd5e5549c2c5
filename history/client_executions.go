// SPDX-License-Identifier: Apache-2.0

package history

import (
	"context"
	"iter"
)

// Executions reads the executions of a workflow that pass the query's filters, in the provider's own order, which no
// provider documents.
func (c *Client) Executions(ctx context.Context, q ExecutionQuery) iter.Seq2[Execution, error] {
	return items(c.ExecutionPages(ctx, q), nil)
}

// ExecutionPages is Executions page by page, with each page's cursors and request id. Pages may be empty when a filter
// lets nothing of them pass.
func (c *Client) ExecutionPages(ctx context.Context, q ExecutionQuery) iter.Seq2[Page[Execution], error] {
	return c.executionPages(ctx, q, c.prefetch)
}

// ExecutionPage reads one page with one request, for services that hand pages on: give q.From the Next of the page
// before. On AOM it takes a second request when executions in front of that place have gone.
func (c *Client) ExecutionPage(ctx context.Context, q ExecutionQuery) (Page[Execution], error) {
	return first(c.executionPages(ctx, q, 0))
}

func (c *Client) executionPages(ctx context.Context, q ExecutionQuery, prefetch int) iter.Seq2[Page[Execution], error] {
	return func(yield func(Page[Execution], error) bool) {
		w := c.walk(ctx, "ExecutionPages", q.From)
		if err := c.checkExecutions(q); err != nil {
			yield(Page[Execution]{}, w.fail(err))
			return
		}
		own := q
		own.Prefetch = prefetch
		seq := readAhead(ctx, prefetch, func(ctx context.Context) iter.Seq2[Page[Execution], error] {
			return c.src.ExecutionPages(ctx, own)
		})
		pages(w, seq, q.Match, yield)
	}
}

func (c *Client) checkExecutions(q ExecutionQuery) error {
	if err := q.check(); err != nil {
		return err
	}
	return q.From.check(Position{Ref: c.own(Ref{Workflow: q.Workflow}), Query: q.Fingerprint()})
}
