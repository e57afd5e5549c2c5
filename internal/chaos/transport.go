// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net"
	"net/http"
)

// transport sends requests over loopback as its plan wants them. It is what a program gives to history.Options.Transport,
// and to the official SDKs.
type transport struct {
	plan    *plan
	network *http.Transport
	refused *http.Transport // dials a port at which nobody listens
}

// newTransport makes a transport. It keeps no more idle connections than walkers.
func newTransport(p *plan, walkers int) (*transport, error) {
	nobody, err := unused()
	if err != nil {
		return nil, err
	}
	network := &http.Transport{MaxIdleConns: walkers, MaxIdleConnsPerHost: walkers}
	return &transport{plan: p, network: network, refused: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, nobody)
		},
	}}, nil
}

// unused is an address on loopback at which nobody listens.
func unused() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// RoundTrip sends a copy of the request, with its fault.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	marked := r.Clone(r.Context())
	if t.plan.mark(marked) {
		return t.refused.RoundTrip(marked)
	}
	return t.network.RoundTrip(marked)
}

// close closes the connections that are idle.
func (t *transport) close() {
	t.network.CloseIdleConnections()
	t.refused.CloseIdleConnections()
}
