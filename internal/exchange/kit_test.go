// SPDX-License-Identifier: Apache-2.0

package exchange_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// service is a cloud whose failures are "CODE message" in the body; codes that start with Throttling are throttling.
func service() exchange.Service {
	return exchange.Service{
		Provider: "test", Scope: "here",
		RequestID: func(h http.Header) string { return h.Get("X-Request-Id") },
		Fail: func(a exchange.Answer) *history.Error {
			code, message, _ := strings.Cut(string(a.Body), " ")
			e := &history.Error{Code: code, Message: message}
			if strings.HasPrefix(code, "Throttling") {
				e.Kind = history.ErrThrottled
			}
			return e
		},
	}
}

// quick are options whose retries do not keep a test waiting.
func quick() *history.Options {
	return &history.Options{Retry: history.Retry{MinWait: time.Microsecond, MaxWait: time.Millisecond}}
}

// newExchange makes an exchange with service, or ends the test.
func newExchange(t testing.TB, o *history.Options) *exchange.Exchange {
	t.Helper()
	x, err := exchange.New(service(), o)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// serve starts a server and an exchange whose connections end with the test.
func serve(t testing.TB, o *history.Options, h http.HandlerFunc) (*exchange.Exchange, string) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	if o == nil {
		o = quick()
	}
	if o.Transport == nil {
		transport := &http.Transport{}
		t.Cleanup(transport.CloseIdleConnections)
		o.Transport = transport
	}
	return newExchange(t, o), server.URL
}

// get is a call that asks for a URL and reads the whole answer into *into.
func get(url string, into *string) exchange.Call {
	return exchange.Call{
		Op:   "Get",
		Sign: sign(url),
		Read: func(_ context.Context, r *exchange.Reply) error {
			data, err := r.ReadAll()
			if into != nil {
				*into = string(data)
			}
			return err
		},
	}
}

// sign makes an unsigned request with a number, so that a server can tell attempts apart.
func sign(url string) func(context.Context) (exchange.Signed, error) {
	var n atomic.Int64
	return func(context.Context) (exchange.Signed, error) {
		r, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			return exchange.Signed{}, err
		}
		r.Header.Set("X-Nonce", fmt.Sprint(n.Add(1)))
		return exchange.Signed{Request: r}, nil
	}
}

// failure returns the *history.Error that every error of Do is.
func failure(t testing.TB, err error) *history.Error {
	t.Helper()
	e, ok := errors.AsType[*history.Error](err)
	if !ok {
		t.Fatalf("got error %v (%T), want a *history.Error", err, err)
	}
	return e
}

// transport makes a function a RoundTripper.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer makes an answer without a network.
func answer(status int, body io.Reader, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(body), ContentLength: -1}
}

// text is a short answer without a network.
func text(status int, body string, header ...string) *http.Response {
	return answer(status, strings.NewReader(body), header...)
}

// bodies counts the bodies that a transport handed out and that were closed.
type bodies struct {
	base           http.RoundTripper
	opened, closed atomic.Int64
}

func (b *bodies) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.base.RoundTrip(r)
	if resp != nil {
		b.opened.Add(1)
		resp.Body = &countedBody{ReadCloser: resp.Body, closed: &b.closed}
	}
	return resp, err
}

func (b *bodies) check(t *testing.T, want int64) {
	t.Helper()
	if opened, closed := b.opened.Load(), b.closed.Load(); opened != want || closed != want {
		t.Errorf("%d bodies opened, %d closed, want %d each", opened, closed, want)
	}
}

type countedBody struct {
	io.ReadCloser
	closed *atomic.Int64
	once   atomic.Bool
}

func (b *countedBody) Close() error {
	if b.once.CompareAndSwap(false, true) {
		b.closed.Add(1)
	}
	return b.ReadCloser.Close()
}

// contextBody is a body that blocks until the request's context ends, as a silent connection does.
type contextBody struct{ ctx context.Context }

func (b contextBody) Read([]byte) (int, error) {
	<-b.ctx.Done()
	return 0, context.Cause(b.ctx)
}
