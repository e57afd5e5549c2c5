// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The names that every side uses. The servers check no signatures.
const (
	region    = "cn-hangzhou"
	keyID     = "test-access-key-id"
	keySecret = "test-access-key-secret"
	flowName  = "order"
)

// host serves ready answers on loopback.
type host struct {
	url    string
	server *http.Server
}

// serve starts a host. answer returns the body for a request's path and query; nil is a 404.
func serve(answer func(path, query string) []byte, delay time.Duration) (*host, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	h := &host{url: "http://" + listener.Addr().String()}
	h.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !pause(r.Context(), delay) {
			return
		}
		body := answer(r.URL.Path, r.URL.RawQuery)
		if body == nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // a client that has left is none of the server's business
	})}
	go func() { _ = h.server.Serve(listener) }()
	return h, nil
}

func (h *host) close() { _ = h.server.Close() }

// address is the host without its scheme, as the Alibaba SDK wants it.
func (h *host) address() string { return strings.TrimPrefix(h.url, "http://") }

// pause waits, and reports whether the context let it.
func pause(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// parameter is the value of one parameter in a raw query, as it stands there.
func parameter(query, name string) string {
	for pair := range strings.SplitSeq(query, "&") {
		if key, value, _ := strings.Cut(pair, "="); key == name {
			return value
		}
	}
	return ""
}
