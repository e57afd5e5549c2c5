// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"time"
)

// Follow reads the events of one execution like Events, waits for more while the execution runs, and ends right behind
// the terminal event: each event once, whatever the provider repeats. It ends at once and without a request when q.From
// is already behind the terminal event. Nothing else is an end: no empty page, no pending or paused execution, no pause
// of hours. The context limits the wait; there is no other limit.
//
// After a read that brought something the next one comes after the poll interval (see ClientOptions). While nothing
// happens the interval grows by half each time, to 15 s, and is jittered; that is how late an event can be. Where the
// provider can hold a call (Capabilities.LongPoll), a wait of a second or more behind a read that brought nothing is such
// a call: it ends early when the execution does, so that the end comes at once. It tells nothing of other events, so that
// it is held no longer than the interval. A wait that the context's deadline leaves no time for is not begun: the error
// matches context.DeadlineExceeded at once.
//
// Right after a start a provider may not know the execution yet: ErrExecutionNotFound is an error only when 30 s have
// passed since Follow began. ErrWorkflowNotFound always is one. When the provider says that the execution has ended, and
// two further reads bring nothing, the error is ErrUnavailable, "history incomplete". It is Retryable like any other, so
// that a program which goes on after those should count how often it did.
//
// An error ends it. What may succeed on its own was tried again before, as Options.Retry says; Error.Cursor goes on from
// there with nothing lost and nothing repeated.
//
// Derived events (AOM) come in order within one read of the execution. A fact that appears late, with a time already
// passed, is delivered when it appears, behind events with a higher ID. To go on from one Follow to another without
// losing such facts, use the cursors of FollowPages and of errors rather than After.
func (c *Client) Follow(ctx context.Context, q EventQuery) iter.Seq2[Event, error] {
	return items(c.FollowPages(ctx, q), nil)
}

// FollowPages is Follow page by page: one page for each read, also when it brought nothing and while the execution is
// not found yet. That makes it a heartbeat, and each page's Resume a checkpoint for what was delivered until then. Next
// is where the next read begins; it is empty on the last page only, the one with the terminal event.
func (c *Client) FollowPages(ctx context.Context, q EventQuery) iter.Seq2[Page[Event], error] {
	return func(yield func(Page[Event], error) bool) {
		w := c.walk(ctx, "Follow", q.From)
		if err := c.checkEvents(w, q); err != nil {
			yield(Page[Event]{}, w.fail(err))
			return
		}
		from, _ := q.From.Position() // "" is none; any other was checked
		if from.End {
			return
		}
		own := q
		own.Ref, own.Prefetch = c.own(q.Ref), 0
		f := &follower{walk: w, query: own, began: time.Now(), last: from.LastEvent, pace: newPace(c.poll)}
		for f.poll(yield) {
			if err := f.wait(); err != nil {
				yield(Page[Event]{}, w.fail(err))
				return
			}
		}
	}
}

// mayAppear is how long after the start of a Follow its execution may still be unknown to the provider.
const mayAppear = 30 * time.Second

// follower is one range over FollowPages. The place where the next poll begins is the walk's.
type follower struct {
	walk  *walk
	query EventQuery
	began time.Time
	last  int64 // ID of the last event delivered
	over  bool  // that was the terminal one
	pace  pace

	missing bool // the last poll found no execution, which is no error yet
	news    bool // the last poll brought events
	ended   bool // the provider says that the execution has ended
	reads   int  // how many more reads may bring nothing after that
}

// poll reads what there is behind the place and passes it on. It reports whether there may be more.
func (f *follower) poll(yield func(Page[Event], error) bool) (more bool) {
	q := f.query
	q.From = f.walk.place
	f.missing, f.news = false, false
	pages(f.walk, f.walk.client.src.EventPages(f.walk.ctx, q), f.fresh, func(page Page[Event], err error) bool {
		if f.missing = f.tolerates(err); err != nil && !f.missing {
			more = false
			yield(Page[Event]{}, err)
			return false
		}
		f.settle(&page)
		more = yield(page, nil) && !f.over
		return more
	})
	return more
}

// tolerates reports whether an error only says that the execution is not there yet.
func (f *follower) tolerates(err error) bool {
	return errors.Is(err, ErrExecutionNotFound) && time.Since(f.began) < mayAppear
}

// fresh keeps an event out that was delivered before, or that comes behind the end.
func (f *follower) fresh(e Event) bool {
	if f.over || !e.Derived && e.ID <= f.last {
		return false // derived events may come late, and with them the order of IDs says nothing
	}
	f.last = max(f.last, e.ID)
	f.over = e.Type.Terminal()
	return true
}

// settle makes a source's page one of FollowPages, with cursors for a sequence that goes on until it is over.
func (f *follower) settle(page *Page[Event]) {
	if page.Items == nil {
		page.Items = []Event{}
	}
	f.news = f.news || len(page.Items) > 0
	if f.over {
		page.Next = ""
		page.Resume = NewCursor(Position{Ref: f.query.Ref, LastEvent: f.last, End: true})
		return
	}
	page.Resume = cmp.Or(page.Resume, page.Next, f.walk.place, NewCursor(Position{Ref: f.query.Ref}))
	page.Next = cmp.Or(page.Next, page.Resume)
	f.walk.place = page.Next
}
