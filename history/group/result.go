// SPDX-License-Identifier: Apache-2.0

package group

import (
	"context"
	"errors"
	"iter"
	"maps"
	"slices"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/internal/caused"
)

// Result is something that was read of a target, or the error that ended the reading of that target.
type Result[T any] struct {
	// Target is what was being read: a client (its Provider and Scope only), a workflow of a client, or an execution.
	Target history.Ref
	// Value is what was read. With an Err it is what there was before it, where that is something on its own (an
	// execution with some of its steps), else the zero value.
	Value T
	// Err is nil, or what ended the reading of Target; it comes once for it. It is a *history.Error (with Each whatever the
	// caller's own function returned), whose Cursor goes on with that target, with the target's own client (see
	// Group.Client).
	Err error
}

// Counts says how reading went.
type Counts struct {
	Read    int64 `json:"read"`    // results without an Err
	Skipped int64 `json:"skipped"` // targets whose failure Options.Ignore covers
	Failed  int64 `json:"failed"`  // results with an Err
}

// Counts returns what the group's loops took so far, all together, for each method by its name, such as "Executions"; Each
// is one too. A method that was not used is missing. It may be asked for while a loop runs. The map is the caller's own.
func (g *Group) Counts() map[string]Counts {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.counts)
}

// count counts the outcome of a method and reports whether it is for the caller.
func (g *Group) count(method string, err error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := g.counts[method]
	ignored := err != nil && slices.ContainsFunc(g.opts.Ignore, func(target error) bool { return errors.Is(err, target) })
	switch {
	case err == nil:
		c.Read++
	case ignored:
		c.Skipped++
	default:
		c.Failed++
	}
	g.counts[method] = c
	return !ignored
}

// counted is what a method returns: results without those that are ignored.
func counted[T any](g *Group, method string, seq iter.Seq2[Result[T], error]) iter.Seq2[Result[T], error] {
	return func(yield func(Result[T], error) bool) {
		for result, err := range seq {
			if err == nil && !g.count(method, result.Err) {
				continue
			}
			if !yield(result, err) {
				return
			}
		}
	}
}

// endedBy reports whether an error says no more than that the caller's context has ended.
func endedBy(ctx context.Context, err error) bool {
	return ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// contextError is the pair's error when the caller's context has ended; it matches both its Err and its Cause.
func contextError(ctx context.Context) error {
	return &history.Error{Op: "group", Err: caused.By(ctx.Err(), context.Cause(ctx))}
}
