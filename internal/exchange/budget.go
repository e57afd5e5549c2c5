// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

const (
	// earned is the part of a retry that a success pays for, beside giving back what its own retry cost. With a half, a
	// service that fails every second request is still read at full speed, and one that fails more is not sent more than
	// twice what it can answer.
	earned = 0.5
	// slotFirst and slotMost are the longest waits between two slots, in MinWaits: 1 s at first and 4 s in the end, with
	// the default. The draw is from the upper half, so never more than two requests a second go out.
	slotFirst, slotMost = 5, 20
	// mostBlamed bounds what is remembered of an outage.
	mostBlamed = 1024
)

// budget keeps one client from hammering a service that is failing, however many goroutines it has and however often
// their callers call again.
//
// It is a bucket of retries. A retry takes one out; a success gives it back, and half a one more. When the bucket is
// empty, retries wait for a slot, which comes every now and then. When as many requests as the bucket holds have failed in
// a row, whoever made them, the service is out: first attempts wait for a slot too. The first success ends that, and wakes
// those who wait.
//
// A slot goes to the one whose target has failed least, and then to the one that waits longest: so the calls for something
// that is broken in itself do not keep those for the rest waiting.
type budget struct {
	most        float64       // the bucket's size; 0 = no budget
	first, last time.Duration // bounds of the wait between two slots, at first and in the end

	mu       sync.Mutex
	tokens   float64
	failures int // requests in a row
	why      *history.Error
	blame    map[target]int // the failures, by what they were about
	next     time.Time      // no slot comes before
	bound    time.Duration  // of the wait after the next one
	waiting  []*waiter      // in the order they came
}

// target is what a call is about.
type target struct{ op, name string }

// pass is what allows a request to go out.
type pass int

const (
	passNone  pass = iota
	passFirst      // a first attempt of a service that is not out
	passToken      // a retry that took one out of the bucket
	passSlot
)

// waiter is a request that waits. Its fields are the budget's, but for granted, which closes when it has its pass.
type waiter struct {
	target  target
	retry   bool
	pass    pass
	granted chan struct{}
}

// newBudget makes the budget of a client. Slots are no further apart than the longest wait between two attempts.
func newBudget(most int, minWait, maxWait time.Duration) *budget {
	b := &budget{most: float64(max(most, 0)), last: maxWait, first: maxWait}
	b.tokens = b.most
	if minWait < maxWait/slotFirst {
		b.first = minWait * slotFirst
	}
	if minWait < maxWait/slotMost {
		b.last = minWait * slotMost
	}
	b.bound = b.first
	return b
}

// enter returns the pass of a request that need not wait, and else passNone and what waits for it.
func (b *budget) enter(about target, retry bool) (pass, *waiter) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p := b.free(retry); p != passNone {
		return p, nil
	}
	w := &waiter{target: about, retry: retry, granted: make(chan struct{})}
	b.waiting = append(b.waiting, w)
	return passNone, w
}

// leave ends a wait, and returns the pass if it came to one.
func (b *budget) leave(w *waiter) pass {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.waiting = slices.DeleteFunc(b.waiting, func(other *waiter) bool { return other == w })
	return w.pass
}

// holds reports whether a pass still allows a request: none does but a slot once the service is out.
func (b *budget) holds(p pass) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return p == passSlot || p != passNone && !b.out()
}

// slot gives away the slot that is due, if one is, and returns when the next one is.
func (b *budget) slot(now time.Time) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) > 0 && !now.Before(b.next) {
		b.giveSlot()
		b.schedule(now)
	}
	return b.next
}

// giveSlot gives a slot to one of those that wait.
func (b *budget) giveSlot() {
	best := slices.MinFunc(b.waiting, func(x, y *waiter) int { return b.blame[x.target] - b.blame[y.target] })
	b.grant(best, passSlot)
	b.waiting = slices.DeleteFunc(b.waiting, func(w *waiter) bool { return w == best })
}

// schedule sets when the next slot comes: later each time, until a success.
func (b *budget) schedule(now time.Time) {
	b.next = now.Add(b.bound/2 + rand.N(b.bound-b.bound/2))
	if b.bound < b.last/2 {
		b.bound *= 2
	} else {
		b.bound = b.last
	}
}

// succeeded notes a request that the service answered. It reports whether that ended an outage.
func (b *budget) succeeded(p pass) (recovered bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens += earned
	if p == passToken {
		b.tokens++
	}
	b.tokens = min(b.tokens, b.most)
	if b.failures == 0 && len(b.waiting) == 0 {
		return false
	}
	recovered = b.out()
	now := time.Now()
	if b.bound = b.first; b.next.After(now.Add(b.bound)) {
		b.next = now.Add(b.bound)
	}
	b.failures, b.why = 0, nil
	clear(b.blame)
	b.waiting = slices.DeleteFunc(b.waiting, func(w *waiter) bool {
		p := b.free(w.retry)
		b.grant(w, p)
		return p != passNone
	})
	return recovered
}

// unused takes back the pass of a request that was not sent. A slot goes to another one that waits: the service may be back,
// and the next slot comes late.
func (b *budget) unused(p pass) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case p == passToken:
		b.tokens = min(b.tokens+1, b.most)
	case p == passSlot && len(b.waiting) > 0:
		b.giveSlot()
	case p == passSlot:
		b.next = time.Time{} // whoever comes next
	}
}

// failed notes a request that the service did not answer, or with an error of its own. It reports whether that began an
// outage.
func (b *budget) failed(about target, why *history.Error) (began bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.most == 0 {
		return false
	}
	if b.blame == nil || len(b.blame) >= mostBlamed {
		b.blame = map[target]int{}
	}
	b.blame[about]++
	b.failures++
	b.why = why
	if began = float64(b.failures) == b.most; began {
		b.schedule(time.Now())
	}
	return began
}

// state says why requests have to wait. Of the failures of other calls it tells no more than a code: their callers may be
// strangers to the one who reads this.
func (b *budget) state() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.out() {
		return "the retries that Options.Retry.Budget allows are used up"
	}
	last := "without an answer"
	if b.why.HTTPStatus != 0 {
		last = strings.TrimSpace(fmt.Sprintf("with HTTP %d %s", b.why.HTTPStatus, b.why.Code))
	}
	return fmt.Sprintf("the last %d requests of this client failed, the latest %s", b.failures, last)
}

// out reports whether the service is out.
func (b *budget) out() bool { return b.most > 0 && float64(b.failures) >= b.most }

// free returns the pass of a request that may go out now, and passNone for one that needs a slot.
func (b *budget) free(retry bool) pass {
	switch {
	case b.out():
		return passNone
	case !retry || b.most == 0:
		return passFirst
	case b.tokens >= 1:
		b.tokens--
		return passToken
	default:
		return passNone
	}
}

// grant gives a waiter its pass.
func (b *budget) grant(w *waiter, p pass) {
	if p != passNone {
		w.pass = p
		close(w.granted)
	}
}
