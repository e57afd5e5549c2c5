// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// pipes is a network without a port: a listener to whose connections a transport is told to dial.
type pipes struct {
	accept chan net.Conn
	closed chan struct{}
	dialed []*mutable
}

// mutable is a client's end of a connection that can go dead, as when a router between has forgotten it: what is sent arrives
// nowhere, and nothing comes back, not even an error.
type mutable struct {
	net.Conn
	dead atomic.Bool
}

func (c *mutable) Write(p []byte) (int, error) {
	if c.dead.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func (p *pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.dialed = append(p.dialed, &mutable{Conn: client})
	p.accept <- server
	return p.dialed[len(p.dialed)-1], nil
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accept:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.IPAddr{} }

// TestADeadHTTP2ConnectionIsGivenUp, although HTTP/2 sends all requests down one connection: the call that finds out has an answer
// on another one.
func TestADeadHTTP2ConnectionIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network := &pipes{accept: make(chan net.Conn), closed: make(chan struct{})}
		var h2c http.Protocols
		h2c.SetUnencryptedHTTP2(true)
		server := &http.Server{Protocols: &h2c, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, r.Proto)
		})}
		go func() { _ = server.Serve(network) }()
		defer server.Close()
		transport := newTransport()
		transport.Proxy, transport.DialContext, transport.Protocols = nil, network.dial, &h2c
		defer transport.CloseIdleConnections()

		x, err := New(Service{Provider: "test"}, &history.Options{Transport: transport})
		if err != nil {
			t.Fatal(err)
		}
		ask := func() (string, error) {
			var answer []byte
			err := x.Do(t.Context(), Call{
				Op: "Get",
				Sign: func(context.Context) (Signed, error) {
					r, err := http.NewRequest(http.MethodGet, "http://cloud.test/", nil)
					return Signed{Request: r}, err
				},
				Read: func(_ context.Context, r *Reply) (err error) {
					answer, err = r.ReadAll()
					return err
				},
			})
			return string(answer), err
		}
		for range 2 {
			if got, err := ask(); got != "HTTP/2.0" || err != nil {
				t.Fatalf("got %q, %v, want an answer over HTTP/2.0", got, err)
			}
		}
		if n := len(network.dialed); n != 1 {
			t.Fatalf("%d connections, want 1", n)
		}
		network.dialed[0].dead.Store(true)
		begin := time.Now()
		got, err := ask()
		if got != "HTTP/2.0" || err != nil {
			t.Errorf("on a dead connection: got %q, %v, want an answer on another one", got, err)
		}
		if took := time.Since(begin); took > defaultAttemptTimeout {
			t.Errorf("it took %v, more than one attempt may", took)
		}
	})
}
