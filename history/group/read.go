// SPDX-License-Identifier: Apache-2.0

package group

import (
	"context"
	"iter"

	"github.com/flowhistory/flowhistory/history"
)

// Workflows reads the workflows of all clients. The targets are the clients. A client whose source cannot list workflows
// fails with an error that matches errors.ErrUnsupported. A q.From is of one client; with the others it is ErrCursor.
func (g *Group) Workflows(ctx context.Context, q history.WorkflowQuery) iter.Seq2[Result[history.Workflow], error] {
	return counted(g, "Workflows", run(ctx, g.opts, g.workflows(q)))
}

// Executions reads what q finds of all clients, as Client.Executions does. The targets are workflows: with a q.Workflow
// the one of that name of each client, which some may not have (history.ErrWorkflowNotFound, which Options.Ignore may
// cover); without one all that Workflows finds. A q.From is of one workflow; with the others it is ErrCursor.
func (g *Group) Executions(ctx context.Context, q history.ExecutionQuery) iter.Seq2[Result[history.Execution], error] {
	return counted(g, "Executions", run(ctx, g.opts, g.executions(q)))
}

// ReadAll reads each execution that q finds in full, as Client.Execution does: with its steps, inputs and outputs (so
// that q.OmitDetail has no effect). See Executions for what q finds. The targets are executions; also workflows and
// clients, when the executions there could not be found out.
//
// Where the list of executions has everything already (AOM) it costs no further request.
func (g *Group) ReadAll(ctx context.Context, q history.ExecutionQuery) iter.Seq2[Result[history.Execution], error] {
	return counted(g, "ReadAll", run(ctx, g.opts, g.full(q)))
}

// ReadEach reads each of some executions in full, as Client.Execution does. A reference for which there is not exactly
// one client fails (see Client).
//
// The references may be a sequence without an end, and are taken as needed, one at a time and on another goroutine. That
// sequence must not block for long: leaving the loop waits for it. If it ends that goroutine (runtime.Goexit), what it brought
// before is read, and the error of the last pair says that there was no end.
func (g *Group) ReadEach(ctx context.Context, refs iter.Seq[history.Ref]) iter.Seq2[Result[history.Execution], error] {
	return counted(g, "ReadEach", run(ctx, g.opts, each(g, refs, inFull())))
}

// EventsAll reads the events of each execution that q finds, as Client.Events does. See Executions for what q finds, and
// ReadAll for the targets.
func (g *Group) EventsAll(ctx context.Context, q history.ExecutionQuery) iter.Seq2[Result[history.Event], error] {
	q.OmitDetail = true // of the list, which is not delivered
	found := behind(g, g.executions(q), func(c *history.Client, e history.Execution) task[history.Event] {
		return ask(c, e.Ref, events())
	})
	return counted(g, "EventsAll", run(ctx, g.opts, found))
}

// EventsEach reads the events of each of some executions, as Client.Events does. See ReadEach for the references.
func (g *Group) EventsEach(ctx context.Context, refs iter.Seq[history.Ref]) iter.Seq2[Result[history.Event], error] {
	return counted(g, "EventsEach", run(ctx, g.opts, each(g, refs, events())))
}

// Each reads each of some references in a way of the caller's own, for example only the end of each history:
//
//	ends := group.Each(ctx, g, refs, func(ctx context.Context, c *history.Client, ref history.Ref) ([]history.Event, error) {
//		return history.Last(c.Events(ctx, history.EventQuery{Ref: ref}), 10)
//	})
//
// What read returns becomes the Value and Err of a Result; an error should be a client's own. It is called on several
// goroutines at once, with a context that also ends when the loop is left. If it panics so does the loop; if it ends its
// goroutine (runtime.Goexit, as t.FailNow does) its target fails with history.ErrUnknown and the others go on. See ReadEach
// for the references.
func Each[T any](ctx context.Context, g *Group, refs iter.Seq[history.Ref], read func(context.Context, *history.Client, history.Ref) (T, error)) iter.Seq2[Result[T], error] {
	return counted(g, "Each", run(ctx, g.opts, each(g, refs, one(read))))
}

// reader reads a target with its client.
type reader[T any] func(context.Context, *history.Client, history.Ref) iter.Seq2[T, error]

// one makes a reader of a call that returns one value.
func one[T any](read func(context.Context, *history.Client, history.Ref) (T, error)) reader[T] {
	return func(ctx context.Context, c *history.Client, ref history.Ref) iter.Seq2[T, error] {
		return func(yield func(T, error) bool) { yield(read(ctx, c, ref)) }
	}
}

// inFull is a reader of whole executions.
func inFull() reader[history.Execution] {
	return one(func(ctx context.Context, c *history.Client, ref history.Ref) (history.Execution, error) {
		return c.Execution(ctx, ref)
	})
}

// events is a reader of the events of executions.
func events() reader[history.Event] {
	return func(ctx context.Context, c *history.Client, ref history.Ref) iter.Seq2[history.Event, error] {
		return c.Events(ctx, history.EventQuery{Ref: ref})
	}
}

// each finds the tasks of some references. They are one sequence, so there is one finder.
func each[T any](g *Group, refs iter.Seq[history.Ref], read reader[T]) finders[T] {
	find := func(context.Context) iter.Seq[task[T]] {
		return func(yield func(task[T]) bool) {
			for ref := range refs {
				c, err := g.Client(ref)
				t := known[T](ref, *new(T), err)
				if err == nil {
					t = ask(c, within(c, ref), read)
				}
				if !yield(t) {
					return
				}
			}
		}
	}
	return func() []tasks[T] { return []tasks[T]{find} }
}

func (g *Group) workflows(q history.WorkflowQuery) finders[history.Workflow] {
	read := func(ctx context.Context, c *history.Client, _ history.Ref) iter.Seq2[history.Workflow, error] {
		return c.Workflows(ctx, q)
	}
	return everywhere(g, history.Ref{}, read)
}

func (g *Group) executions(q history.ExecutionQuery) finders[history.Execution] {
	read := func(ctx context.Context, c *history.Client, workflow history.Ref) iter.Seq2[history.Execution, error] {
		q := q
		q.Workflow = workflow.Workflow
		return c.Executions(ctx, q)
	}
	if q.Workflow != "" {
		return everywhere(g, history.Ref{Workflow: q.Workflow}, read)
	}
	found := g.workflows(history.WorkflowQuery{OmitDetail: true})
	return behind(g, found, func(c *history.Client, w history.Workflow) task[history.Execution] {
		return ask(c, history.Ref{Provider: w.Provider, Scope: w.Scope, Workflow: w.Workflow}, read)
	})
}

func (g *Group) full(q history.ExecutionQuery) finders[history.Execution] {
	q.OmitDetail = false
	return behind(g, g.executions(q), func(c *history.Client, e history.Execution) task[history.Execution] {
		if can := c.Capabilities(); can.Steps && !can.NativeEvents {
			return known(e.Ref, e, nil)
		}
		return ask(c, e.Ref, inFull())
	})
}

// everywhere finds the tasks to read the same of each client.
func everywhere[T any](g *Group, ref history.Ref, read reader[T]) finders[T] {
	return func() []tasks[T] {
		var all []tasks[T]
		for _, c := range g.clients {
			all = append(all, func(context.Context) iter.Seq[task[T]] {
				return func(yield func(task[T]) bool) { yield(ask(c, within(c, ref), read)) }
			})
		}
		return all
	}
}

// behind finds the tasks that other tasks bring. What those fail with is passed on.
func behind[A, T any](g *Group, first finders[A], then func(*history.Client, A) task[T]) finders[T] {
	return func() []tasks[T] {
		slots := newSlots(g.opts)
		var all []tasks[T]
		for _, find := range first() {
			all = append(all, func(ctx context.Context) iter.Seq[task[T]] {
				return func(yield func(task[T]) bool) {
					for found, err := range runFrom(ctx, g.opts, slots, find) {
						if !yield(next(found, err, then)) {
							return
						}
					}
				}
			})
		}
		return all
	}
}

// next is the task behind a result.
func next[A, T any](found outcome[A], err error, then func(*history.Client, A) task[T]) task[T] {
	switch {
	case err != nil:
		return known(history.Ref{}, *new(T), err)
	case found.Err != nil:
		return known(found.Target, *new(T), found.Err)
	default:
		return then(found.client, found.Value)
	}
}
