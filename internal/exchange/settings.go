// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// The defaults that history.Options promises.
const (
	defaultRetries          = 4
	defaultBudget           = 10
	defaultMinWait          = 200 * time.Millisecond
	defaultMaxWait          = 20 * time.Second
	defaultAttemptTimeout   = 30 * time.Second
	defaultMaxResponseBytes = 128 << 20
)

// settings are history.Options with the defaults filled in.
type settings struct {
	logger         *slog.Logger // nil = silent
	transport      http.RoundTripper
	retries        int // attempts after the first without progress
	minWait        time.Duration
	maxWait        time.Duration
	attemptTimeout time.Duration // 0 = none
	maxResponse    int64
	observe        func(context.Context, history.Call) // nil = nobody
}

// newSettings fills in the defaults.
func newSettings(o history.Options) settings {
	s := settings{
		logger:         o.Logger,
		transport:      o.Transport,
		retries:        max(cmp.Or(o.Retry.Max, defaultRetries), 0),
		attemptTimeout: max(cmp.Or(o.Retry.AttemptTimeout, defaultAttemptTimeout), 0),
		maxResponse:    cmp.Or(o.MaxResponseBytes, defaultMaxResponseBytes),
		observe:        o.Observe,
	}
	s.minWait, s.maxWait = waits(o.Retry.MinWait, o.Retry.MaxWait)
	if s.transport == nil {
		s.transport = newTransport()
	}
	return s
}

// waits fills in the bounds of the waits. One that is set moves the default of the other out of its way.
func waits(low, high time.Duration) (time.Duration, time.Duration) {
	switch {
	case low == 0 && high == 0:
		return defaultMinWait, defaultMaxWait
	case low == 0:
		return min(defaultMinWait, high), high
	case high == 0:
		return low, max(defaultMaxWait, low)
	default:
		return low, high
	}
}

// problem says what to change about the first option that is out of range, "" if none is.
func problem(o history.Options) string {
	retry, share := o.Retry, o.RateLimit.Share
	switch {
	case retry.MinWait < 0:
		return fmt.Sprintf("Retry.MinWait is %v: it must not be negative", retry.MinWait)
	case retry.MaxWait < 0:
		return fmt.Sprintf("Retry.MaxWait is %v: it must not be negative", retry.MaxWait)
	case retry.MaxWait != 0 && retry.MinWait > retry.MaxWait:
		return fmt.Sprintf("Retry.MinWait is %v, more than Retry.MaxWait, %v: make it the smaller one",
			retry.MinWait, retry.MaxWait)
	case !(share >= 0 && share <= 1): // NaN is not in any range
		return fmt.Sprintf("RateLimit.Share is %v: it must be greater than 0 and at most 1", share)
	case o.PollInterval < 0:
		return fmt.Sprintf("PollInterval is %v: it must not be negative", o.PollInterval)
	case o.Prefetch < 0:
		return fmt.Sprintf("Prefetch is %d: it must not be negative", o.Prefetch)
	case o.MaxResponseBytes < 0:
		return fmt.Sprintf("MaxResponseBytes is %d: it must not be negative", o.MaxResponseBytes)
	default:
		return ""
	}
}
