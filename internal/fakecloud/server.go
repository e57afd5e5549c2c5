// SPDX-License-Identifier: Apache-2.0

package fakecloud

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// readHeaderTimeout frees a connection on which no request is ever sent whole.
const readHeaderTimeout = 30 * time.Second

// Server is an HTTP server on one address. All methods are safe for concurrent use.
type Server struct {
	url    string
	http   *http.Server
	cancel context.CancelFunc // ends every request's context
	served chan struct{}      // closed when the accept loop is over

	mu       sync.Mutex
	changed  *sync.Cond // conns or handlers became fewer
	conns    map[net.Conn]struct{}
	handlers int
	closed   bool
}

// Listen starts a server for handler. An empty addr means a free port of
// 127.0.0.1. The caller must Close it. Each request's context ends when its
// client goes away or the server closes, whichever is first.
func Listen(addr string, handler http.Handler) (*Server, error) {
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("fakecloud: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		url:    "http://" + reachable(listener.Addr()),
		cancel: cancel,
		served: make(chan struct{}),
		conns:  make(map[net.Conn]struct{}),
	}
	s.changed = sync.NewCond(&s.mu)
	s.http = &http.Server{
		Handler:           s.counting(handler),
		ReadHeaderTimeout: readHeaderTimeout,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         s.track,
	}
	go func() {
		defer close(s.served)
		// The error is always ErrServerClosed or that of a listener that is gone:
		// clients see both as a refused connection.
		_ = s.http.Serve(listener)
	}()
	return s, nil
}

// reachable is the address a client on this machine can dial.
func reachable(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return addr.String()
	}
	return net.JoinHostPort("127.0.0.1", fmt.Sprint(tcp.Port))
}

// URL is the server's address, "http://127.0.0.1:port", without a final slash.
func (s *Server) URL() string { return s.url }

// Conns returns how many client connections are open, idle ones included.
func (s *Server) Conns() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Close refuses new requests, ends the held ones, closes every connection, and
// returns when all handlers and connections are done. Closing again is fine. It
// must not be called from a handler.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	// Connections first: a handler that just returns when its context ends must
	// not get an empty success through. The error is one of closing a socket,
	// which leaves nothing to do.
	_ = s.http.Close()
	s.cancel()
	<-s.served
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.handlers > 0 || len(s.conns) > 0 {
		s.changed.Wait()
	}
}

// counting lets Close wait for the handlers: http.Server.Close does not, and
// forgets connections a handler took over.
func (s *Server) counting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			panic(http.ErrAbortHandler)
		}
		s.handlers++
		s.mu.Unlock()
		defer func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.handlers--
			s.changed.Broadcast()
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *Server) track(conn net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch state {
	case http.StateNew:
		s.conns[conn] = struct{}{}
	case http.StateClosed, http.StateHijacked:
		delete(s.conns, conn)
		s.changed.Broadcast()
	}
}
