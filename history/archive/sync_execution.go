// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"cmp"
	"context"
	"errors"
	"maps"

	"github.com/flowhistory/flowhistory/history"
)

// reading is one execution that Sync reads.
type reading struct {
	*syncer
	execution history.Execution
	point     Checkpoint // behind what the sink has
	fresh     bool       // events came in this run
	failed    bool       // the client failed, not the sink or the checkpoints
}

// read puts the events behind the checkpoint and then the execution into the sink.
func (r *reading) read(ctx context.Context) error {
	last, err := r.events(ctx)
	if r.point.From != "" && errors.Is(err, history.ErrCursor) {
		// The place is gone. What the sink has already comes again, under the same IDs.
		r.point.From, r.failed = "", false
		last, err = r.events(ctx)
	}
	if err == nil && r.ended() && !r.execution.Status.Terminal() {
		err = r.describe(ctx) // it ended since it was listed
	}
	if err != nil {
		return err
	}
	if err := r.put(ctx, last, true); err != nil {
		return err
	}
	r.settle()
	if !r.point.Done {
		r.counts.Running++
	}
	return r.points.Save(ctx, r.execution.Ref, r.point)
}

// events reads the events behind the checkpoint. All pages but the last, which it returns, go into the sink.
func (r *reading) events(ctx context.Context) ([]history.Event, error) {
	q := history.EventQuery{Ref: r.execution.Ref, From: r.point.From, PageSize: r.opts.PageSize, OmitDetail: r.query.OmitDetail}
	var held []history.Event
	for page, err := range r.client.EventPages(ctx, q) {
		if err != nil {
			r.failed = true
			return nil, err
		}
		r.counts.Pages++
		r.fresh = r.fresh || len(page.Items) > 0
		if held = page.Items; page.Next == "" {
			r.point.From = page.Resume
			break
		}
		if err := r.put(ctx, held, false); err != nil {
			return nil, err
		}
		r.point.From, held = page.Next, nil
		if err := r.points.Save(ctx, r.execution.Ref, r.point); err != nil {
			return nil, err
		}
		r.report(r.execution.Ref)
	}
	return held, nil
}

// describe reads the execution again. What only the list says of it (AOM: who made it) stays.
func (r *reading) describe(ctx context.Context) error {
	e, err := r.client.Describe(ctx, r.execution.Ref)
	if err != nil {
		r.failed = true
		return err
	}
	if r.query.OmitDetail {
		e.Input, e.Output, e.Definition, e.Steps = "", "", "", bareSteps(e.Steps)
	}
	r.execution = withListed(e, r.execution)
	return nil
}

// withListed is a description with what only the list said.
func withListed(e, listed history.Execution) history.Execution {
	e.Input, e.Definition = cmp.Or(e.Input, listed.Input), cmp.Or(e.Definition, listed.Definition)
	e.CreatedBy = cmp.Or(e.CreatedBy, listed.CreatedBy)
	if e.Approvers == nil {
		e.Approvers = listed.Approvers
	}
	attributes := make(map[string]string)
	maps.Copy(attributes, listed.Attributes)
	maps.Copy(attributes, e.Attributes)
	if len(attributes) > 0 {
		e.Attributes = attributes
	}
	return e
}

// put gives events, and with them the execution, to the sink.
func (r *reading) put(ctx context.Context, events []history.Event, whole bool) error {
	records := make([]Record, 0, len(events)+1)
	for i := range events {
		records = append(records, Record{Event: &events[i]})
	}
	if whole {
		e := r.execution // the sink's own
		records = append(records, Record{Execution: &e})
	}
	for i := range records {
		var err error
		if records[i], err = r.opts.Policy.apply(records[i]); err != nil {
			return err
		}
	}
	if err := r.sink.Put(ctx, records); err != nil {
		return err
	}
	r.counts.Events += len(events)
	return nil
}

// ended reports whether the terminal event is before the checkpoint.
func (r *reading) ended() bool {
	p, err := r.point.From.Position()
	return err == nil && p.End
}

// settle decides whether more may come. An execution that has ended, and whose events do not say so, is read once more in
// the next run: its history may be behind. When that brings nothing, it stays without its end.
func (r *reading) settle() {
	terminal, ended := r.execution.Status.Terminal(), r.ended()
	switch {
	case ended && (terminal || r.execution.Status == ""): // an unknown word is no reason to doubt the event
		r.point.Done, r.point.Unended = true, 0
	case terminal && r.point.Unended > 0 && !r.fresh:
		r.point.Done = true
	case terminal:
		r.point.Unended++
	}
}
