// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// guard is the context of one attempt with its time-out, which runs only while the guard is armed: until the headers are
// there, and while a read of the body blocks. The time that a consumer takes between two reads does not count.
type guard struct {
	ctx     context.Context
	end     context.CancelCauseFunc
	timer   *time.Timer // nil: no time-out
	timeout time.Duration
}

// errExpired is the cause of a guard's context that ran out of time. Callers get a timeoutError, which says more.
var errExpired = errors.New("exchange: the attempt took too long")

func newGuard(parent context.Context, timeout time.Duration) *guard {
	g := &guard{timeout: timeout}
	g.ctx, g.end = context.WithCancelCause(parent)
	return g
}

// arm starts the clock, with more time than usual if it is known that the cloud will take it.
func (g *guard) arm(more time.Duration) {
	switch {
	case g.timeout == 0:
	case g.timer == nil:
		g.timer = time.AfterFunc(g.timeout+more, func() { g.end(errExpired) })
	default:
		g.timer.Reset(g.timeout + more)
	}
}

// disarm stops the clock.
func (g *guard) disarm() {
	if g.timer != nil {
		g.timer.Stop()
	}
}

// expired reports whether the time-out ended the attempt, and not the caller's context.
func (g *guard) expired() bool { return context.Cause(g.ctx) == errExpired }

// cancel ends the attempt's context without a reason that anybody is told.
func (g *guard) cancel() { g.end(nil) }

func (g *guard) close() {
	g.disarm()
	g.cancel()
}

// mostEmptyReads is how often in a row a body may bring nothing and no error: one that does so for good would keep whoever
// reads it to the end going, and the time-out never sees it, for no read blocks.
const mostEmptyReads = 100

// body is an answer's body: it counts, keeps the time-out, and remembers what it ran into, because decoders often don't.
type body struct {
	src    io.ReadCloser
	guard  *guard
	length int64 // Content-Length, 0 when unknown
	read   int64 // bytes so far
	empty  int   // reads in a row that brought nothing
	ended  bool  // io.EOF was seen
	err    error // the first error other than io.EOF; it stays
}

func newBody(src io.ReadCloser, g *guard) *body {
	if src == nil { // net/http promises one; a transport of the user's may not keep the promise
		src = http.NoBody
	}
	return &body{src: src, guard: g}
}

// Read reads from the answer. A context that is over is an error even if there is more to read, so that a transport which
// takes no notice of it does not keep a stream going.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := 0, b.guard.ctx.Err()
	if err == nil {
		b.guard.arm(0)
		n, err = b.src.Read(p)
		b.guard.disarm()
		b.read += int64(n)
		err = b.progress(n, err)
	}
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, io.EOF):
		b.ended = true
		return n, io.EOF
	case b.guard.expired():
		b.err = &timeoutError{fmt.Sprintf("no data for %v", b.guard.timeout)}
	default:
		b.err = err
	}
	return n, b.err
}

// progress is the error of a read that brought n bytes and err: a body that does not get on has one, too.
func (b *body) progress(n int, err error) error {
	if b.empty++; n > 0 {
		b.empty = 0
	}
	if err == nil && b.empty >= mostEmptyReads {
		return io.ErrNoProgress
	}
	return err
}

// timeoutError is an attempt that took too long. Like the errors of the package net it is a net.Error; other than theirs
// it does not match context.DeadlineExceeded, which is the caller's.
type timeoutError struct{ text string }

func (e *timeoutError) Error() string { return e.text }

// Timeout is true.
func (e *timeoutError) Timeout() bool { return true }

// Temporary is true; net.Error asks for it.
func (e *timeoutError) Temporary() bool { return true }

// isNetwork reports whether an error comes from the network.
func isNetwork(err error) bool {
	_, ok := errors.AsType[net.Error](err)
	return ok
}
