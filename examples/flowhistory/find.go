// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
)

// found is one execution with the client that reads it.
type found struct {
	client *history.Client
	ref    history.Ref
}

// errNonePasses is the error where one execution is wanted and the filters leave none.
var errNonePasses = &history.Error{Kind: history.ErrExecutionNotFound, Message: "none passes the filters"}

// one finds the one execution that is meant and passes a query's filters. Where none is named it is the newest that prefer
// wants, else the newest.
func (c *call) one(ctx context.Context, p *place, q history.ExecutionQuery, prefer func(history.Execution) bool) (found, error) {
	filtered := q.Fingerprint() != ""
	switch {
	case p.execution != "":
		return p.passing(ctx, history.Ref{Workflow: p.workflow, Execution: p.execution}, q)
	case p.workflow == "" && p.favourite != (history.Ref{}) && !filtered:
		return p.named(ctx, p.favourite)
	}
	recent := q
	if day := c.now().Add(-24 * time.Hour); day.After(q.StartedAfter) {
		recent.StartedAfter = day
	}
	for _, look := range []history.ExecutionQuery{recent, q} { // most of the time one day is enough, and soon read
		if !look.StartedBefore.IsZero() && !look.StartedAfter.Before(look.StartedBefore) {
			continue // the filters want older ones
		}
		best, ok, err := c.newest(ctx, p, look, prefer)
		switch {
		case err != nil && !ok:
			return found{}, err
		case ok && (look.StartedAfter.Equal(q.StartedAfter) || prefer(best)):
			c.warn(err) // what else there may be does not hide what there is
			c.note("%s", p.name(best.Ref))
			return found{p.client(best.Ref), best.Ref}, nil
		}
	}
	if filtered {
		return found{}, errNonePasses
	}
	return found{}, &history.Error{Kind: history.ErrExecutionNotFound, Message: "there is none yet"}
}

// newest finds the newest execution that passes, one that prefer wants before all others.
func (c *call) newest(ctx context.Context, p *place, q history.ExecutionQuery, prefer func(history.Execution) bool) (best history.Execution, ok bool, err error) {
	err = c.each(ctx, p, q, func(e history.Execution) bool {
		wanted, before := prefer(e), prefer(best)
		if !ok || wanted && !before || wanted == before && e.Started.After(best.Started) {
			best, ok = e, true
		}
		return true
	})
	return best, ok, err
}

// named finds the client that has an execution. With several clients each is asked.
func (p *place) named(ctx context.Context, ref history.Ref) (found, error) {
	if len(p.clients) == 1 {
		return found{p.clients[0], ref}, nil
	}
	for _, client := range p.clients {
		e, err := client.Describe(ctx, ref)
		if err == nil {
			return found{client, e.Ref}, nil
		}
		if !elsewhere(err) {
			return found{}, err
		}
	}
	return found{}, &history.Error{Kind: history.ErrExecutionNotFound,
		Message: fmt.Sprintf("there is no %q of %q", clip(ref.Execution, 200), clip(ref.Workflow, 200))}
}

// passing is named for an execution that must pass a query's filters too.
func (p *place) passing(ctx context.Context, ref history.Ref, q history.ExecutionQuery) (found, error) {
	it, err := p.named(ctx, ref)
	if err != nil || q.Fingerprint() == "" {
		return it, err
	}
	e, err := it.client.Describe(ctx, it.ref)
	if err == nil && !q.Match(e) {
		err = errNonePasses
	}
	return it, err
}

// elsewhere reports whether an error says that what is meant is on another cloud: here it is not, or cannot have that name.
func elsewhere(err error) bool {
	return errors.Is(err, history.ErrNotFound) || errors.Is(err, history.ErrInvalid)
}

// client is that of something that was read.
func (p *place) client(ref history.Ref) *history.Client {
	for _, client := range p.clients {
		if client.Provider() == ref.Provider && client.Scope() == ref.Scope {
			return client
		}
	}
	return nil
}

// each reads the executions that are meant and pass a query, without details and steps, until yield does not want more. One
// workflow that fails does not hide the others: the errors come in the end.
func (c *call) each(ctx context.Context, p *place, q history.ExecutionQuery, yield func(history.Execution) bool) error {
	q.Workflow, q.OmitDetail = p.workflow, true
	g, err := p.group()
	if err != nil {
		return err
	}
	told, read := c.progress("listing"), 0
	defer told.end()
	var failed failures
	for result, err := range g.Executions(ctx, q) {
		switch {
		case err != nil:
			return err
		case result.Err != nil:
			failed = append(failed, result.Err)
		case p.execution != "" && result.Value.Execution != p.execution:
		default:
			read++
			told.say("%d executions", read)
			result.Value.Steps = nil // only AOM sends some with its lists
			if !yield(result.Value) {
				return failed.orNil()
			}
		}
	}
	return p.whole(g.Counts()["Executions"], failed)
}

// group is the clients as one. Where there are several, a workflow that is named is one of some of them only.
func (p *place) group() (*group.Group, error) {
	opts := &group.Options{}
	if len(p.clients) > 1 && p.workflow != "" {
		opts.Ignore = []error{history.ErrWorkflowNotFound, history.ErrInvalid} // see elsewhere
	}
	return group.New(p.clients, opts)
}

// whole is the error of what was read with a group: what failed, or that no client has the workflow.
func (p *place) whole(counts group.Counts, failed failures) error {
	if len(failed) == 0 && counts.Read == 0 && int(counts.Skipped) == len(p.clients) {
		return p.noSuchWorkflow()
	}
	return failed.orNil()
}

func (p *place) noSuchWorkflow() error {
	return &history.Error{Kind: history.ErrWorkflowNotFound, Message: fmt.Sprintf("there is no %q", clip(p.workflow, 200))}
}

// didNotSucceed is what one wants to see first.
func didNotSucceed(e history.Execution) bool {
	return e.Status == history.Failed || e.Status == history.TimedOut
}

// goesOn is what one may want to follow.
func goesOn(e history.Execution) bool { return e.Execution != "" && !e.Status.Terminal() }
