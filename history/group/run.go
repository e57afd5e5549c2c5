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
		if r.cut.Load() {
			yield(outcome[T]{}, contextError(ctx))
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
	defer r.passOnPanic()
	for t := range tasks(r.ctx) {
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
			workers.Go(func() { r.work(l.tasks) })
		}
		select {
		case l.tasks <- t:
		case <-r.ctx.Done():
			r.cut.Store(true)
			return
		}
	}
}

// work does the tasks of one client, each as soon as the limit of all clients allows.
func (r *reading[T]) work(tasks <-chan task[T]) {
	for t := range tasks {
		if r.ctx.Err() != nil {
			r.cut.Store(true)
			return
		}
		select {
		case r.slots <- struct{}{}:
			r.do(t)
			<-r.slots
		case <-r.ctx.Done():
			r.cut.Store(true)
			return
		}
	}
}

// do reads a target and reports whether somebody still wants to know.
func (r *reading[T]) do(t task[T]) bool {
	defer r.passOnPanic()
	for value, err := range t.read(r.ctx) {
		if !r.send(outcome[T]{Result: Result[T]{Target: t.target, Value: value, Err: err}, client: t.client}) {
			return false
		}
		if err != nil {
			break
		}
	}
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

// passOnPanic, deferred, lets the caller's goroutine panic in place of this one.
func (r *reading[T]) passOnPanic() {
	if p := recover(); p != nil {
		r.send(outcome[T]{panicked: p})
	}
}
