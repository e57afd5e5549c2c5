// SPDX-License-Identifier: Apache-2.0

package history

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// Workflows reads the workflows that pass the query's filters, in the provider's own order. On a source that cannot list
// workflows (Capabilities.Workflows) it is one error, which matches errors.ErrUnsupported and ErrInvalid.
//
// A list may change while it is read. A workflow that was made or deleted meanwhile may be in it or not. The others are
// there, with one exception: AOM numbers its pages, so that a deletion can hide a workflow from the walk.
func (c *Client) Workflows(ctx context.Context, q WorkflowQuery) iter.Seq2[Workflow, error] {
	return items(c.WorkflowPages(ctx, q), nil)
}

// WorkflowPages is Workflows page by page, with each page's cursors and request id. Pages may be empty when a filter lets
// nothing of them pass.
func (c *Client) WorkflowPages(ctx context.Context, q WorkflowQuery) iter.Seq2[Page[Workflow], error] {
	return c.workflowPages(ctx, q, c.prefetch)
}

// WorkflowPage reads one page with one request, for services that hand pages on: give q.From the Next of the page before.
func (c *Client) WorkflowPage(ctx context.Context, q WorkflowQuery) (Page[Workflow], error) {
	return first(c.workflowPages(ctx, q, 0))
}

func (c *Client) workflowPages(ctx context.Context, q WorkflowQuery, prefetch int) iter.Seq2[Page[Workflow], error] {
	return func(yield func(Page[Workflow], error) bool) {
		w := c.walk(ctx, "WorkflowPages", q.From)
		lister, err := c.lister()
		if err == nil {
			err = c.checkWorkflows(q)
		}
		if err != nil {
			yield(Page[Workflow]{}, w.fail(err))
			return
		}
		own := q
		own.Prefetch = prefetch
		seq := readAhead(ctx, prefetch, func(ctx context.Context) iter.Seq2[Page[Workflow], error] {
			return lister.WorkflowPages(ctx, own)
		})
		pages(w, seq, q.Match, yield)
	}
}

// lister is the source as one that lists workflows.
func (c *Client) lister() (WorkflowLister, error) {
	if lister, ok := c.src.(WorkflowLister); ok {
		return lister, nil
	}
	return nil, &Error{Kind: ErrInvalid, Err: errors.ErrUnsupported, Message: fmt.Sprintf(
		"a source of %q cannot list workflows; see Capabilities.Workflows, and name the workflow in a query for its executions", c.Provider())}
}

func (c *Client) checkWorkflows(q WorkflowQuery) error {
	if err := checkPageSize(q.PageSize); err != nil {
		return err
	}
	return q.From.check(Position{Ref: c.own(Ref{}), Query: q.Fingerprint()})
}
