// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

const (
	// maxDrain and drainTime bound what is read of an answer nobody wants any more, so that its connection can be used
	// again. More costs more than a new connection.
	maxDrain  = 16 << 10
	drainTime = 100 * time.Millisecond
)

// attempt is one request and its answer.
type attempt struct {
	waited    time.Duration // until it was allowed to go out
	pass      pass
	alive     bool          // the service was found to be well
	began     time.Time     // zero: no request was sent
	took      time.Duration // until the body's end, set when the attempt is over
	status    int           // 0: no answer
	requestID string
	request   *http.Request // nil: none was sent
	header    http.Header
	body      *body // nil: no answer
	guard     *guard
}

// send sends a request, and returns when its headers are there.
//
// net/http sends a request again on its own, with the same signature, when the connection it reused turns out to be closed.
// A cloud that saw the first one refuses the second for its nonce; Service.Fail makes that an ErrUnavailable.
func (c *call) send(request *http.Request) *history.Error {
	a := c.attempt
	a.guard = newGuard(c.ctx, c.attemptTimeout)
	answered := false
	defer func() {
		if !answered { // or the transport panicked
			a.close()
		}
	}()
	a.request, a.began = request, time.Now()
	c.sent++
	if c.first.IsZero() {
		c.first = a.began
	}
	a.guard.arm(c.Hold)
	resp, err := c.transport.RoundTrip(request.WithContext(a.guard.ctx))
	a.guard.disarm()
	if resp != nil {
		a.body = newBody(resp.Body, a.guard)
	}
	switch {
	case c.ctx.Err() != nil:
		return c.over("while waiting for the answer")
	case a.guard.expired():
		return c.failure(history.ErrUnavailable, "", &timeoutError{fmt.Sprintf("no answer within %v", c.attemptTimeout+c.Hold)})
	case err != nil:
		return c.failure(history.ErrUnavailable, "the request failed", err)
	case resp == nil:
		return c.failure(history.ErrUnavailable, "the transport returned no answer", nil)
	}
	a.status, a.header = resp.StatusCode, resp.Header
	a.body.length = max(resp.ContentLength, 0)
	if c.service.RequestID != nil {
		a.requestID = c.secrets.line(c.service.RequestID(resp.Header), maxWord)
	}
	c.answered = &history.Error{HTTPStatus: a.status, RequestID: a.requestID}
	answered = true
	return nil
}

// read reads the answer, closes it, and says what was wrong with it.
func (c *call) read() *history.Error {
	a := c.attempt
	defer a.close() // also when a consumer's loop body panics inside Read
	switch {
	case a.status/100 == 2:
		return c.readReply()
	case a.status < 200:
		return c.failure(history.ErrDecode, "the answer has no final status", nil)
	case a.status < 400:
		return c.failure(history.ErrDecode, "the answer is a redirect"+c.redirect(a.header)+", which is not followed", nil)
	default:
		return c.readFailure()
	}
}

// readReply hands a 2xx answer to Call.Read.
func (c *call) readReply() *history.Error {
	a := c.attempt
	reply := &Reply{
		Status: a.status, Header: a.header, Body: a.body, RequestID: a.requestID,
		length: a.body.length, max: c.maxResponse, progress: c.progress,
		redact:  func(s string) string { return c.secrets.line(s, maxMessage) },
		buffers: &c.buffers,
	}
	err := c.Call.Read(c.ctx, reply)
	a.requestID = reply.RequestID
	if errors.Is(err, ErrStop) {
		return nil
	}
	a.drain()
	if err == nil {
		return nil
	}
	return c.readError(err)
}

// readError classifies an error of Call.Read. What the body ran into is the truth, whatever the decoder made of it.
func (c *call) readError(err error) *history.Error {
	broken := c.attempt.body.err
	if c.ctx.Err() != nil && (broken != nil || errors.Is(err, c.ctx.Err()) || errors.Is(err, context.Cause(c.ctx))) {
		return c.over("while reading the answer")
	}
	if broken != nil {
		return c.broken(broken)
	}
	if e, ok := errors.AsType[*history.Error](err); ok && e != nil && e.Kind != "" {
		return c.complete(*e)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || isNetwork(err) {
		return c.broken(err)
	}
	return c.failure(history.ErrDecode, "", err)
}

// readFailure has the cloud's package classify an answer that is no success.
func (c *call) readFailure() *history.Error {
	a := c.attempt
	const maxBody = 64 << 10
	text, err := io.ReadAll(io.LimitReader(a.body, maxBody))
	if err != nil && c.ctx.Err() != nil {
		return c.over("while reading the answer")
	}
	a.drain()
	var e *history.Error
	if c.service.Fail != nil {
		e = c.service.Fail(Answer{Op: c.Op, Status: a.status, Header: a.header, Body: text})
	}
	if e == nil {
		e = &history.Error{}
	}
	if err != nil && e.Code == "" {
		// The code is in the part that did not come: a status alone must not turn a throttling into a bad request.
		return c.broken(err)
	}
	return c.complete(*e)
}

// drain reads a little of what is left of a body, so that its connection can be used again.
func (a *attempt) drain() {
	if a.body.err != nil || a.body.ended || a.guard.ctx.Err() != nil {
		return
	}
	timer := time.AfterFunc(drainTime, a.guard.cancel)
	defer timer.Stop()
	_, _ = io.CopyN(io.Discard, reader(func(p []byte) (int, error) {
		if err := a.guard.ctx.Err(); err != nil { // a body that has nothing and no end either
			return 0, err
		}
		return a.body.src.Read(p)
	}), maxDrain)
}

// close ends the attempt. It may be called again.
func (a *attempt) close() {
	if a.body != nil {
		_ = a.body.src.Close() // what could go wrong now concerns nobody
	}
	a.guard.close()
	a.took = time.Since(a.began)
}

// reader makes a function an io.Reader.
type reader func([]byte) (int, error)

func (f reader) Read(p []byte) (int, error) { return f(p) }
