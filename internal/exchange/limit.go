// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"time"

	"golang.org/x/time/rate"

	"github.com/flowhistory/flowhistory/history"
)

// newLimiters returns what finds an operation's limiter: the options' own, or one of those made here from the quotas.
// RateLimit.Off turns off ours only.
func newLimiters(quotas map[string]Quota, limit history.RateLimit) func(op string) history.Limiter {
	if limit.Limiter != nil {
		return func(op string) history.Limiter {
			limiter := limit.Limiter(op)
			// A lookup in a map of *rate.Limiter that finds nothing returns a nil that is not nil as an interface.
			if l, ok := limiter.(*rate.Limiter); ok && l == nil {
				return nil
			}
			return limiter
		}
	}
	own := make(map[string]history.Limiter, len(quotas))
	share := limit.Share
	if share == 0 {
		share = 1
	}
	for op, quota := range quotas {
		if limit.Off || quota.PerSecond <= 0 {
			continue
		}
		// Without at least one token in the bucket no request would ever pass.
		burst := max(int(float64(quota.Burst)*share), 1)
		own[op] = rate.NewLimiter(rate.Limit(quota.PerSecond*share), burst)
	}
	return func(op string) history.Limiter { return own[op] }
}

// admit waits until the rate limit lets a request pass.
func (c *call) admit() *history.Error {
	if c.ctx.Err() != nil {
		return c.over("before the request")
	}
	limiter := c.limiter(c.Op)
	if limiter == nil {
		return nil
	}
	begin := time.Now()
	err := limiter.Wait(c.ctx)
	c.attempt.waited = time.Since(begin)
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
