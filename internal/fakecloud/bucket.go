// SPDX-License-Identifier: Apache-2.0

package fakecloud

import (
	"math"
	"sync"
	"time"
)

// Bucket is a token bucket, the way a service counts a caller's requests. It
// starts full. It is safe for concurrent use.
type Bucket struct {
	mu     sync.Mutex
	now    func() time.Time
	burst  float64
	rate   float64 // tokens a second
	tokens float64
	last   time.Time
}

// NewBucket returns a full bucket of burst tokens that gets perSecond tokens
// each second; 0 or less never refills it. A nil now means time.Now.
func NewBucket(burst int, perSecond float64, now func() time.Time) *Bucket {
	if now == nil {
		now = time.Now
	}
	return &Bucket{
		now: now, burst: float64(burst), rate: max(perSecond, 0),
		tokens: float64(burst), last: now(),
	}
}

// Take takes one token if there is one. If not, wait is the time until there
// is; it is the longest Duration when that never happens.
func (b *Bucket) Take() (ok bool, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	// A clock that was set back must not take tokens away.
	if passed := now.Sub(b.last); passed > 0 {
		b.tokens = min(b.burst, b.tokens+passed.Seconds()*b.rate)
	}
	b.last = now
	if b.tokens >= 1 {
		b.tokens--
		return true, 0
	}
	seconds := (1 - b.tokens) / b.rate
	if b.burst < 1 || seconds >= math.MaxInt64/float64(time.Second) {
		return false, math.MaxInt64
	}
	return false, time.Duration(math.Ceil(seconds * float64(time.Second)))
}
