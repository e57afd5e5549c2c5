// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// plan decides whether and when a failure that may pass is tried again. It returns what Do returns if it is not.
func (c *call) plan(e *history.Error) *history.Error {
	c.failures++
	if c.ctx.Err() != nil {
		return c.over("after a failed attempt")
	}
	deadline, limited := c.ctx.Deadline()
	if limited && !time.Now().Before(deadline) {
		// The network knows the deadline too, and may notice it a moment before the context does.
		return c.late("ended during the attempt")
	}
	if c.failures > c.retries {
		return e
	}
	wait := c.backoff(c.failures, e.RetryAfter)
	if limited && time.Until(deadline) <= wait {
		// Sleeping until the deadline would only bring the same failure later.
		return c.late(fmt.Sprintf("the next attempt, in %v, would come after the deadline", wait.Round(time.Millisecond)))
	}
	c.retry, c.wait = true, wait
	return e
}

// progress notes that the attempt delivered something new.
func (c *call) progress() {
	c.failures = 0
	c.alive()
}

// backoff is how long to wait after the nth failure without progress: at random up to a bound that doubles, so that many
// clients do not come back at once, but not before the cloud wants it, as long as that is within MaxWait.
func (s *settings) backoff(n int, wish time.Duration) time.Duration {
	bound := s.minWait
	for i := 1; i < n && bound < s.maxWait; i++ {
		bound = min(bound, math.MaxInt64/2) * 2
	}
	return max(rand.N(min(bound, s.maxWait)), min(wish, s.maxWait))
}

// retryAfter reads the Retry-After header, in seconds or as a date: 0 when there is none, when it is over or makes no sense.
// A date is compared with the answer's own Date, if it has one, because the two come from the same clock.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	seconds, err := strconv.ParseUint(value, 10, 63)
	if err == nil {
		return time.Duration(min(seconds, math.MaxInt64/uint64(time.Second))) * time.Second
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return max(at.Sub(now), 0)
}
