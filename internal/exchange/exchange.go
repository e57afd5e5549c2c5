// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"cmp"
	"context"

	"github.com/flowhistory/flowhistory/history"
)

// Exchange makes exchanges with one cloud. It is safe for concurrent use. All its exchanges share one transport, one retry
// budget and, per operation, one rate limiter. There is nothing to close: idle connections end by themselves after 90 seconds.
type Exchange struct {
	service Service
	settings
	lanes   *lanes
	budget  *budget
	buffers buffers
}

// New makes an Exchange for a cloud. The options are copied; nil is the defaults. An option out of range is ErrInvalid, and
// the message says what to change. New does no I/O and starts no goroutine.
func New(s Service, o *history.Options) (*Exchange, error) {
	options := *cmp.Or(o, &history.Options{})
	if p := problem(options); p != "" {
		return nil, &history.Error{
			Provider: s.Provider, Scope: s.Scope, Op: "New", Kind: history.ErrInvalid, Message: p,
		}
	}
	settings := newSettings(options)
	return &Exchange{
		service:  s,
		settings: settings,
		lanes:    newLanes(s.Quotas, options.RateLimit),
		budget:   newBudget(cmp.Or(options.Retry.Budget, defaultBudget), settings.minWait, settings.maxWait),
	}, nil
}

// Do makes one exchange: it returns nil when an attempt's answer was read, and else a *history.Error, with everything
// filled but Cursor. It does not return before the bodies of all its attempts are closed. When Read or Options.Observe
// panics, Do cleans up and lets the panic pass.
func (x *Exchange) Do(ctx context.Context, c Call) error {
	if e := newCall(ctx, x, c).run(); e != nil {
		return e
	}
	return nil
}
