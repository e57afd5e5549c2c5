// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// failure makes a complete error of the current attempt.
func (c *call) failure(kind history.Kind, message string, cause error) *history.Error {
	return c.complete(history.Error{Kind: kind, Message: message, Err: cause})
}

// broken makes an error of an answer that did not come whole.
func (c *call) broken(err error) *history.Error {
	if e, ok := errors.AsType[*timeoutError](err); ok {
		return c.failure(history.ErrUnavailable, "", e)
	}
	return c.failure(history.ErrUnavailable, "the answer broke off", err)
}

// complete fills in what the exchange knows of a failure, takes the secrets out of it, and remembers it. It takes a value,
// because the error may be one that its maker hands out more than once.
func (c *call) complete(e history.Error) *history.Error {
	a := c.attempt
	if a.status != 0 {
		e.Kind = cmp.Or(e.Kind, StatusKind(a.status))
		e.HTTPStatus = cmp.Or(e.HTTPStatus, a.status)
		e.RequestID = cmp.Or(e.RequestID, a.requestID)
		e.RetryAfter = cmp.Or(e.RetryAfter, retryAfter(a.header, time.Now()))
	}
	c.address(&e)
	c.secrets.add(proxySecrets(c.transport, a.request)...)
	e.Message = c.secrets.line(e.Message, maxMessage)
	e.Code = c.secrets.line(e.Code, maxWord)
	e.RequestID = c.secrets.line(e.RequestID, maxWord)
	e.Err = c.secrets.cause(e.Err)
	c.last = &e
	if e.HTTPStatus != 0 {
		c.answered = &e
	}
	return &e
}

// address fills in where and how often.
func (c *call) address(e *history.Error) {
	e.Provider, e.Scope, e.Op = c.service.Provider, c.service.Scope, c.Op
	e.Attempts = c.sent
	if !c.first.IsZero() {
		e.Elapsed = time.Since(c.first)
	}
}

// over makes the error of a caller's context that has ended; where says what it interrupted.
func (c *call) over(where string) *history.Error {
	err, cause := c.ctx.Err(), context.Cause(c.ctx)
	if cause == nil || errors.Is(err, cause) {
		return c.ended("ended "+where, err)
	}
	return c.ended("ended "+where, &contextError{err: err, cause: cause, text: c.secrets.text(cause.Error())})
}

// late makes the error of a wait that the caller's deadline does not allow. The context is not over yet, but it has decided.
func (c *call) late(why string) *history.Error {
	return c.ended(why, context.DeadlineExceeded)
}

// ended makes an error without a Kind: the caller's context is the reason. What the cloud said last is not lost, but it is
// there to be read, not to be matched.
func (c *call) ended(message string, err error) *history.Error {
	e := &history.Error{Message: message, Err: err}
	if last := c.last; last != nil {
		e.Message += "; before that: " + summary(last)
	}
	if answer := c.answered; answer != nil {
		e.Code, e.HTTPStatus, e.RetryAfter = answer.Code, answer.HTTPStatus, answer.RetryAfter
		e.RequestID = c.secrets.line(answer.RequestID, maxWord)
	}
	e.Message = c.secrets.line(e.Message, maxMessage)
	c.address(e)
	return e
}

// summary is an error's text without where and how often it happened.
func summary(e *history.Error) string {
	parts := []string{string(e.Kind), e.Code, e.Message}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	empty := 0
	for _, part := range parts {
		if part != "" {
			parts[empty] = part
			empty++
		}
	}
	return strings.Join(parts[:empty], ": ")
}

// contextError is a context that ended with a cause of the caller's own. It matches both.
type contextError struct {
	err, cause error
	text       string // the cause's
}

func (e *contextError) Error() string   { return e.err.Error() + ": " + e.text }
func (e *contextError) Unwrap() []error { return []error{e.err, e.cause} }

// StatusKind is what an HTTP status means when no error code says it better. It is "" for a success.
func StatusKind(status int) history.Kind {
	switch status {
	case http.StatusUnauthorized:
		return history.ErrUnauthenticated
	case http.StatusForbidden:
		return history.ErrPermission
	case http.StatusNotFound:
		return history.ErrNotFound
	case http.StatusRequestEntityTooLarge, statusHeaderTooLarge, http.StatusRequestHeaderFieldsTooLarge:
		return history.ErrTooLarge
	case http.StatusTooManyRequests:
		return history.ErrThrottled
	case http.StatusRequestTimeout:
		return history.ErrUnavailable
	}
	switch status / 100 {
	case 2:
		return ""
	case 4:
		return history.ErrInvalid
	case 5:
		return history.ErrUnavailable
	default:
		return history.ErrDecode
	}
}

// statusHeaderTooLarge is what some gateways answer instead of 431.
const statusHeaderTooLarge = 494

// redirect says where a redirect leads, without what may be a secret in its path and query. A secret in the host goes first: with
// a slash in it only a part would be left.
func (c *call) redirect(h http.Header) string {
	to, err := url.Parse(c.secrets.text(h.Get("Location")))
	if err != nil || to.Host == "" {
		return ""
	}
	return " to " + to.Host
}
