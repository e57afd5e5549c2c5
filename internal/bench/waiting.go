// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/history"
)

// trip is how long the host takes for each request here.
const trip = 20 * time.Millisecond

// quotaEvents is how many events an execution has at most, by the documents.
const quotaEvents = 5000

// shortHistories are the sizes of the histories of cold walks: of 1 to 6 pages, the last full or not, up to the documented bound.
func shortHistories() []int {
	var sizes []int
	for page := 1; page <= 5; page++ {
		sizes = append(sizes, page*largestPage-400, page*largestPage)
	}
	return append(sizes, quotaEvents)
}

// measureColdWalks reads short histories with Prefetch 8, each with a client of its own: its connections are cold too.
func measureColdWalks(ctx context.Context, runs int) ([]figure, error) {
	h, err := serveShort(trip)
	if err != nil {
		return nil, err
	}
	defer h.close()
	wasted, took := 0, []float64{}
	for _, n := range shortHistories() {
		want, err := coldWalk(ctx, h, n, 0)
		if err != nil {
			return nil, err
		}
		for range runs {
			got, err := coldWalk(ctx, h, n, 8)
			if err != nil {
				return nil, err
			}
			if !slices.Equal(want.events, got.events) {
				return nil, fmt.Errorf("a walk over %d events brings others with Prefetch", n)
			}
			wasted = max(wasted, got.requests-want.requests)
			if n == quotaEvents {
				took = append(took, got.took.Seconds()*1e3)
			}
		}
	}
	official, err := officialTrips(ctx, h, runs)
	if err != nil {
		return nil, err
	}
	return []figure{
		atMost("5,000 events at 20 ms a request, Prefetch 8", median(took), "ms", 70, 50).
			noted("nothing different from a walk without Prefetch"),
		stated("the official loop at its default page of 60", official.Seconds()*1e3, "ms").
			noted("%d round trips", (quotaEvents+officialPage-1)/officialPage),
		atMost("requests beyond the least possible", float64(wasted), "", 2, 0).
			noted("the most of any history of 1 to 6 pages; liked is 0"),
	}, nil
}

// serveShort serves the short histories, and the largest in the service's default pages too.
func serveShort(delay time.Duration) (*host, error) {
	pages := book{}
	for _, n := range shortHistories() {
		pages.add(shortName(n), n, largestPage)
	}
	pages.add(shortName(quotaEvents), quotaEvents, officialPage)
	return serve(pages.answer, delay)
}

func shortName(n int) string { return fmt.Sprintf("short-%d", n) }

// cold is what a walk with a new client brought.
type cold struct {
	events   []history.Event
	took     time.Duration
	requests int // as the client counts them: one that was given up may reach the host when the next walk has begun
}

// coldWalk reads a history of n events with a new client.
func coldWalk(ctx context.Context, h *host, n, prefetch int) (cold, error) {
	var requests atomic.Int64
	client, err := alibaba.New(
		alibaba.Config{Region: region, Endpoint: h.url, AccessKeyID: keyID, AccessKeySecret: keySecret},
		&history.Options{
			RateLimit: history.RateLimit{Off: true}, Prefetch: prefetch,
			Observe: func(context.Context, history.Call) { requests.Add(1) },
		},
	)
	if err != nil {
		return cold{}, err
	}
	began := time.Now()
	events, err := history.Collect(client.Events(ctx, history.EventQuery{Ref: execution(shortName(n))}))
	return cold{events, time.Since(began), int(requests.Load())}, err
}

// officialTrips is how long the official loop takes for 5,000 events. All runs wait at once: they do little else.
func officialTrips(ctx context.Context, h *host, runs int) (time.Duration, error) {
	loops, took := make([]side, runs), make([]float64, runs)
	for i := range loops { // the SDK's clients can neither be shared nor made by several goroutines
		var err error
		if loops[i], err = officialFnF(h, shortName(quotaEvents), 0); err != nil {
			return 0, err
		}
	}
	err := together(runs, func(i int) error {
		began := time.Now()
		_, err := loops[i].run(ctx)
		took[i] = float64(time.Since(began))
		return err
	})
	return time.Duration(median(took)), err
}

// together does something n times at once and returns its errors.
func together(n int, do func(i int) error) error {
	errs := make([]error, n)
	var running sync.WaitGroup
	for i := range n {
		running.Go(func() { errs[i] = do(i) })
	}
	running.Wait()
	return errors.Join(errs...)
}

// slowPages is how many pages a slow consumer reads, and slowPage how many events one has: few, so that nothing but
// waiting is measured.
const (
	slowPages = 100
	slowPage  = 20
)

func serveSlow(pageCount int, delay time.Duration) (*host, error) {
	pages := book{}
	pages.add("slow", pageCount*slowPage, slowPage)
	return serve(pages.answer, delay)
}

// slowWalk reads with a consumer that takes a while for each page, and returns how many seconds that took.
func slowWalk(ctx context.Context, h *host, prefetch int, consume time.Duration) (float64, error) {
	client, err := openFnF(h, prefetch)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	for _, err := range client.EventPages(ctx, history.EventQuery{Ref: execution("slow"), PageSize: slowPage}) {
		if err != nil {
			return 0, err
		}
		if !pause(ctx, consume) {
			return 0, ctx.Err()
		}
	}
	return time.Since(began).Seconds(), nil
}

// measureConsumer reads pages at 20 ms a request with a consumer that takes 20 ms a page, and does each alone. All runs
// wait at once.
func measureConsumer(ctx context.Context, runs int) ([]figure, error) {
	h, err := serveSlow(slowPages, trip)
	if err != nil {
		return nil, err
	}
	defer h.close()
	var reading, consuming, both = make([]float64, runs), make([]float64, runs), make([]float64, runs)
	err = together(3*runs, func(i int) (err error) {
		switch k := i / 3; i % 3 {
		case 0:
			reading[k], err = slowWalk(ctx, h, 0, 0)
		case 1:
			both[k], err = slowWalk(ctx, h, 1, trip)
		default:
			began := time.Now()
			for range slowPages {
				pause(ctx, trip)
			}
			consuming[k] = time.Since(began).Seconds()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	ratio := median(both) / max(median(reading), median(consuming))
	return []figure{
		atMost("100 pages at 20 ms, consumed at 20 ms, Prefetch 1", ratio, "x", 1.1, 0).
			noted("%.2f s; reading alone %.2f s, consuming alone %.2f s", median(both), median(reading), median(consuming)),
	}, nil
}
