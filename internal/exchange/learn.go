// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"log/slog"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// learn tells those who hold requests back how one of them went.
func (c *call) learn(e *history.Error) {
	a := c.attempt
	if a.began.IsZero() {
		c.budget.unused(a.pass)
		return
	}
	if e == nil {
		c.alive()
		return
	}
	switch e.Kind {
	case "", history.ErrDecode:
		// The caller ended it; or somebody answered, and perhaps not the service.
		return
	case history.ErrUnavailable:
		if c.budget.failed(c.target(), e) {
			c.notice(slog.LevelWarn, "the service is out: requests are held back until one succeeds")
		}
	case history.ErrThrottled:
		if q := c.lane.quota; q != nil {
			if rate := q.throttled(a.began, time.Now()); rate > 0 {
				c.notice(slog.LevelWarn, "throttled: the rate limit is lowered for a while", slog.Float64("per_second", rate))
			}
		}
	default:
		c.alive()
	}
	if e.RetryAfter > 0 && e.Kind.Retryable() {
		c.lane.pause(time.Now().Add(min(e.RetryAfter, c.maxWait)))
	}
}

// alive notes, once for each attempt, that the service is well.
func (c *call) alive() {
	if a := c.attempt; !a.alive {
		a.alive = true
		if c.budget.succeeded(a.pass) {
			c.notice(slog.LevelInfo, "the service is back")
		}
	}
}

// target is what the call is about.
func (c *call) target() target { return target{c.Op, c.Target} }

// notice logs what becomes of the client's requests, beyond the one attempt that was the occasion.
func (c *call) notice(level slog.Level, message string, attrs ...slog.Attr) {
	if c.logger == nil || !c.logger.Enabled(c.ctx, level) {
		return
	}
	c.logger.LogAttrs(c.ctx, level, message, append(c.origin(), attrs...)...)
}
