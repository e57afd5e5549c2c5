// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"math"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

// TestSlotsComeLessAndLessOften, within their bounds whatever the options are.
func TestSlotsComeLessAndLessOften(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ minWait, maxWait, first, last time.Duration }{
		"default":      {200 * time.Millisecond, 20 * time.Second, time.Second, 4 * time.Second},
		"low MaxWait":  {200 * time.Millisecond, 3 * time.Second, time.Second, 3 * time.Second},
		"no room":      {time.Second, time.Second, time.Second, time.Second},
		"least":        {1, 1, 1, 1},
		"most":         {math.MaxInt64, math.MaxInt64, math.MaxInt64, math.MaxInt64},
		"far apart":    {1, math.MaxInt64, 5, 20},
		"nearly equal": {math.MaxInt64 / 6, math.MaxInt64, math.MaxInt64 / 6 * 5, math.MaxInt64},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBudget(10, tt.minWait, tt.maxWait)
			now := time.Now()
			bound := tt.first
			for range 10 {
				if b.bound != bound {
					t.Errorf("the next slot comes within %v, want %v", b.bound, bound)
				}
				b.schedule(now)
				if wait := b.next.Sub(now); wait < bound/2 || wait > bound {
					t.Errorf("a slot comes after %v, want between %v and %v", wait, bound/2, bound)
				}
				if bound < tt.last/2 {
					bound *= 2
				} else {
					bound = tt.last
				}
			}
		})
	}
}

// TestAnUnusedTokenIsGivenBack: a retry that was not sent, because signing failed for one, costs nothing.
func TestAnUnusedTokenIsGivenBack(t *testing.T) {
	t.Parallel()
	b := newBudget(3, time.Second, time.Minute)
	for range 10 {
		p, w := b.enter(target{}, true)
		if p != passToken || w != nil {
			t.Fatalf("got pass %v, want a token", p)
		}
		b.unused(p)
	}
	if b.tokens != 3 {
		t.Errorf("%v tokens are left, want all 3", b.tokens)
	}
}

// TestAnUnusedSlotIsHandedOn: a request that did not use its slot, because its caller has left, leaves it to another one.
func TestAnUnusedSlotIsHandedOn(t *testing.T) {
	t.Parallel()
	b := newBudget(1, time.Second, time.Minute)
	b.failed(target{}, &history.Error{})
	var waiters [3]*waiter
	for i := range waiters {
		_, waiters[i] = b.enter(target{}, false)
	}
	b.slot(time.Now().Add(time.Hour))
	for i, w := range waiters {
		if p := b.leave(w); p != passSlot {
			t.Fatalf("request %d got pass %v, want the slot", i+1, p)
		}
		b.unused(passSlot)
	}
	_, last := b.enter(target{}, false)
	b.slot(time.Now())
	if p := b.leave(last); p != passSlot {
		t.Errorf("the one that came when nobody waited got pass %v, want the slot", p)
	}
}

// TestAnOutageTakesLittleMemory, however many executions are asked for while it lasts.
func TestAnOutageTakesLittleMemory(t *testing.T) {
	t.Parallel()
	b := newBudget(3, time.Second, time.Minute)
	for i := range 10 * mostBlamed {
		b.failed(target{"Get", strconv.Itoa(i)}, &history.Error{})
		if len(b.blame) > mostBlamed {
			t.Fatalf("%d targets are remembered, want %d at most", len(b.blame), mostBlamed)
		}
	}
}

// TestTheQuotaIsFirstComeFirstServed, so that nobody starves.
func TestTheQuotaIsFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuota(Quota{Burst: 1, PerSecond: 1}, 1)
		var all sync.WaitGroup
		var lock sync.Mutex // around got
		var got, want []int
		for i := range 20 {
			all.Go(func() {
				if err := q.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				lock.Lock()
				defer lock.Unlock()
				got = append(got, i)
			})
			want = append(want, i)
			synctest.Wait()
		}
		all.Wait()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order mismatch (-want +got):\n%s", diff)
		}
	})
}

// TestNoTimeCountsTwice: who looked at the clock first may come to the bucket last, and must not turn it back.
func TestNoTimeCountsTwice(t *testing.T) {
	t.Parallel()
	q := newQuota(Quota{Burst: 1, PerSecond: 10}, 1)
	early := time.Now()
	late := early.Add(100 * time.Millisecond) // the time of one token
	for i, tt := range []struct {
		now    time.Time
		passes bool
	}{{early, true}, {late, true}, {early, false}, {late, false}} {
		if wait := q.take(tt.now); (wait == 0) != tt.passes {
			t.Errorf("request %d has to wait %v, want it to pass: %v", i+1, wait, tt.passes)
		}
	}
}

// TestAThrottledQueueIsNotTurnedAway: behind a throttling the rate grows back, and the deadlines of those that wait are held
// against when they will have their turn, not against when they would at the rate of now.
func TestAThrottledQueueIsNotTurnedAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuota(Quota{Burst: 50, PerSecond: 5}, 1)
		begin := time.Now()
		if rate := q.throttled(begin, begin); rate != slowest {
			t.Fatalf("the rate behind a throttling is %v, want %v", rate, slowest)
		}
		// 12.8 s behind a throttling 0.5·12.8 + 5/30·12.8²/2 = 20 requests have passed, and at 0.5 a second they would be 6.
		ctx, cancel := context.WithTimeout(t.Context(), 13*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if err := q.Wait(ctx); err != nil {
					t.Errorf("after %v: %v", time.Since(begin), err)
				}
			})
		}
		all.Wait()
		if took := time.Since(begin); took < 12*time.Second {
			t.Errorf("20 requests passed in %v, too few for the rate", took)
		}
		if err := q.Wait(ctx); err == nil || time.Since(begin) > 13*time.Second {
			t.Errorf("one more got %v, want an error at once", err)
		}
	})
}

// TestAPlaceInTheQueueIsGivenUp when the context ends, or when the rate falls so far that the deadline is out of reach.
func TestAPlaceInTheQueueIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuota(Quota{Burst: 1, PerSecond: 10}, 1)
		if err := q.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		cancelled, cancel := context.WithCancel(t.Context())
		time.AfterFunc(20*time.Millisecond, cancel)
		deadline, end := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer end()
		var all sync.WaitGroup
		for _, ctx := range []context.Context{cancelled, deadline} {
			all.Go(func() {
				if err := q.Wait(ctx); err == nil {
					t.Error("a request passed that could not")
				}
			})
			synctest.Wait()
		}
		<-time.After(10 * time.Millisecond)
		if rate := q.throttled(began.Add(1), time.Now()); rate != 1 {
			t.Errorf("the rate fell to %v, want half of the one request in half a second", rate)
		}
		all.Wait()
		if took := time.Since(began); took >= 500*time.Millisecond {
			t.Errorf("the one with a deadline gave up after %v, want it to be earlier", took)
		}
		if q.queued != 0 || len(q.turn) != 0 {
			t.Errorf("%d are still queued, %d hold the turn", q.queued, len(q.turn))
		}
	})
}

// TestATokenThatAnOutageMadeWorthlessComesBack: a retry that waited for the rate limit when the service went out gets a slot
// in place of its token, which others need when the service is back.
func TestATokenThatAnOutageMadeWorthlessComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const most = 4
		x, err := New(Service{}, &history.Options{Retry: history.Retry{Budget: most}})
		if err != nil {
			t.Fatal(err)
		}
		c := newCall(t.Context(), x, Call{Op: "Get"})
		c.attempt, c.sent = &attempt{}, 1
		if c.attempt.pass, _ = x.budget.enter(c.target(), true); c.attempt.pass != passToken {
			t.Fatalf("a retry got pass %d, want a token", c.attempt.pass)
		}
		for range most {
			x.budget.failed(c.target(), &history.Error{})
		}
		if e := c.admit(); e != nil || c.attempt.pass != passSlot {
			t.Fatalf("in the outage it got pass %d and error %v, want a slot", c.attempt.pass, e)
		}
		if got := x.budget.tokens; got != most {
			t.Errorf("the bucket holds %v tokens, want all %d", got, most)
		}
	})
}

// At the rate of a tiny share the next token is farther away than a time.Duration reaches. That is a long wait, and no short one.
func TestATinyShareWaitsLong(t *testing.T) {
	t.Parallel()
	q := newQuota(Quota{PerSecond: 5, Burst: 1}, 1e-12)
	now := time.Now()
	q.take(now)
	if wait := q.take(now); wait < 24*time.Hour {
		t.Errorf("the wait is %s", wait)
	}
}
