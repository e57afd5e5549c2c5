// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"crypto/tls"
	"net"
	"net/http"
	"time"
)

// quietTime is how long an HTTP/2 connection may say nothing before it is asked whether it is alive, and pingTimeout how long the
// answer may take. Together they are less than the default time-out of an attempt, so that the next one has a new connection.
const (
	quietTime   = 10 * time.Second
	pingTimeout = 10 * time.Second
)

// newTransport is the transport of an Exchange whose options bring none. It has no time-out for a whole answer: the attempt
// time-out does that, and leaves a slow consumer alone.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second,
		// A TLS configuration of one's own turns HTTP/2 off unless it is asked for.
		ForceAttemptHTTP2: true,
		// A connection that a router has forgotten says nothing. HTTP/1 gives one up when the attempt that waits on it times out;
		// HTTP/2 would send every later attempt down the same one, until TCP gives up after a quarter of an hour.
		HTTP2: &http.HTTP2Config{SendPingTimeout: quietTime, PingTimeout: pingTimeout},
		// The standard library keeps two connections per host, which 64 goroutines on one client would wear out.
		MaxIdleConns:        64,
		MaxIdleConnsPerHost: 16,
		IdleConnTimeout:     90 * time.Second,
	}
}

// roundTripper makes a function a transport. It has no CloseIdleConnections, and that is why it exists: go-retryablehttp
// calls it on every failure, and would drop the whole pool that all exchanges share.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
