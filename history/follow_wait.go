// SPDX-License-Identifier: Apache-2.0

package history

import (
	"errors"
	"fmt"
	"time"
)

const (
	minHold  = time.Second // providers hold a call for whole seconds
	endReads = 2           // reads that may bring nothing when the execution is said to have ended
)

// pace is how long the waits between polls are.
type pace struct {
	first, most time.Duration
	next        time.Duration
	quiet       int // polls without news since the last one with some
}

func newPace(interval time.Duration) pace {
	return pace{first: interval, most: max(maxPoll, interval), next: interval}
}

// busy is the wait behind a poll that brought something.
func (p *pace) busy() time.Duration {
	p.next, p.quiet = p.first, 0
	return p.jittered(p.first)
}

// idle is the wait behind a poll that brought nothing: longer each time.
func (p *pace) idle() time.Duration {
	d := p.next
	p.next = longer(d, p.most)
	p.quiet++
	return p.jittered(d)
}

// jittered is never more than the longest wait, because that is promised.
func (p *pace) jittered(d time.Duration) time.Duration { return min(jitter(d), p.most) }

// wait lets the time to the next poll pass.
func (f *follower) wait() error {
	ctx := f.walk.ctx
	switch {
	case f.missing:
		// The last look is right at the end of the time in which an execution may appear.
		err := sleep(ctx, min(f.pace.idle(), mayAppear-time.Since(f.began)))
		if e, ok := errors.AsType[*Error](err); ok {
			e.Message = "the execution was not found so far, and " + e.Message
		}
		return err
	case f.news:
		f.reads = endReads
		return sleep(ctx, f.pace.busy())
	case f.ended:
		return f.waitForRest()
	default:
		return f.waitForEnd(f.pace.idle())
	}
}

// waitForEnd waits for d, but no longer than the execution runs if there is a way to know.
func (f *follower) waitForEnd(d time.Duration) error {
	ctx := f.walk.ctx
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < d {
		return sleep(ctx, d) // which says so at once
	}
	began := time.Now()
	e, err := f.describe(d)
	if err != nil && !f.tolerates(err) {
		return err
	}
	if e.Status.Terminal() {
		f.ended, f.reads = true, endReads
		return nil // the rest is there to be read
	}
	return sleep(ctx, d-time.Since(began))
}

// describe asks how the execution stands: with a call that is held for d where there is one. Elsewhere it asks at the
// begin of a silence, in case that the execution ended before, and when the silence is so long that one more request
// does not matter; a history that is whole tells its end by itself.
func (f *follower) describe(d time.Duration) (Execution, error) {
	ctx, src := f.walk.ctx, f.walk.client.src
	waiter, holds := src.(Waiter)
	switch {
	case holds && d >= minHold:
		return waiter.Wait(ctx, f.query.Ref, d)
	case f.pace.quiet == 1 || f.pace.next == f.pace.most:
		return src.Describe(ctx, f.query.Ref)
	}
	return Execution{}, nil
}

// waitForRest waits for what is missing of a history whose execution has ended. It takes 2 s at least, since what the
// provider writes may take a moment to be readable, however short the poll interval is.
func (f *follower) waitForRest() error {
	if f.reads--; f.reads < 1 {
		return &Error{Kind: ErrUnavailable, Message: fmt.Sprintf(
			"history incomplete: the execution has ended, and %d further reads of its events brought no end", endReads)}
	}
	return sleep(f.walk.ctx, max(f.pace.first, defaultPoll))
}
