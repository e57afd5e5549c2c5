// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"fmt"
	"math"
	"sync"
	"time"
)

const (
	// slower is what is left of the rate after a throttling, as in TCP: a half gets below any limit in a few steps.
	slower = 0.5
	// recovery is how long the rate takes from nothing back to the quota: one throttling every 15 seconds at most where
	// half the quota is somebody else's, and nearly no time lost to one that was an accident.
	recovery = 30 * time.Second
	// slowest is a rate, in requests a second, that no throttling undercuts: below it the waits between attempts do the
	// rest.
	slowest = 0.5
	// window is the time over which the rate of the requests is measured.
	window = time.Second / 2
)

// quota is the rate limiter of one operation: a token bucket whose rate is halved when the service throttles, and grows
// back to the documented quota. It is a history.Limiter; who comes first goes first.
type quota struct {
	ceiling float64 // requests a second
	burst   float64

	turn chan struct{} // held by the one that gets the next token

	mu     sync.Mutex
	queued int // those that wait, the one that holds turn included
	tokens float64
	filled time.Time // when tokens was right; zero = the bucket was never used, and is full

	low    float64   // the rate right after …
	slowed time.Time // … the last throttling; zero = none

	passed   int       // requests since …
	since    time.Time // … the window began
	measured float64   // requests a second in the windows before, the last one counting most
}

// newQuota makes the limiter of a share of a quota.
func newQuota(q Quota, share float64) *quota {
	// Without at least one token in the bucket no request would ever pass.
	burst := max(float64(int(float64(q.Burst)*share)), 1)
	return &quota{ceiling: q.PerSecond * share, burst: burst, turn: make(chan struct{}, 1)}
}

// Wait returns nil when a request may go out, and an error as soon as the context ends or cannot be met.
func (q *quota) Wait(ctx context.Context) error {
	if at, err := q.queue(ctx, time.Now()); at || err != nil {
		return err
	}
	defer q.leave()
	select {
	case q.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-q.turn }()
	for {
		wait := q.take(time.Now())
		if wait == 0 {
			return nil
		}
		// The rate may have fallen since the wait began.
		if err := meets(ctx, wait); err != nil {
			return err
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// queue takes a token if nobody waits for it, and else takes a place in the queue, if the deadline allows that.
func (q *quota) queue(ctx context.Context, now time.Time) (passed bool, err error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	wait := q.wait(now, q.queued+1)
	if wait == 0 && q.queued == 0 {
		q.spend(now)
		return true, nil
	}
	if err := meets(ctx, wait); err != nil {
		return false, err
	}
	q.queued++
	return false, nil
}

func (q *quota) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.queued--
}

// take takes a token, and returns 0, or how long it takes until there is one.
func (q *quota) take(now time.Time) time.Duration {
	q.mu.Lock()
	defer q.mu.Unlock()
	wait := q.wait(now, 1)
	if wait == 0 {
		q.spend(now)
	}
	return wait
}

// wait fills the bucket and returns how long it takes until n tokens have come.
func (q *quota) wait(now time.Time, n int) time.Duration {
	if now.Before(q.filled) {
		now = q.filled // the caller looked at the clock before another one had its turn: no time counts twice
	}
	rate := q.rate(now)
	most := max(q.burst*rate/q.ceiling, 1)
	if q.filled.IsZero() {
		q.tokens = most
	} else {
		mean := (q.rate(q.filled) + rate) / 2 // it grows steadily
		q.tokens = min(q.tokens+now.Sub(q.filled).Seconds()*mean, most)
	}
	q.filled = now
	const longest = 100 * 365 * 24 * float64(time.Hour) // at the rate of a tiny share it is more than a Duration can be
	// A token that is there but for a rounding error is there: it would take less than a nanosecond.
	const almost = 1e-9
	missing := float64(n) - q.tokens
	if missing <= almost {
		return 0
	}
	return time.Duration(min(max(q.comeIn(missing, rate)*float64(time.Second), 1), longest))
}

// comeIn is in how many seconds so many tokens come, at a rate that grows back to the ceiling: with the rate as it is now, those
// at the end of a queue would be told that their deadline is too early when it is not.
func (q *quota) comeIn(tokens, rate float64) float64 {
	growth := q.ceiling / recovery.Seconds()
	climb := (q.ceiling - rate) / growth // seconds until the rate is the ceiling
	if onTheWay := (rate + q.ceiling) / 2 * climb; tokens > onTheWay {
		return climb + (tokens-onTheWay)/q.ceiling
	}
	return 2 * tokens / (rate + math.Sqrt(rate*rate+2*growth*tokens))
}

// spend takes a token and measures the rate.
func (q *quota) spend(now time.Time) {
	q.tokens--
	if d := now.Sub(q.since); d >= window {
		const weight = 0.8 // of the window that ends, against all before
		q.measured = weight*float64(q.passed)/d.Seconds() + (1-weight)*q.measured
		q.since, q.passed = now, 0
	}
	q.passed++
}

// rate is how many requests a second may go out now.
func (q *quota) rate(now time.Time) float64 {
	if q.slowed.IsZero() {
		return q.ceiling
	}
	return min(q.low+q.ceiling*float64(now.Sub(q.slowed))/float64(recovery), q.ceiling)
}

// throttled slows the operation down, after the service throttled a request that was sent at began, and returns the new
// rate. Those that were under way at the same time tell nothing new: then it returns 0.
func (q *quota) throttled(began, now time.Time) float64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !began.After(q.slowed) {
		return 0
	}
	q.wait(now, 0)
	// Half of a quota that is hardly used would change nothing.
	used := max(q.measured, float64(q.passed)/max(now.Sub(q.since), window).Seconds())
	q.low = max(min(q.rate(now), used)*slower, min(q.ceiling, slowest))
	q.slowed, q.tokens = now, 0
	return q.low
}

// meets returns an error for a wait that the context's deadline does not allow.
func meets(ctx context.Context, wait time.Duration) error {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return fmt.Errorf("it takes %v", wait.Round(time.Millisecond))
	}
	return nil
}

// sleep waits, and returns an error if the context ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
