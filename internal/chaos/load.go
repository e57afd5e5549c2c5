// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// crowd is how many goroutines share one client under load.
const crowd = 64

// load has crowd goroutines walk each cloud, again and again for a while, and checks that nothing of it stays behind. The
// fake clouds are other processes.
func load(ctx context.Context, s settings, out io.Writer) (err error) {
	var stands []*stand
	defer func() {
		for _, st := range stands {
			err = errors.Join(err, st.child.close())
		}
	}()
	for _, cloud := range s.clouds {
		st, err := newStand(ctx, cloud)
		if err != nil {
			return err
		}
		stands = append(stands, st)
	}
	// What is made once and kept, such as the SDKs' tables, is no leak: a first, short run makes it.
	if err := drive(ctx, stands, time.Second); err != nil {
		return err
	}
	start, err := settle(ctx, stands, nil)
	if err != nil {
		return err
	}
	for _, st := range stands {
		st.outcome = new(outcome)
	}
	if err := drive(ctx, stands, s.load); err != nil {
		return err
	}
	end, err := settle(ctx, stands, start)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d goroutines on one client for each cloud, for %v; rate limits off\n\n", crowd, s.load)
	for _, st := range stands {
		st.print(out, s.load)
	}
	return errors.Join(compare(out, start, end), failures(stands), ctx.Err())
}

// stand is one cloud under load.
type stand struct {
	shape shape
	child *child
	*outcome
}

// outcome is what the walks on a stand brought.
type outcome struct {
	walks, events, faulty atomic.Int64 // faulty: walks that lost, repeated or changed an event, or failed
	pages                 histogram
	first                 atomic.Pointer[error] // one of the errors
}

func newStand(ctx context.Context, cloud string) (*stand, error) {
	of := shape{Cloud: cloud, Events: 100_000, Each: 2000, Page: 500}
	if cloud == huaweiCloud {
		of = shape{Cloud: cloud, Events: 40_000, Each: 200, Group: 10, Page: 100, Lists: halfLists, ListPage: 5}
	}
	c, err := startChild(ctx, of)
	return &stand{shape: of, child: c, outcome: new(outcome)}, err
}

// drive puts load on all stands. When it returns, their clients and connections are gone.
func drive(ctx context.Context, stands []*stand, d time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	var all sync.WaitGroup
	defer all.Wait()
	for _, st := range stands {
		rt, err := newTransport(newPlan(nil, 0, 0), crowd)
		if err != nil {
			cancel() // those that have begun need not go on
			return err
		}
		o := &history.Options{RateLimit: history.RateLimit{Off: true}} // all else as it comes
		w, err := newWalker(st.shape.Cloud, st.child.url, rt, o)
		if err != nil {
			cancel()
			return err
		}
		jobs := st.shape.jobs()
		var walkers sync.WaitGroup
		for i := range crowd {
			walkers.Go(func() {
				for n := i; ctx.Err() == nil; n++ {
					st.walk(ctx, w, jobs[n%len(jobs)])
				}
			})
		}
		all.Go(func() {
			walkers.Wait()
			rt.close()
		})
	}
	return nil
}

// walk reads a job once.
func (st *stand) walk(ctx context.Context, w *walker, j job) {
	l := newLedger(j)
	var err error
	if j.event != nil {
		q := history.EventQuery{Ref: j.ref, PageSize: j.page}
		err = timed(&st.pages, w.client.EventPages(ctx, q), func(e history.Event) { j.noteEvent(l, e) })
	} else {
		q := history.ExecutionQuery{Workflow: j.ref.Workflow, PageSize: j.page}
		err = timed(&st.pages, w.client.ExecutionPages(ctx, q), func(e history.Execution) { j.noteExecution(l, e) })
	}
	st.events.Add(int64(l.Delivered))
	if ctx.Err() != nil {
		return // cut off by the end of the run
	}
	st.walks.Add(1)
	if err == nil && !l.close().perfect(j.size*j.weight) {
		err = fmt.Errorf("%s: %+v", j.ref.Workflow, l.tally)
	}
	if err != nil {
		st.faulty.Add(1)
		st.first.CompareAndSwap(nil, &err)
	}
}

// timed hands on the items of a sequence of pages, and takes the time that each page is waited for.
func timed[T any](h *histogram, pages iter.Seq2[history.Page[T], error], each func(T)) error {
	asked := time.Now()
	for p, err := range pages {
		if err != nil {
			return err
		}
		h.add(time.Since(asked))
		for _, item := range p.Items {
			each(item)
		}
		asked = time.Now()
	}
	return nil
}
