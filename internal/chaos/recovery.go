// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// The outage is that of a minute, with a clock that runs ten times as fast: all times and waits are a tenth of what they are
// by default, and so each second here counts for ten.
const (
	scale   = 10
	second  = time.Second / scale
	outage  = time.Minute / scale
	callers = 64

	// mostPerSecond is how many requests of one client may go out while a service is out, in a second of the slow clock.
	// Those of its first second do not count: they were under way, or nobody could know yet.
	mostPerSecond = 2
	// backoffStep is the longest wait of a client with many callers, on the slow clock: 20 times Retry.MinWait.
	backoffStep = 4 * time.Second
)

// scaled are the default options, on the fast clock.
func scaled() *history.Options {
	return &history.Options{
		Retry: history.Retry{
			MinWait: 200 * time.Millisecond / scale, MaxWait: 20 * time.Second / scale, AttemptTimeout: 30 * time.Second / scale,
		},
		RateLimit: history.RateLimit{Off: true},
	}
}

// recovery has many goroutines that share one client ask for pages, again and again, while the service goes out and comes
// back after a time on the fast clock.
func recovery(ctx context.Context, cloud string, outage time.Duration) (r row, err error) {
	of := shape{Cloud: cloud, Events: 40, Each: 4, Group: 2} // small answers, so that none is under way for long
	h, err := startHost(of, false)
	if err != nil {
		return r, err
	}
	defer h.Close()
	p := newPlan(kindsNamed(cloud, "503", "connection refused", "connection reset"), 0, 1)
	rt, err := newTransport(p, callers)
	if err != nil {
		return r, err
	}
	defer rt.close()
	var since successes
	o := scaled()
	o.Observe = func(_ context.Context, c history.Call) { since.note(c) }
	w, err := newWalker(cloud, h.URL(), rt, o)
	if err != nil {
		return r, err
	}
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	jobs := of.jobs()
	for i := range callers {
		all.Go(func() { w.insist(ctx, jobs[i%len(jobs)]) })
	}
	defer all.Wait()
	defer stop()

	wait(ctx, second)
	p.set(1)
	out := p.watch(ctx, outage)
	since.begin()
	p.set(0)
	came := since.first(ctx, 10*backoffStep/scale)

	r.Ours.Requests, r.Ours.Faults, r.Ours.Took = out.all, out.all, outage
	pace := float64(out.all-out.start) / (float64(outage-second) / float64(second))
	r.note("%d callers that ask again at once, all times a tenth: %d requests in the first second, then %.2f a second, %d allowed; "+
		"first success after %.1f s, %.0f allowed",
		callers, out.start, pace, mostPerSecond, (came * scale).Seconds(), backoffStep.Seconds())
	if pace > mostPerSecond {
		r.breaks("%.2f requests a second went out while the service was out", pace)
	}
	if came > backoffStep/scale+answerTime {
		r.breaks("the first success came %.1f s after the service", (came * scale).Seconds())
	}
	return r, ctx.Err()
}

// answerTime is what an answer may take on a busy machine: the fast clock makes no machine faster.
const answerTime = 100 * time.Millisecond

// kindsNamed are some of the kinds.
func kindsNamed(cloud string, names ...string) []kind {
	var out []kind
	for _, k := range kindsOf(cloud, kinds()) {
		if slices.Contains(names, k.name) {
			out = append(out, k)
		}
	}
	return out
}

// insist asks for a page again and again, whatever comes of it.
func (w *walker) insist(ctx context.Context, j job) {
	for ctx.Err() == nil {
		if j.event == nil {
			_, _ = w.client.ExecutionPage(ctx, history.ExecutionQuery{Workflow: j.ref.Workflow})
		} else {
			_, _ = w.client.EventPage(ctx, history.EventQuery{Ref: j.ref})
		}
	}
}

// outgoing is how many requests there were in a time, and in its first second.
type outgoing struct{ start, all int }

// watch counts requests for a while.
func (p *plan) watch(ctx context.Context, d time.Duration) outgoing {
	before, _ := p.counts()
	wait(ctx, second)
	early, _ := p.counts()
	wait(ctx, d-second)
	all, _ := p.counts()
	return outgoing{start: early - before, all: all - before}
}

// wait waits, or less if the context ends.
func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// successes finds the first success after a moment. It is safe for concurrent use.
type successes struct {
	began atomic.Pointer[time.Time]
	once  sync.Once
	came  chan time.Duration
}

// begin sets the moment.
func (s *successes) begin() {
	now := time.Now()
	s.came = make(chan time.Duration, 1)
	s.began.Store(&now)
}

// note tells of a request that has its answer.
func (s *successes) note(c history.Call) {
	if began := s.began.Load(); began != nil && c.Err == nil && c.Status == http.StatusOK {
		s.once.Do(func() { s.came <- time.Since(*began) })
	}
}

// first waits for the first success, and returns after how long it came: most if it did not.
func (s *successes) first(ctx context.Context, most time.Duration) time.Duration {
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	select {
	case d := <-s.came:
		return d
	case <-ctx.Done():
		return most
	}
}
