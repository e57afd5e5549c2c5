// SPDX-License-Identifier: Apache-2.0

package fakecloud_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

func TestListenServesUntilClose(t *testing.T) {
	t.Parallel()
	server, err := fakecloud.Listen("", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "hello")
	}))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(server.URL(), "http://127.0.0.1:") {
		t.Errorf("URL() = %q, want a loopback address", server.URL())
	}
	client := newClient(t)
	if got := get(t, client, server.URL()).body; got != "hello" {
		t.Errorf("body = %q, want hello", got)
	}
	if got := server.Conns(); got != 1 {
		t.Errorf("Conns() = %d with one kept connection, want 1", got)
	}
	server.Close()
	server.Close()
	if got := server.Conns(); got != 0 {
		t.Errorf("Conns() = %d after Close, want 0", got)
	}
	if got := get(t, client, server.URL()); got.err == nil {
		t.Error("a closed server still answers")
	}
}

func TestListenAddress(t *testing.T) {
	t.Parallel()
	server, err := fakecloud.Listen("0.0.0.0:0", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	if !strings.HasPrefix(server.URL(), "http://127.0.0.1:") {
		t.Errorf("URL() = %q, want an address that can be dialled", server.URL())
	}
	taken := strings.TrimPrefix(server.URL(), "http://")
	if second, err := fakecloud.Listen(taken, http.NotFoundHandler()); err == nil {
		second.Close()
		t.Errorf("Listen(%q) took an address in use", taken)
	}
}

func TestCloseEndsHeldRequests(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	returned := make(chan struct{})
	server, err := fakecloud.Listen("", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(returned)
		close(arrived)
		<-r.Context().Done()
	}))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	<-arrived
	server.Close()
	select {
	case <-returned:
	default:
		t.Error("Close returned before the handler did")
	}
	if _, err := http.ReadResponse(bufio.NewReader(conn), nil); err == nil {
		t.Error("a held request got an answer at Close")
	}
}

// A connection that a handler took over is no longer net/http's to close, and its handler is waited for all the same.
func TestCloseEndsAHandlerWithoutAConnection(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	returned := make(chan struct{})
	server, err := fakecloud.Listen("", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(returned)
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.Close()
		close(arrived)
		<-r.Context().Done()
	}))
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, newClient(t), server.URL()); got.err == nil {
		t.Errorf("got %+v from a connection that was closed", got)
	}
	<-arrived
	server.Close()
	select {
	case <-returned:
	default:
		t.Error("Close returned before the handler did")
	}
}

func TestRequestEndsWithItsClient(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	ended := make(chan struct{})
	server, err := fakecloud.Listen("", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(arrived)
		<-r.Context().Done()
		close(ended)
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-arrived
		cancel()
	}()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := newClient(t).Do(request)
	if err == nil {
		_ = response.Body.Close()
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want the cancellation", err)
	}
	<-ended
}
