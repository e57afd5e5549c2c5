// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// held is longer than any Wait of the suite may take; impatience is when one that takes that long is given up, and grace how long
// one that is not held may take to show it.
const (
	grace      = 100 * time.Millisecond
	held       = time.Minute
	impatience = 10 * time.Second
)

// waits is the trial's source as a Waiter, nil if it is none, and an execution that is running.
func (t *trial) waits() (history.Waiter, Record) {
	r := newRecord("suite-awaited", 0, 1, history.Running)
	t.place.Load(r)
	src := t.source()
	r.Execution.Provider, r.Execution.Scope = src.Provider(), src.Scope()
	waiter, _ := src.(history.Waiter) // Identity checks that LongPoll says the same
	return waiter, r
}

// Wait is Describe: at once of an execution that has ended, or when there is nothing to wait for.
func sourceWaitDescribes(t *trial) {
	waiter, running := t.waits()
	if waiter == nil {
		return
	}
	ended := running.Execution.Ref
	ended.Execution = sampleExecution
	ctx, cancel := context.WithTimeout(t.Context(), impatience)
	defer cancel()
	for what, tc := range map[string]struct {
		ref history.Ref
		d   time.Duration
	}{
		"an ended execution":               {ended, held},
		"a running execution, for no time": {running.Execution.Ref, 0},
	} {
		want, err := waiter.Describe(ctx, tc.ref)
		if err != nil {
			t.Fatal(err)
		}
		got, err := waiter.Wait(ctx, tc.ref, tc.d)
		if err != nil || text(got) != text(want) {
			t.Errorf("Wait for %s is %s (error %v), want %s", what, text(got), err, text(want))
		}
	}
	unknown := running.Execution.Ref
	unknown.Execution = "suite-unknown"
	_, err := waiter.Wait(ctx, unknown, held)
	t.fails("Wait for an unknown execution", err, history.ErrExecutionNotFound)
	t.place.Fail(history.ErrPermission, 0, -1)
	_, err = waiter.Wait(ctx, running.Execution.Ref, held)
	t.fails("Wait that is not permitted", err, history.ErrPermission)
}

// Wait is held back until the execution ends.
func sourceWaitIsHeld(t *trial) {
	waiter, running := t.waits()
	if waiter == nil {
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), impatience)
	defer cancel()
	var e history.Execution
	err := t.whileWaiting(1, func() (err error) {
		e, err = waiter.Wait(ctx, running.Execution.Ref, held)
		return err
	}, func() { t.place.Load(newRecord(running.Execution.Execution, 0, 1, history.Succeeded)) })
	if err != nil || e.Status != history.Succeeded {
		t.Errorf("Wait returned the status %q (error %v), want %q", e.Status, err, history.Succeeded)
	}
}

// Wait honours the context: a dead one starts no request, and the end of one ends the call.
func sourceWaitHonoursTheContext(t *trial) {
	waiter, running := t.waits()
	if waiter == nil {
		return
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := t.whileWaiting(1, func() error {
		_, err := waiter.Wait(ctx, running.Execution.Ref, held)
		return err
	}, cancel)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error of a canceled Wait is %v, want context.Canceled", err)
	}
	before := t.requests()
	_, err = waiter.Wait(ctx, running.Execution.Ref, held)
	if n := t.requests() - before; n > 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("on a dead context %d requests were made, and the error is %v, want context.Canceled", n, err)
	}
}

// whileWaiting does something when so many requests of a wait were made and the last one is held, and returns the error of the
// wait. One that has ended by then was not held, and one that does not end behind it is given up.
func (t *trial) whileWaiting(requests int, wait func() error, do func()) error {
	t.Helper()
	before := t.requests()
	ended := make(chan error, 1)
	go func() { ended <- wait() }()
	t.eventually("the request is in flight", func() bool { return t.requests() >= before+requests || len(ended) > 0 })
	select {
	case err := <-ended:
		return fmt.Errorf("it ended before the execution did (error %v)", err)
	case <-time.After(grace): // a request is counted before it is answered
	}
	do()
	select {
	case err := <-ended:
		return err
	case <-time.After(impatience):
		return fmt.Errorf("it had not ended %s later", impatience)
	}
}
