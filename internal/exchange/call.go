// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/flowhistory/flowhistory/history"
)

// call is the state of one Do. It holds the context because go-retryablehttp's callbacks, which are its methods, get no
// state of their own. It lives on the goroutine of Do.
type call struct {
	*Exchange
	Call
	ctx     context.Context
	secrets redactor
	lane    *lane

	attempt *attempt  // the current one, never nil in a callback
	sent    int       // requests sent so far
	first   time.Time // when the first one was sent, or began to wait for nothing; zero = not yet

	failures int            // failed attempts since the last progress
	last     *history.Error // the last failure that was not the context's doing
	answered *history.Error // what is known of the last answer; nil = none came

	retry   bool           // whether the current attempt is made again …
	wait    time.Duration  // … and after how long
	outcome *history.Error // what Do returns if nothing follows; nil = success
}

func newCall(ctx context.Context, x *Exchange, c Call) *call {
	s := &call{Exchange: x, Call: c, ctx: ctx, lane: x.lanes.of(c.Op)}
	s.secrets.add(x.service.Secrets...)
	return s
}

// run lets go-retryablehttp drive the attempts. The engine is a value per call, because its policies get no call state.
func (c *call) run() *history.Error {
	c.attempt = &attempt{}
	if c.ctx.Err() != nil {
		return c.over("before the request")
	}
	// The engine and net/http print the request they know of into their errors: this one has nothing to hide.
	placeholder, err := retryablehttp.NewRequestWithContext(c.ctx, http.MethodGet, "http://exchange.invalid/", nil)
	if err != nil {
		return c.failure(history.ErrInvalid, "no request could be made", err)
	}
	placeholder.SetResponseHandler(func(*http.Response) error { return c.settle(c.read()) })
	engine := &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport:     roundTripper(c.roundTrip),
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		RetryMax:   math.MaxInt, // the engine cannot tell progress: checkRetry counts
		CheckRetry: c.checkRetry,
		Backoff:    func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return c.wait },
		// The default one prints the URL.
		ErrorHandler: func(_ *http.Response, err error, _ int) (*http.Response, error) { return nil, err },
	}
	resp, err := engine.Do(placeholder)
	if err == nil {
		_ = resp.Body.Close() // the stand-in's: there is nothing in it
		return nil
	}
	switch {
	case c.retry:
		// A retry was decided on, and did not come about: the engine gives up waiting only when the context ends.
		return c.over("while waiting for the next attempt")
	case c.outcome == nil:
		return c.failure(history.ErrUnavailable, "the request was not sent", err)
	default:
		return c.outcome
	}
}

// roundTrip is the transport that the engine knows: a whole attempt up to the headers. It returns a stand-in for the
// answer, so that net/http finds no redirect in it and the engine no body: both are read's business.
func (c *call) roundTrip(placeholder *http.Request) (*http.Response, error) {
	c.attempt = &attempt{}
	if e := c.start(); e != nil {
		return nil, c.settle(e)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: http.NoBody, Request: placeholder,
	}, nil
}

// start brings the attempt to where its answer can be read.
func (c *call) start() *history.Error {
	if e := c.admit(); e != nil {
		return e
	}
	request, e := c.sign()
	if e != nil {
		return e
	}
	return c.send(request)
}

// checkRetry is asked twice about an attempt that got an answer: before and after it is read. Before, and when all went
// well, there is no error. Otherwise settle has decided.
func (c *call) checkRetry(_ context.Context, _ *http.Response, err error) (bool, error) {
	return err != nil && c.retry, nil
}

// settle decides what follows from how the attempt ended, tells the logger and the observer, and returns the failure for
// the engine.
func (c *call) settle(e *history.Error) error {
	c.retry, c.wait, c.outcome = false, 0, e
	c.learn(e)
	if e != nil && e.Kind.Retryable() {
		c.outcome = c.plan(e)
	}
	c.report(e)
	if e == nil {
		return nil
	}
	return e
}
