// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// signing is what became of one call of Call.Sign.
type signing struct {
	Signed
	err error
}

// sign has a request made and signed. It does so beside the context: a Sign that hangs, in a credential's own I/O, keeps
// its goroutine but does not hold up the caller.
func (c *call) sign() (*http.Request, *history.Error) {
	done := make(chan signing, 1)
	go safely(c.ctx, c.Call.Sign, done)
	var s signing
	select {
	case <-c.ctx.Done():
		return nil, c.over("while signing the request")
	case s = <-done:
	}
	c.secrets.add(s.Secrets...)
	if s.err == nil {
		s.err = unfit(s.Request)
	}
	if s.err == nil && c.ctx.Err() == nil {
		c.secrets.addRequest(s.Request)
		return s.Request, nil
	}
	if s.Request != nil && s.Request.Body != nil {
		_ = s.Request.Body.Close() // only a transport that gets the request closes it
	}
	if c.ctx.Err() != nil {
		return nil, c.over("while signing the request")
	}
	return nil, c.signFailure(s.err)
}

// safely calls sign and tells what became of it, also when it panics or ends its goroutine. done has room for that, so that
// nothing stays behind when nobody waits any more.
func safely(ctx context.Context, sign func(context.Context) (Signed, error), done chan<- signing) {
	s := signing{err: errors.New("the goroutine was ended")}
	defer func() {
		if p := recover(); p != nil {
			s.err = panicked(p)
		}
		done <- s
	}()
	signed, err := sign(ctx)
	s = signing{signed, err}
}

// panicked is the error of a panic. Which secrets the signer knew died with it, so only a text that the runtime made is
// repeated; of any other value the type must do.
func panicked(value any) error {
	if e, ok := value.(runtime.Error); ok {
		return fmt.Errorf("panic: %v", e)
	}
	return fmt.Errorf("panic with a %T", value)
}

// signFailure classifies an error of Sign. Who signs knows best whether it may pass; if it does not say, it does not.
func (c *call) signFailure(err error) *history.Error {
	if e, ok := errors.AsType[*history.Error](err); ok && e != nil && e.Kind != "" {
		return c.complete(*e)
	}
	kind := history.ErrUnauthenticated
	if r, ok := errors.AsType[interface {
		error
		Retryable() bool
	}](err); ok && r.Retryable() {
		kind = history.ErrUnavailable
	}
	return c.failure(kind, "signing failed", err)
}

// unfit returns an error for a request that net/http would refuse before it sends anything. It would do so with an
// error that looks like a broken connection, and be tried again. A credential that cannot be sent is ErrUnauthenticated: it
// may come in the middle of a walk, which goes on with a better one. All else is ErrInvalid.
func unfit(r *http.Request) error {
	kind, problem := history.ErrInvalid, ""
	switch {
	case r == nil || r.URL == nil:
		problem = "signing made no request"
	case r.URL.Scheme != "http" && r.URL.Scheme != "https":
		problem = fmt.Sprintf("the endpoint's scheme is %q: it must be http or https", r.URL.Scheme)
	case r.URL.Host == "":
		problem = "the endpoint has no host"
	default:
		name := unfitHeader(r.Header)
		if name == "" {
			return nil
		}
		if secretHeader(name) {
			kind = history.ErrUnauthenticated
		}
		problem = fmt.Sprintf("the value of the header %s has a line end or another control character in it", name)
	}
	if problem == "" {
		return nil
	}
	return &history.Error{Kind: kind, Message: problem}
}

// unfitHeader is the name of a header whose value cannot be sent, as when a token was read from a file with its line end; ""
// if there is none.
func unfitHeader(h http.Header) string {
	control := func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
	for name, values := range h {
		for _, value := range values {
			if strings.ContainsFunc(value, control) {
				return name
			}
		}
	}
	return ""
}
