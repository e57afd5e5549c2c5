// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// Execution reads all that is known about one execution: its Describe, and its Steps. Where the provider records events
// the steps are folded from them (see Fold); where it sends steps (AOM) they are those of Describe, and one call is all.
//
// It is one consistent view also while the execution runs: events are read first, and once more what followed them when
// only the description says that the execution has ended. When the events then still have no end, the Diagnostic no_end
// says so; when only they have one, the description was behind, and its status is theirs.
//
// On an error the result is what was read until then.
func (c *Client) Execution(ctx context.Context, ref Ref) (Execution, error) {
	if !c.Capabilities().NativeEvents && c.Capabilities().Steps {
		return c.Describe(ctx, ref)
	}
	f := borrowFolder()
	defer f.giveBack()
	resume, err := c.foldEvents(ctx, f, EventQuery{Ref: ref})
	if err != nil {
		return f.Execution(), err
	}
	described, err := c.Describe(ctx, ref)
	if err != nil {
		return f.Execution(), err
	}
	if described.Status.Terminal() && f.terminal == nil {
		if resume == "" && f.last > 0 {
			resume = NewCursor(Position{Ref: f.ref, LastEvent: f.last})
		}
		_, err = c.foldEvents(ctx, f, EventQuery{Ref: ref, From: resume})
	}
	return merge(described, f.Execution()), err
}

// foldEvents adds the events of a query and returns the cursor behind them.
func (c *Client) foldEvents(ctx context.Context, f *Folder, q EventQuery) (resume Cursor, err error) {
	resume = q.From
	for page, err := range c.EventPages(ctx, q) {
		if err == nil {
			err = c.foldPage(ctx, f, page.Items, resume)
		}
		if err != nil {
			f.cut(err)
			return resume, err
		}
		resume = cmp.Or(page.Resume, resume)
	}
	return resume, nil
}

// foldPage adds the events of a page at a cursor. Which execution they are of is not the caller's doing, but the source's.
func (c *Client) foldPage(ctx context.Context, f *Folder, events []Event, at Cursor) error {
	for i := range events {
		e := &events[i]
		if f.checkRef(e.Ref) != nil {
			return c.walk(ctx, "EventPages", at).fail(&Error{
				Kind:    ErrDecode,
				Message: fmt.Sprintf("the source sent event %d of %s among the events of %s", e.ID, FormatRef(e.Ref), FormatRef(f.ref)),
			})
		}
		f.take(e)
	}
	return nil
}

// merge is a description with the steps that were folded from events.
func merge(described, folded Execution) Execution {
	e := described
	e.Steps = folded.Steps
	e.Started = firstTime(e.Started, folded.Started)
	e.Ended = firstTime(e.Ended, folded.Ended)
	e.Input = cmp.Or(e.Input, folded.Input)
	e.Output = cmp.Or(e.Output, folded.Output)
	e.Failure = cmp.Or(e.Failure, folded.Failure)
	e.Diagnostics = append(e.Diagnostics[:len(e.Diagnostics):len(e.Diagnostics)], folded.Diagnostics...)
	switch {
	case folded.Status.Terminal() && !e.Status.Terminal():
		e.Status, e.NativeStatus = folded.Status, ""
	case e.Status.Terminal() && !folded.Status.Terminal():
		e.Diagnostics = append(e.Diagnostics, Diagnostic{
			Code: noteNoEnd, Severity: Defect, Text: "the execution has ended (" + string(e.Status) + "), and its events do not say so; some are missing",
		})
	}
	return e
}

func firstTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}
