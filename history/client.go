// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"context"
	"log/slog"
	"time"
)

// Client reads histories from one source. It is safe for concurrent use by any number of goroutines, starts none that
// outlives a call, and needs no closing.
type Client struct {
	src      Source
	log      *slog.Logger
	poll     time.Duration
	prefetch int
}

// maxPrefetch keeps a careless "as many as possible" from filling the memory.
const maxPrefetch = 1000

// NewClient makes a client that reads from src; opts may be nil. The packages alibaba and huawei have a New of their own
// that does both. It panics when src is nil.
func NewClient(src Source, opts *ClientOptions) *Client {
	if src == nil {
		panic("history: NewClient of a nil Source") // here, where the mistake is, and not at the first call
	}
	var o ClientOptions
	if opts != nil {
		o = *opts
	}
	return &Client{
		src:      src,
		log:      cmp.Or(o.Logger, slog.New(slog.DiscardHandler)),
		poll:     cmp.Or(min(max(o.PollInterval, 0), slowestPoll), defaultPoll),
		prefetch: min(max(o.Prefetch, 0), maxPrefetch),
	}
}

// Provider is the provider of everything that the client reads: "alibaba", "huawei", ….
func (c *Client) Provider() string { return c.src.Provider() }

// Scope is the Ref.Scope of everything that the client reads.
func (c *Client) Scope() string { return c.src.Scope() }

// Capabilities says what the client can do with its source. Workflows and LongPoll are true only when the source says so
// and is a WorkflowLister, or a Waiter.
func (c *Client) Capabilities() Capabilities {
	can := c.src.Capabilities()
	// A source that embeds another passes on what that one says of itself, and hides the methods behind it.
	_, lists := c.src.(WorkflowLister)
	_, holds := c.src.(Waiter)
	can.Workflows, can.LongPoll = can.Workflows && lists, can.LongPoll && holds
	return can
}

// Describe reads one execution with one call: status, times, input and output; steps only if the same call brings them
// (AOM). ref.Workflow and ref.Execution are required.
func (c *Client) Describe(ctx context.Context, ref Ref) (Execution, error) {
	w := c.walk(ctx, "Describe", "")
	if err := w.checkRef(ref); err != nil {
		return Execution{}, w.fail(err)
	}
	if err := (EventQuery{Ref: ref}).check(); err != nil {
		return Execution{}, w.fail(err)
	}
	if ctx.Err() != nil {
		return Execution{}, w.fail(ctx.Err())
	}
	e, err := c.src.Describe(ctx, c.own(ref))
	if err != nil {
		return Execution{}, w.fail(err)
	}
	return e, nil
}

// own is ref with the client's provider and scope.
func (c *Client) own(ref Ref) Ref {
	ref.Provider, ref.Scope = c.Provider(), c.Scope()
	return ref
}
