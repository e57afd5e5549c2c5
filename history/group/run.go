// SPDX-License-Identifier: Apache-2.0

package group

import (
	"context"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/flowhistory/flowhistory/history"
)

// queued is how many targets of one client may wait for their turn before nothing more is looked for by who found them. Where
// that is the finder of all clients, the targets of others behind them are found so.
const queued = 64

// task is one target to read.
type task[T any] struct {
	target history.Ref
	client *history.Client // whose turn it takes; nil = nobody is asked
	read   func(context.Context) iter.Seq2[T, error]
}

// tasks finds what there is to do. It may block no longer than its context lives.
type tasks[T any] func(context.Context) iter.Seq[task[T]]

// finders makes what finds the tasks of one loop: one for each client where that can be, so that a client whose targets wait
// for their turn holds up nobody else's.
type finders[T any] func() []tasks[T]

// ask is the task to read a target with a client.
func ask[T any](c *history.Client, target history.Ref, read reader[T]) task[T] {
	return task[T]{target: target, client: c, read: func(ctx context.Context) iter.Seq2[T, error] { return read(ctx, c, target) }}
}

// known is a task whose outcome is there already.
func known[T any](target history.Ref, value T, err error) task[T] {
	return task[T]{target: target, read: func(context.Context) iter.Seq2[T, error] {
		return func(yield func(T, error) bool) { yield(value, err) }
	}}
}

// outcome is a result on its way from the goroutine that read it.
type outcome[T any] struct {
	Result[T]
	client   *history.Client // that read it, nil if none did
	panicked any             // what the reading panicked with: the caller's goroutine passes it on
}

// run does the tasks that are found and yields their results.
func run[T any](ctx context.Context, o Options, find finders[T]) iter.Seq2[Result[T], error] {
	return func(yield func(Result[T], error) bool) {
		for outcome, err := range runFrom(ctx, o, newSlots(o), find()...) {
			if !yield(outcome.Result, err) {
				return
			}
		}
	}
}

// slots are the turns of the targets that are read at once, of all clients together.
type slots chan struct{}

func newSlots(o Options) slots { return make(slots, o.Concurrency) }

// runFrom is run that also tells which client each result is from. Others may have a part of the slots.
func runFrom[T any](ctx context.Context, o Options, slots slots, find ...tasks[T]) iter.Seq2[outcome[T], error] {
	return func(yield func(outcome[T], error) bool) {
		if ctx.Err() != nil {
			yield(outcome[T]{}, contextError(ctx))
			return
		}
		r, leave := start(ctx, o, slots, find)
		defer leave()
		for out := range r.outcomes {
			if out.panicked != nil {
				panic(out.panicked)
			}
			if endedBy(ctx, out.Err) {
				r.cut.Store(true)
				continue
			}
			if !yield(out, nil) {
				return
			}
		}
		switch {
		case r.cut.Load():
			yield(outcome[T]{}, contextError(ctx))
		case r.lost.Load():
			yield(outcome[T]{}, noReturn(history.Ref{}, "looked for what to read"))
		}
	}
}

// reading is one loop's reading under way: goroutines that find tasks, and up to PerClient others for each client that do
// them. It ends with its outcomes closed, or when it is left.
type reading[T any] struct {
	ctx       context.Context // the caller's; ends too when the loop is left
	perClient int
	slots     slots
	outcomes  chan outcome[T] // without a buffer: nothing is read ahead of the caller but what each task has in hand
	left      chan struct{}   // closed when nobody takes outcomes any more; on a dead context they still are taken
	cut       atomic.Bool     // something was not done because the caller's context ended
	lost      atomic.Bool     // something was not found because what finds it ended its goroutine
}

func start[T any](ctx context.Context, o Options, slots slots, find []tasks[T]) (r *reading[T], leave func()) {
	ctx, cancel := context.WithCancel(ctx)
	r = &reading[T]{
		ctx: ctx, perClient: o.PerClient, slots: slots, outcomes: make(chan outcome[T]), left: make(chan struct{}),
	}
	var finding, running sync.WaitGroup
	for _, tasks := range find {
		finding.Go(func() { r.find(tasks) })
	}
	running.Go(func() {
		finding.Wait()
		close(r.outcomes)
	})
	return r, func() {
		close(r.left)
		cancel()
		running.Wait()
	}
}

// line is where the tasks of one client wait.
type line[T any] struct {
	tasks   chan task[T]
	workers int
}

// find hands out the tasks and waits until they are done. A client has tasks of one finder only.
func (r *reading[T]) find(tasks tasks[T]) {
	var workers sync.WaitGroup
	defer workers.Wait()
	lines := make(map[*history.Client]*line[T])
	defer func() {
		for _, l := range lines {
			close(l.tasks)
		}
	}()
	returned := false
	defer r.passOn(&returned, func() { r.lost.Store(true) })
	r.handOut(tasks(r.ctx), lines, &workers)
	returned = true
}

// handOut puts each task in its client's line, with a worker more for it as long as there may be more.
func (r *reading[T]) handOut(tasks iter.Seq[task[T]], lines map[*history.Client]*line[T], workers *sync.WaitGroup) {
	for t := range tasks {
		if t.client == nil {
			if !r.do(t) {
				return
			}
			continue
		}
		l := lines[t.client]
		if l == nil {
			l = &line[T]{tasks: make(chan task[T], queued)}
			lines[t.client] = l
		}
		if l.workers < r.perClient {
			l.workers++
			workers.Go(func() { r.work(l.tasks, workers) })
		}
		select {
		case l.tasks <- t:
		case <-r.ctx.Done():
			r.cut.Store(true)
			return
		}
	}
}

// work does the tasks of one client. It is one of its workers; when a read ends its goroutine another takes its place.
func (r *reading[T]) work(tasks <-chan task[T], workers *sync.WaitGroup) {
	returned := false
	defer func() {
		if !returned {
			workers.Go(func() { r.work(tasks, workers) })
		}
	}()
	for t := range tasks {
		if !r.inTurn(t) {
			break
		}
	}
	returned = true
}

// inTurn does a task as soon as the limit of all clients allows, and reports whether the context left time for it.
func (r *reading[T]) inTurn(t task[T]) bool {
	if r.ctx.Err() != nil {
		r.cut.Store(true)
		return false
	}
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
		r.do(t)
		return true
	case <-r.ctx.Done():
		r.cut.Store(true)
		return false
	}
}

// do reads a target and reports whether somebody still wants to know.
func (r *reading[T]) do(t task[T]) bool {
	ended := false // the reading, in a way that was told
	result := func(value T, err error) outcome[T] {
		return outcome[T]{Result: Result[T]{Target: t.target, Value: value, Err: err}, client: t.client}
	}
	defer r.passOn(&ended, func() { r.send(result(*new(T), noReturn(t.target, "read it"))) })
	for value, err := range t.read(r.ctx) {
		ended = err != nil
		if !r.send(result(value, err)) {
			return false
		}
		if err != nil {
			break
		}
	}
	ended = true
	return true
}

func (r *reading[T]) send(out outcome[T]) bool {
	select {
	case r.outcomes <- out:
		return true
	case <-r.left:
		return false
	}
}

// passOn, deferred, lets the caller's goroutine panic in place of this one. Where this one is ended without a panic
// (runtime.Goexit, as by t.FailNow) before *returned, it calls lost, so that what is missing does not look like the end.
func (r *reading[T]) passOn(returned *bool, lost func()) {
	if p := recover(); p != nil {
		r.send(outcome[T]{panicked: p})
	} else if !*returned {
		lost()
	}
}

// noReturn is the error of a goroutine that was ended while it did something for a target.
func noReturn(target history.Ref, did string) error {
	return &history.Error{
		Provider: target.Provider, Scope: target.Scope, Op: "group", Kind: history.ErrUnknown,
		Message: "the goroutine that " + did + " was ended (runtime.Goexit)",
	}
}
