// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"fmt"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// admit waits until a request may go out: until the time that the service named is over, until the budget has a pass for
// it, and until the rate limit lets it through. Each wait may outlast what another one found, so they are asked again.
func (c *call) admit() *history.Error {
	if c.ctx.Err() != nil {
		return c.over("before the request")
	}
	begin := time.Now()
	defer func() { c.attempt.waited = time.Since(begin) }()
	for {
		if e := c.awaitPause(); e != nil {
			return e
		}
		if !c.budget.holds(c.attempt.pass) {
			if e := c.awaitPass(); e != nil {
				return e
			}
		}
		if e := c.awaitLimiter(); e != nil {
			return e
		}
		if c.lane.pausedFor() == 0 && c.budget.holds(c.attempt.pass) {
			return nil
		}
	}
}

// awaitPause waits until the time is over for which the service wants no request of the operation.
func (c *call) awaitPause() *history.Error {
	for {
		wait := c.lane.pausedFor()
		if wait == 0 {
			return nil
		}
		if !c.before(wait) {
			return c.late(fmt.Sprintf("the service wants no %s for %v, which is beyond the deadline", c.Op, wait.Round(time.Millisecond)))
		}
		if sleep(c.ctx, wait) != nil {
			return c.over("while waiting for the time that the service named")
		}
	}
}

// awaitPass waits for the budget, no longer than for a retry: after that the attempt has failed.
func (c *call) awaitPass() *history.Error {
	c.budget.unused(c.attempt.pass) // one from before the service was out, or it would be lost
	c.attempt.pass = passNone
	granted, w := c.budget.enter(c.target(), c.sent > 0)
	if w == nil {
		c.attempt.pass = granted
		return nil
	}
	defer func() { c.attempt.pass = c.budget.leave(w) }()
	began := time.Now()
	patience, end := context.WithTimeout(c.ctx, c.maxWait)
	defer end()
	for {
		wait := time.Until(c.budget.slot(time.Now()))
		select {
		case <-w.granted:
			return nil
		default:
		}
		// Whoever gets the next slot, its success would be everybody's.
		if !c.before(wait) {
			return c.late(fmt.Sprintf("%s; the next request may go out in %v, after the deadline",
				c.budget.state(), wait.Round(time.Millisecond)))
		}
		timer := time.NewTimer(wait)
		select {
		case <-w.granted:
		case <-timer.C:
		case <-patience.Done():
		}
		timer.Stop()
		switch {
		case c.ctx.Err() != nil:
			return c.over("while waiting for the service to recover")
		case patience.Err() != nil && c.budget.leave(w) == passNone: // else it came at the last moment
			return c.unsent(began)
		}
	}
}

// unsent makes the error of an attempt that the budget did not allow. What the service said to an earlier one is in it.
func (c *call) unsent(began time.Time) *history.Error {
	if c.first.IsZero() {
		c.first = began
	}
	e := history.Error{Kind: history.ErrUnavailable, Message: c.budget.state() + "; this attempt was not sent"}
	if answer := c.answered; answer != nil {
		e.Code, e.HTTPStatus, e.RequestID = answer.Code, answer.HTTPStatus, answer.RequestID
	}
	return c.complete(e)
}

// awaitLimiter waits for the rate limit.
func (c *call) awaitLimiter() *history.Error {
	limiter := c.lanes.limiter(c.Op, c.lane)
	if limiter == nil {
		return nil
	}
	err := limiter.Wait(c.ctx)
	if c.ctx.Err() != nil {
		return c.over("while waiting for the rate limit")
	}
	if err == nil {
		return nil
	}
	// A limiter fails when the context ends or cannot be met. The context has not ended. One of the user's may fail for
	// another reason, which its text tells.
	if _, ok := c.ctx.Deadline(); ok {
		return c.late("the rate limit lets no request pass before the deadline: " + err.Error())
	}
	return c.failure(history.ErrThrottled, "the rate limiter failed", err)
}

// before reports whether a wait ends before the deadline.
func (c *call) before(wait time.Duration) bool {
	deadline, ok := c.ctx.Deadline()
	return !ok || wait < time.Until(deadline)
}
