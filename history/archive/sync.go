// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/internal/caused"
)

// SyncOptions sets how Sync works. nil and the zero value are good defaults with a Dir.
type SyncOptions struct {
	// Checkpoints is where Sync keeps what it knows between runs. nil = the sink, which must then be a CheckpointStore.
	Checkpoints CheckpointStore
	// Policy says what may be written. A change does not rewrite what is there.
	Policy Policy
	// Progress is called behind each page of events, each execution and each page of the list, on Sync's own goroutine.
	// nil = not at all.
	Progress func(Progress)
	// LeaveOut is asked about an execution whose events could not be read. When it returns true Sync goes on with the next
	// one and tries this one again in the next run. The caller's context and the sink's errors always end Sync. nil = the
	// first error ends it.
	LeaveOut func(history.Ref, error) bool
	// PageSize is that of pages of events, and so how much a crash costs. 0 = the provider's largest.
	PageSize int
}

// Sync brings an archive of the executions that q asks for up to date. Executions that are whole in the archive are listed
// and skipped; new ones and those that had not ended are read, the latter from where reading them stopped. An execution
// that ends while it is read is archived as ended.
//
// Each page of events is put into the sink and then noted in the checkpoints, so a run that is killed at any moment, also
// by SIGKILL or by a failing disk, is gone on with by the next: it lists again from the page of executions where it was,
// reads again at most the page of events that it had in hand, and loses nothing. Behind a list that was gone on with the
// list is read once more from its beginning, for what is new since.
//
// With other filters than the run before, Sync goes through the list from its beginning; what the archive has stays.
//
// Assumption: a name is not used again for another execution. FnF may allow it when the first one's history has expired;
// the archive then keeps the first one.
//
// The error is the client's *history.Error, the sink's or the checkpoint store's own, ErrInvalid (also for a client or sink
// that is nil), or ErrUnavailable when another Sync keeps the same workflow up to date in the same Dir, or with
// checkpoints in the same directory. Counts is what was
// done until then.
func Sync(ctx context.Context, client *history.Client, q history.ExecutionQuery, sink Sink, opts *SyncOptions) (Counts, error) {
	switch {
	case client == nil:
		return Counts{}, invalid("there is no client; pass one that reads the executions")
	case sink == nil:
		return Counts{}, invalid("there is no sink; pass a Dir, as NewDir makes it, or a Sink of your own")
	}
	s := &syncer{client: client, query: q, sink: sink, began: time.Now()}
	if opts != nil {
		s.opts = *opts
	}
	if s.points = s.opts.Checkpoints; s.points == nil {
		store, ok := sink.(CheckpointStore)
		if !ok {
			return Counts{}, invalid("the sink keeps no checkpoints; set SyncOptions.Checkpoints, e.g. to NewCheckpointFiles")
		}
		s.points = store
	}
	if q.From != "" {
		return Counts{}, invalid("the query has a From; Sync keeps its own place in the checkpoints, leave it empty")
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return Counts{}, err
	}
	defer unlock()
	err = s.run(ctx)
	if cause := context.Cause(ctx); err != nil && errors.Is(err, ctx.Err()) && !errors.Is(err, cause) {
		err = caused.By(fmt.Errorf("archive: %w", err), cause) // a store's or sink's, which need not know of causes
	}
	return s.counts, err
}

// syncer is one run of Sync.
type syncer struct {
	client *history.Client
	query  history.ExecutionQuery
	sink   Sink
	points CheckpointStore
	opts   SyncOptions
	began  time.Time
	counts Counts
	due    int
}

func (s *syncer) run(ctx context.Context) error {
	list := history.Ref{Provider: s.client.Provider(), Scope: s.client.Scope(), Workflow: s.query.Workflow}
	point, err := s.points.Load(ctx, list)
	if err != nil {
		return err
	}
	if point.From != "" {
		// The place may be gone, or be one of other filters; the beginning is always there.
		if err := s.list(ctx, list, point.From); err != nil && !errors.Is(err, history.ErrCursor) {
			return err
		}
	}
	return s.list(ctx, list, "")
}

// list syncs the executions of the list from a place to its end.
func (s *syncer) list(ctx context.Context, ref history.Ref, from history.Cursor) error {
	q := s.query
	q.From = from
	for page, err := range s.client.ExecutionPages(ctx, q) {
		if err != nil {
			return err
		}
		s.counts.Listed += len(page.Items)
		s.due = len(page.Items)
		for _, e := range page.Items {
			if err := s.listed(ctx, e); err != nil {
				return err
			}
		}
		if err := s.points.Save(ctx, ref, Checkpoint{From: page.Next}); err != nil {
			return err
		}
		s.report(ref)
	}
	return nil
}

// listed syncs one execution, or leaves it out.
func (s *syncer) listed(ctx context.Context, e history.Execution) error {
	point, err := s.points.Load(ctx, e.Ref)
	if err != nil {
		return err
	}
	if !of(point.From, e.Ref) {
		point = Checkpoint{} // copied from elsewhere, or mixed up by a file system that does not tell upper from lower case
	}
	if point.Done {
		s.due--
		s.counts.Skipped++
		s.report(e.Ref)
		return nil
	}
	r := &reading{syncer: s, execution: e, point: point}
	err = r.read(ctx)
	s.due--
	switch {
	case err == nil:
		s.counts.Archived++
	case r.failed && ctx.Err() == nil && s.opts.LeaveOut != nil && s.opts.LeaveOut(e.Ref, err):
		s.counts.Failed++
	default:
		return err
	}
	s.report(e.Ref)
	return nil
}

// of reports whether a cursor is of the execution, or of none that can be told.
func of(c history.Cursor, ref history.Ref) bool {
	p, err := c.Position()
	return err != nil || p.Ref == ref
}

func (s *syncer) report(ref history.Ref) {
	if s.opts.Progress != nil {
		s.opts.Progress(Progress{Ref: ref, Counts: s.counts, Due: s.due, Elapsed: time.Since(s.began)})
	}
}
