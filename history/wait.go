// SPDX-License-Identifier: Apache-2.0

package history

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	defaultPoll = 2 * time.Second
	maxPoll     = 15 * time.Second
	longPoll    = time.Minute
	slowestPoll = 24 * time.Hour // keeps a careless "never" from overflowing into "always"
)

// Wait reads an execution until it has ended, and returns it as Describe does. Where the provider can hold a call until
// the end (Capabilities.LongPoll) it is told at once and with few calls; elsewhere Describe is asked again after the poll
// interval, which grows to 15 s while nothing happens and is jittered by a tenth.
//
// An execution that ended before is returned at once. One that is not known, or not yet, is ErrExecutionNotFound at once;
// Follow is more patient with it. The context limits the wait; there is no other limit. On an error
// the result is what was known last.
func (c *Client) Wait(ctx context.Context, ref Ref) (Execution, error) {
	e, err := c.Describe(ctx, ref)
	for interval := c.poll; err == nil && !e.Status.Terminal(); interval = longer(interval, max(maxPoll, c.poll)) {
		w := c.walk(ctx, "Wait", "")
		if waiter, ok := c.src.(Waiter); ok {
			began := time.Now()
			held, err := waiter.Wait(ctx, c.own(ref), longPoll)
			if err != nil {
				return e, w.fail(err)
			}
			e = held
			if e.Status.Terminal() || time.Since(began) >= interval {
				continue // it was held, so there is no need to wait on top
			}
		}
		if err := sleep(ctx, jitter(interval)); err != nil {
			return e, w.fail(err)
		}
		if _, ok := c.src.(Waiter); !ok {
			next, err := c.Describe(ctx, ref)
			if err != nil {
				return e, err
			}
			e = next
		}
	}
	return e, err
}

// longer is the interval behind one in which nothing happened. However short that was, it grows.
func longer(d, most time.Duration) time.Duration { return min(d+d/2+1, most) }

// jitter spreads an interval by a tenth, so that many clients do not ask in step.
func jitter(d time.Duration) time.Duration {
	return d - d/20 + rand.N(d/10+1)
}

// sleep waits unless the context ends, or would end, before that.
func sleep(ctx context.Context, d time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
		return &Error{Message: "the deadline leaves no time to ask again", Err: context.DeadlineExceeded}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
