// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"log/slog"

	"github.com/flowhistory/flowhistory/history"
)

// report tells the logger and the observer how an attempt ended; nil is well. Both get texts without secrets. What was
// never sent is logged, but not observed: it is no HTTP attempt.
func (c *call) report(e *history.Error) {
	c.log(e)
	a := c.attempt
	if c.observe == nil || a.began.IsZero() {
		return
	}
	seen := history.Call{
		Provider: c.service.Provider, Scope: c.service.Scope, Op: c.Op,
		Attempt: c.sent, Status: a.status, RequestID: c.secrets.line(a.requestID, maxWord),
		Waited: a.waited, Duration: a.took, Retry: c.retry,
	}
	if a.body != nil {
		seen.Bytes = a.body.read
	}
	if e != nil {
		seen.Err = e
		if e.Kind != "" { // or it tells of an earlier answer
			seen.RequestID = e.RequestID
		}
	}
	c.observe(c.ctx, seen)
}

// log writes one record about an attempt: Warn when it failed, Debug when it went well or the caller ended it.
func (c *call) log(e *history.Error) {
	level, message := slog.LevelDebug, "request"
	if e != nil {
		message = "request failed"
		if e.Kind != "" {
			level = slog.LevelWarn
		}
	}
	if c.logger == nil || !c.logger.Enabled(c.ctx, level) {
		return
	}
	a := c.attempt
	attrs := append(c.origin(),
		slog.Int("attempt", c.sent),
		slog.Int("status", a.status),
		slog.String("request_id", c.secrets.line(a.requestID, maxWord)),
		slog.Duration("duration", a.took),
		slog.Duration("waited", a.waited),
	)
	if e != nil {
		attrs = append(attrs,
			slog.String("kind", string(e.Kind)), slog.String("code", e.Code), slog.String("error", e.Error()),
			slog.Bool("retry", c.retry), slog.Duration("retry_in", c.wait))
	}
	c.logger.LogAttrs(c.ctx, level, message, attrs...)
}

// origin says in a record where it comes from.
func (c *call) origin() []slog.Attr {
	return []slog.Attr{
		slog.String("provider", c.service.Provider),
		slog.String("scope", c.service.Scope),
		slog.String("op", c.Op),
	}
}
