// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// BodyCounter is an http.RoundTripper that counts what passes through it. The zero value sends through a transport of
// its own. It is safe for concurrent use.
type BodyCounter struct {
	// Base sends the requests; nil = a transport of the counter's own, without a proxy. Set it before the first use.
	Base http.RoundTripper

	once                    sync.Once
	base                    http.RoundTripper
	requests, opened, bytes atomic.Int64
	open                    atomic.Int64
}

// RoundTrip sends the request and counts it.
func (c *BodyCounter) RoundTrip(req *http.Request) (*http.Response, error) {
	c.requests.Add(1)
	resp, err := c.transport().RoundTrip(req)
	if err != nil {
		return nil, err
	}
	c.opened.Add(1)
	c.open.Add(1)
	resp.Body = &countedBody{ReadCloser: resp.Body, counter: c}
	return resp, nil
}

// Requests is how many requests were started.
func (c *BodyCounter) Requests() int { return int(c.requests.Load()) }

// Opened is how many answers came.
func (c *BodyCounter) Opened() int { return int(c.opened.Load()) }

// Open is how many bodies of answers nobody has closed yet.
func (c *BodyCounter) Open() int { return int(c.open.Load()) }

// Bytes is how much was read from all bodies.
func (c *BodyCounter) Bytes() int64 { return c.bytes.Load() }

// CloseIdleConnections closes the connections that wait for another request.
func (c *BodyCounter) CloseIdleConnections() {
	if t, ok := c.transport().(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

func (c *BodyCounter) transport() http.RoundTripper {
	c.once.Do(func() {
		if c.base = c.Base; c.base == nil {
			c.base = &http.Transport{MaxIdleConnsPerHost: 16, ForceAttemptHTTP2: true}
		}
	})
	return c.base
}

// countedBody counts what is read from a body, and its first Close.
type countedBody struct {
	io.ReadCloser
	counter *BodyCounter
	once    sync.Once
}

func (b *countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.counter.bytes.Add(int64(n))
	return n, err
}

func (b *countedBody) Close() error {
	b.once.Do(func() { b.counter.open.Add(-1) })
	return b.ReadCloser.Close()
}
