// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// failing is a client whose source yields one page, of one event, and then an error.
func failing(err error) (*history.Client, history.Cursor) {
	page := history.Page[history.Event]{Items: events(2)[:1]}
	page.Next = history.After(page.Items[0])
	src := &historytest.Source{OnEventPages: func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
		return historytest.Pages(err, page)
	}}
	return history.NewClient(src, nil), page.Next
}

func TestErrorsGetTheirFinalShape(t *testing.T) {
	t.Parallel()
	plain := errors.New("plain")
	own := history.NewCursor(history.Position{Ref: ref, LastEvent: 42})
	from := history.NewCursor(history.Position{Ref: ref, Token: "from"})
	_, next := failing(nil)
	for _, tc := range []struct {
		name string
		err  error
		want history.Error
	}{
		{"a plain error", plain, history.Error{Op: "EventPages", Kind: history.ErrUnknown, Cursor: next, Err: plain}},
		{"an error of the source", &history.Error{Op: "Get", Kind: history.ErrThrottled, Code: "c"},
			history.Error{Op: "Get", Kind: history.ErrThrottled, Code: "c", Cursor: next}},
		{"a wrapped one", fmt.Errorf("wrapped: %w", &history.Error{Kind: history.ErrDecode}),
			history.Error{Op: "EventPages", Kind: history.ErrDecode, Cursor: next}},
		{"its provider and scope are the client's", &history.Error{Provider: "x", Scope: "y", Kind: history.ErrDecode},
			history.Error{Op: "EventPages", Kind: history.ErrDecode, Cursor: next}},
		{"it knows a better place, in the middle of a page", &history.Error{Kind: history.ErrUnavailable, Cursor: own},
			history.Error{Op: "EventPages", Kind: history.ErrUnavailable, Cursor: own}},
		{"ErrInvalid has the query's own cursor", &history.Error{Kind: history.ErrInvalid, Cursor: own},
			history.Error{Op: "EventPages", Kind: history.ErrInvalid, Cursor: from}},
		{"ErrCursor too", &history.Error{Kind: history.ErrCursor, Cursor: own},
			history.Error{Op: "EventPages", Kind: history.ErrCursor, Cursor: from}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			before := fmt.Sprintf("%#v", tc.err)
			c, _ := failing(tc.err)
			got, err := history.Collect(c.Events(t.Context(), history.EventQuery{Ref: ref, From: from}))
			equal(t, "IDs before the error", upTo(1), ids(got))
			e := asError(t, err)
			tc.want.Provider, tc.want.Scope = "script", "test"
			if *e != tc.want {
				t.Errorf("the error is %+v, want %+v", *e, tc.want)
			}
			equal(t, "the source's own error afterwards", before, fmt.Sprintf("%#v", tc.err))
		})
	}
}

var errCause = errors.New("the caller's reason")

func TestOnlyTheCallersContextMatches(t *testing.T) {
	t.Parallel()
	alive := func(ctx context.Context) (context.Context, func()) { return ctx, func() {} }
	dead := func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		return ctx, cancel
	}
	withCause := func(ctx context.Context) (context.Context, func()) {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(errCause)
		return ctx, func() {}
	}
	late := func(ctx context.Context) (context.Context, func()) { return context.WithDeadline(ctx, time.Unix(0, 0)) }
	lateWithCause := func(ctx context.Context) (context.Context, func()) {
		return context.WithDeadlineCause(ctx, time.Unix(0, 0), errCause)
	}
	hurried := func(ctx context.Context) (context.Context, func()) { return context.WithTimeout(ctx, time.Hour) }

	type matches struct{ Canceled, DeadlineExceeded, Cause bool }
	for _, tc := range []struct {
		name string
		ctx  func(context.Context) (context.Context, func())
		err  error
		kind history.Kind
		want matches
	}{
		{"the caller canceled", dead, errBroken, "", matches{Canceled: true}},
		{"the caller canceled for a reason", withCause, errBroken, "", matches{Canceled: true, Cause: true}},
		{"the caller's deadline is over", late, errBroken, "", matches{DeadlineExceeded: true}},
		{"the caller's deadline is over, with a reason", lateWithCause, errBroken, "", matches{DeadlineExceeded: true, Cause: true}},
		{"whatever the kind", dead, &history.Error{Kind: history.ErrUnavailable}, "", matches{Canceled: true}},
		{"somebody else canceled", alive, context.Canceled, history.ErrUnknown, matches{}},
		{"somebody else's deadline", alive, context.DeadlineExceeded, history.ErrUnknown, matches{}},
		{"somebody else's deadline while the caller has one", hurried, context.DeadlineExceeded, history.ErrUnknown, matches{}},
		{"an attempt's time-out", hurried, &history.Error{Kind: history.ErrUnavailable, Err: context.DeadlineExceeded},
			history.ErrUnavailable, matches{}},
		{"deep inside", alive, &history.Error{Kind: history.ErrUnavailable, Err: fmt.Errorf("dial: %w", context.Canceled)},
			history.ErrUnavailable, matches{}},
		{"the deadline leaves no time to wait", hurried, &history.Error{Err: context.DeadlineExceeded}, "", matches{DeadlineExceeded: true}},
		{"not without a deadline", alive, &history.Error{Err: context.DeadlineExceeded}, history.ErrUnknown, matches{}},
		{"a cancellation is never foreseen", hurried, &history.Error{Err: context.Canceled}, history.ErrUnknown, matches{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			ctx, end := tc.ctx(t.Context())
			defer end()
			src := &historytest.Source{OnEventPages: func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
				return historytest.Pages[history.Event](tc.err)
			}}
			_, err := history.Collect(history.NewClient(src, nil).Events(ctx, history.EventQuery{Ref: ref}))
			equal(t, "matches", tc.want, matches{errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, errCause)})
			e := asError(t, err)
			equal(t, "kind", tc.kind, e.Kind)
			if tc.want == (matches{}) && e.Err != nil && !strings.Contains(err.Error(), "context") {
				t.Errorf("the text of what happened is lost: %v", err)
			}
		})
	}
}

// The context that ends while the source finds the call itself to be wrong does not hide that.
func TestWrongCallStaysWrongOnADeadContext(t *testing.T) {
	t.Parallel()
	for _, kind := range []history.Kind{history.ErrInvalid, history.ErrCursor} {
		ctx, cancel := context.WithCancel(t.Context())
		src := &historytest.Source{OnEventPages: func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
			return func(yield func(history.Page[history.Event], error) bool) {
				cancel()
				yield(history.Page[history.Event]{}, &history.Error{Kind: kind})
			}
		}}
		_, err := history.Collect(history.NewClient(src, nil).Events(ctx, history.EventQuery{Ref: ref}))
		if !errors.Is(err, kind) || errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v, want %v", err, kind)
		}
	}
}

func TestSourceThatEndsTooEarly(t *testing.T) {
	t.Parallel()
	c, next := failing(nil) // the page has a Next, and nothing comes behind it
	got, err := history.Collect(c.Events(t.Context(), history.EventQuery{Ref: ref}))
	equal(t, "IDs", upTo(1), ids(got))
	if e := asError(t, err); e.Kind != history.ErrDecode || e.Cursor != next {
		t.Errorf("the error is %v at %q, want ErrDecode at %q", err, e.Cursor, next)
	}
}

// A source that yields nothing at all is broken: an execution without events is an empty page.
func TestSourceWithoutAPage(t *testing.T) {
	t.Parallel()
	c := history.NewClient(&historytest.Source{OnEventPages: func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
		return func(func(history.Page[history.Event], error) bool) {}
	}}, nil)
	page, err := c.EventPage(t.Context(), history.EventQuery{Ref: ref})
	if e := asError(t, err); e.Kind != history.ErrDecode || len(page.Items) > 0 {
		t.Errorf("EventPage = %v, %v; want ErrDecode", page, err)
	}
}

// A source may return a bare Kind.
func TestBareKind(t *testing.T) {
	t.Parallel()
	c, _ := failing(history.ErrThrottled)
	_, err := history.Collect(c.Events(t.Context(), history.EventQuery{Ref: ref}))
	if e := asError(t, err); e.Kind != history.ErrThrottled || !e.Retryable() {
		t.Errorf("the error is %v of kind %q, want ErrThrottled", err, e.Kind)
	}
}

// A source that panics while it is read ahead does so on the consumer's goroutine, where it can be recovered.
func TestPanicOfASourceThatIsReadAhead(t *testing.T) {
	t.Parallel()
	for name, pages := range map[string]iter.Seq2[history.Page[history.Event], error]{
		"sequence": func(func(history.Page[history.Event], error) bool) { panic("boom") },
		"fetch": history.PagedAhead(t.Context(), "", 2, func(history.Cursor) history.Cursor { return "" },
			func(context.Context, history.Cursor, bool) (history.Page[history.Event], error) { panic("boom") }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := history.NewClient(&historytest.Source{OnEventPages: func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
				return pages
			}}, &history.ClientOptions{Prefetch: 2})
			defer func() {
				if got := recover(); got != "boom" {
					t.Errorf("recovered %v, want the source's panic", got)
				}
			}()
			for range c.Events(t.Context(), history.EventQuery{Ref: ref}) {
			}
			t.Error("the panic did not reach the consumer")
		})
	}
}

// A page without items is a list all the same, for services that hand pages on as JSON.
func TestEmptyPageIsAList(t *testing.T) {
	t.Parallel()
	src := &historytest.Source{OnEventPages: func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
		return func(yield func(history.Page[history.Event], error) bool) {
			yield(history.Page[history.Event]{Resume: "r"}, nil)
		}
	}}
	page, err := history.NewClient(src, nil).EventPage(t.Context(), history.EventQuery{Ref: ref})
	if err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(page)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "JSON", `{"items":[],"resume":"r"}`, string(out))
}

func TestErrorComesOnceAndEndsTheSequence(t *testing.T) {
	t.Parallel()
	src := &historytest.Source{OnEventPages: func(context.Context, history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
		return func(yield func(history.Page[history.Event], error) bool) {
			_ = yield(history.Page[history.Event]{Items: events(1)}, io.ErrUnexpectedEOF) && // an error with items is not a pair
				yield(history.Page[history.Event]{}, io.EOF) &&
				yield(history.Page[history.Event]{Items: events(1)}, nil)
		}
	}}
	for _, prefetch := range []int{0, 2} {
		c := history.NewClient(src, &history.ClientOptions{Prefetch: prefetch})
		pairs := 0
		for page, err := range c.EventPages(t.Context(), history.EventQuery{Ref: ref}) {
			pairs++
			if page.Items != nil || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("the pair is %v, %v; want the first error alone", page, err)
			}
		}
		equal(t, "pairs", 1, pairs)
	}
}

// A source that declares a *history.Error and yields it nil is told so, in place of a panic far from the mistake.
func TestWalkOfNilError(t *testing.T) {
	t.Parallel()
	var none *history.Error
	client, _ := failing(none)
	_, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref}))
	if e := asError(t, err); e.Kind != history.ErrDecode || !strings.Contains(e.Message, "nil") || e.Op != "EventPages" {
		t.Errorf("error is %v, want ErrDecode that says what is nil", err)
	}
}

// TestWalkOfDeafSource: one that takes no notice of its context, and has nothing but empty pages (for Follow also pages of events
// that were delivered), is left when the caller's context ends; the error goes on where it was.
func TestWalkOfDeafSource(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		walk  func(*history.Client, context.Context, history.EventQuery) iter.Seq2[history.Event, error]
		items []history.Event
	}{
		"Events":                  {(*history.Client).Events, nil},
		"Follow":                  {(*history.Client).Follow, nil},
		"Follow, the same events": {(*history.Client).Follow, events(2)[:1]},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		src := &historytest.Source{}
		src.OnEventPages = func(context.Context, history.EventQuery) pageSeq {
			return func(yield func(history.Page[history.Event], error) bool) {
				for n := range 1000 {
					if n == 5 {
						cancel()
					}
					if !yield(history.Page[history.Event]{Items: slices.Clone(tt.items), Next: history.Cursor(fmt.Sprint(n))}, nil) {
						return
					}
				}
				t.Errorf("%s: the source was read to its end", name)
			}
		}
		_, err := history.Collect(tt.walk(history.NewClient(src, nil), ctx, history.EventQuery{Ref: ref}))
		if e := asError(t, err); !errors.Is(err, context.Canceled) || e.Cursor != "5" {
			t.Errorf("%s: error is %v with cursor %q, want context.Canceled with 5", name, err, e.Cursor)
		}
	}
}
