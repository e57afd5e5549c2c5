// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"context"
	"errors"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// abortWithin is how long a canceled call may take to return.
const abortWithin = 50 * time.Millisecond

// On a dead context no request is started.
func deadContextStartsNoRequest(t *trial) {
	cause := errors.New("the caller's reason")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	for _, n := range []int{0, 2} {
		w := t.walker(prefetch(n))
		got, err := collect(w.items(ctx, "", 2))
		t.endedByCaller("a walk", err, context.Canceled, cause)
		if len(got) > 0 {
			t.Errorf("%d items came", len(got))
		}
		_, err = w.page(ctx, "", 2)
		t.endedByCaller("a page", err, context.Canceled, cause)
		_, err = w.client.Describe(ctx, w.eventQuery("", 0).Ref)
		t.endedByCaller("Describe", err, context.Canceled, cause)
	}
	if n := t.requests(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

// endedByCaller checks that an error says that the caller's context ended the call, and why, and nothing else.
func (t *trial) endedByCaller(what string, err, want, cause error) {
	t.Helper()
	e := t.failure(what, err)
	if !errors.Is(err, want) || cause != nil && !errors.Is(err, cause) {
		t.Errorf("%s: the error is %v, want one that matches %v and %v", what, err, want, cause)
	}
	for _, other := range []error{context.Canceled, context.DeadlineExceeded} {
		if other != want && errors.Is(err, other) {
			t.Errorf("%s: the error %v matches %v, which is not the reason", what, err, other)
		}
	}
	if e.Kind != "" {
		t.Errorf("%s: the kind is %q, want none: the caller ended it", what, e.Kind)
	}
}

// A request in flight is aborted: the first, and one in the middle of a walk.
func cancelAbortsARequestInFlight(t *trial) {
	for after := range 2 {
		if after > 0 && !t.paged() {
			continue
		}
		for _, n := range []int{0, 2} {
			t.aborts(n, func() { t.place.Hang(after) }, func() bool { return t.requests() > after })
		}
	}
}

// A body that does not go on is aborted too.
func cancelAbortsABodyInFlight(t *trial) {
	if !t.wired() {
		return
	}
	for _, n := range []int{0, 2} {
		t.aborts(n, func() { t.place.Wire.HangBody(10) }, func() bool { return t.bodies.Opened() > 0 })
	}
}

// aborts cancels walks that hang, and measures how long they take to end. The best of some counts, since a busy machine
// delays one, but not all of them.
func (t *trial) aborts(ahead int, hang func(), flying func() bool) {
	t.Helper()
	cause := errors.New("the caller's reason")
	best := time.Hour
	for try := 0; try < 5 && best > abortWithin; try++ {
		t.restart()
		w := t.walker(prefetch(ahead))
		hang()
		ctx, cancel := context.WithCancelCause(t.Context())
		ended := make(chan error, 1)
		go func() {
			_, err := collect(w.items(ctx, "", 2))
			ended <- err
		}()
		t.eventually("the request is in flight", flying)
		start := time.Now()
		cancel(cause)
		err := <-ended
		best = min(best, time.Since(start))
		t.endedByCaller("a canceled walk", err, context.Canceled, cause)
	}
	if best > abortWithin {
		t.Errorf("a canceled walk took %s to end, want at most %s", best, abortWithin)
	}
}

// The rest of a page that was read comes before the cancellation, which starts no request; the error goes on behind it.
func pageAlreadyReadComesFirst(t *trial) {
	const size = 3
	want := t.all(t.walker())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w, before := t.walker(), t.requests()
	var got []string
	var last error
	for item, err := range w.items(ctx, "", size) {
		if err != nil {
			last = err
			continue
		}
		got = append(got, item)
		cancel()
	}
	if len(got) < size {
		t.Errorf("%d items came of a page of %d", len(got), size)
	}
	if n := t.requests() - before; n != 1 {
		t.Errorf("%d requests were made, want 1", n)
	}
	if len(got) == len(want) && !t.paged() { // the one answer was all there
		t.same("items", want, got)
		return
	}
	t.endedByCaller("the walk", last, context.Canceled, nil)
	if t.paged() && len(got) != size {
		t.Errorf("%d items came, want the %d of the page that was read", len(got), size)
	}
	t.goesOnFrom("a cancellation", want, got, last)
}

// A deadline ends a walk that hangs.
func deadlineEndsAWalk(t *trial) {
	cause := errors.New("the caller's reason")
	t.place.Hang(0)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, cause)
	defer cancel()
	_, err := collect(t.walker().items(ctx, "", 2))
	t.endedByCaller("the walk", err, context.DeadlineExceeded, cause)
}

// A wait for the next attempt that cannot end before the deadline is not begun.
func deadlineTooShortFailsAtOnce(t *trial) {
	if !t.wired() {
		return
	}
	t.place.Fail(history.ErrUnavailable, 0, -1)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second) // which is how long one that fails this takes
	defer cancel()
	patient := func(o *history.Options) { // so long that no random part of it ends before the deadline
		o.Retry = history.Retry{Max: 3, MinWait: 100_000 * time.Hour, MaxWait: 100_000 * time.Hour}
	}
	start := time.Now()
	_, err := collect(t.walker(patient).items(ctx, "", 2))
	if took := time.Since(start); took > 5*time.Second || ctx.Err() != nil {
		t.Errorf("it took %s to find out", took)
	}
	t.endedByCaller("the walk", err, context.DeadlineExceeded, nil)
	if e := t.failure("the walk", err); e.HTTPStatus == 0 {
		t.Errorf("the error does not say what the last attempt failed with: %v", err)
	}
}

// An attempt that takes too long is the provider's fault, not the end of the caller's context.
func attemptTimeoutIsNotTheCallers(t *trial) {
	if !t.wired() {
		return
	}
	hurried := func(o *history.Options) { o.Retry.AttemptTimeout = 20 * time.Millisecond }
	for what, hang := range map[string]func(){
		"no headers": func() { t.place.Hang(0) },
		"no body":    func() { t.place.Wire.HangBody(10) },
	} {
		t.place.Clear()
		hang()
		_, err := collect(t.walker(hurried).items(t.Context(), "", 2))
		t.fails(what, err, history.ErrUnavailable)
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			t.Errorf("%s: the error %v matches a context's, and the caller's is alive", what, err)
		}
	}
}
