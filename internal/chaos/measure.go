// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// walkFunc reads all of a job and notes in the ledger what came. It returns how often it had to be resumed.
type walkFunc func(ctx context.Context, j job, l *ledger) (resumed int, err error)

// side is what became of many walks.
type side struct {
	Walks    int
	Failed   int // ended in an error
	Panicked int
	Resumed  int // errors that a walk went on behind
	Requests int
	Faults   int // requests that went wrong on purpose
	Expected int // events
	tally
	Took time.Duration
	// Error is one of the errors that walks ended in, or what one panicked with; "" if none did.
	Error string `json:",omitempty"`
}

// perfect reports whether all walks ended well with everything they had to bring.
func (s side) perfect() bool { return s.Failed == 0 && s.Panicked == 0 && s.tally.perfect(s.Expected) }

// measure walks all jobs, several at once, and adds up what they bring. It stops when the context ends.
func measure(ctx context.Context, jobs []job, walkers int, p *plan, walk walkFunc) side {
	s := side{Walks: len(jobs), Expected: expected(jobs)}
	requests, faults := p.counts()
	queue := make(chan job)
	var mu sync.Mutex
	var running sync.WaitGroup
	began := time.Now()
	for range walkers {
		running.Go(func() {
			for j := range queue {
				one := try(ctx, j, walk)
				mu.Lock()
				s.add(one)
				mu.Unlock()
			}
		})
	}
	for _, j := range jobs {
		select {
		case queue <- j:
		case <-ctx.Done(): // what was not walked is missing in the sums
		}
	}
	close(queue)
	running.Wait()
	s.Took = time.Since(began)
	s.Requests, s.Faults = p.counts()
	s.Requests -= requests
	s.Faults -= faults
	return s
}

// add adds what one walk brought.
func (s *side) add(one side) {
	s.Failed += one.Failed
	s.Panicked += one.Panicked
	s.Resumed += one.Resumed
	s.tally.add(one.tally)
	if s.Error == "" {
		s.Error = one.Error
	}
}

// join adds what other walks brought.
func (s *side) join(other side) {
	s.Walks += other.Walks
	s.Requests += other.Requests
	s.Faults += other.Faults
	s.Expected += other.Expected
	s.Took += other.Took
	s.add(other)
}

// try does one walk, also when it panics.
func try(ctx context.Context, j job, walk walkFunc) (one side) {
	l := newLedger(j)
	defer func() {
		if p := recover(); p != nil {
			one.Panicked, one.Error = 1, fmt.Sprint("panic: ", p)
		}
		one.tally = l.close()
	}()
	resumed, err := walk(ctx, j, l)
	one.Resumed = resumed
	if err != nil {
		one.Failed, one.Error = 1, err.Error()
	}
	return one
}
