// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/canary"
)

// serve starts a server that is silent about what it does not like.
func serve(t *testing.T, version uint16, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if version == 0 {
		server.Start()
	} else {
		server.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: version}
		server.StartTLS()
	}
	t.Cleanup(server.Close)
	return server.URL
}

// A connection that does not come about tells no secret, and carries none: TLS 1.2 is the least, and a certificate must be
// good.
func TestNoSecretComesOutOfConnections(t *testing.T) {
	var reached atomic.Int64
	handler := func(http.ResponseWriter, *http.Request) { reached.Add(1) }
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	targets := map[string]struct{ address, says string }{
		"refused":       {closed.URL, "refused"},
		"refused, TLS":  {strings.Replace(closed.URL, "http:", "https:", 1), "refused"},
		"no TLS":        {strings.Replace(serve(t, 0, handler), "http:", "https:", 1), "TLS handshake"},
		"TLS 1.0":       {serve(t, tls.VersionTLS10, handler), "protocol version"},
		"TLS 1.1":       {serve(t, tls.VersionTLS11, handler), "protocol version"},
		"nobody's name": {serve(t, tls.VersionTLS13, handler), "certificate"},
	}
	for _, c := range clouds(t) {
		for at, way := range c.entrances {
			for name, target := range targets {
				w := &watch{patience: time.Minute} // a handshake costs time on a busy machine
				o := w.options()
				o.Retry.AttemptTimeout = w.patience
				client, err := way.open(target.address, o)
				if err != nil {
					t.Fatal(err)
				}
				for _, op := range operations()[at%4:][:1] {
					err := w.run(t, c.name+", "+way.name+", "+name, client, op)
					if !errors.Is(err, history.ErrUnavailable) || !strings.Contains(err.Error(), target.says) {
						t.Errorf("%s, %s: the error is %v, want ErrUnavailable that says %q", name, op.name, err, target.says)
					}
				}
			}
		}
	}
	if reached.Load() > 0 {
		t.Errorf("%d requests were sent over connections that are not safe", reached.Load())
	}
}

// A redirect to another host is not followed, whatever its kind: what a request carries stays with the host it was signed for.
func TestNoSecretFollowsARedirect(t *testing.T) {
	var elsewhere atomic.Int64
	other := serve(t, 0, func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })
	for _, c := range clouds(t) {
		for _, way := range c.entrances {
			w := &watch{patience: time.Minute}
			var status atomic.Int64
			address := serve(t, 0, func(out http.ResponseWriter, r *http.Request) {
				w.request(r)
				http.Redirect(out, r, other+r.URL.String(), int(status.Load()))
			})
			client, err := way.open(address, w.options())
			if err != nil {
				t.Fatal(err)
			}
			for _, code := range []int64{300, 301, 302, 303, 307, 308} {
				status.Store(code)
				for _, op := range operations()[:4] {
					if err := w.run(t, c.name+", "+way.name, client, op); !errors.Is(err, history.ErrDecode) {
						t.Errorf("%s, %d: %v, want ErrDecode", op.name, code, err)
					}
				}
			}
		}
	}
	if elsewhere.Load() > 0 {
		t.Errorf("%d requests went to another host", elsewhere.Load())
	}
}

// telling is a proxy that refuses, and says back what it was told: in its status line, where CONNECT has nothing else, and in
// headers and a body.
func telling(asked *atomic.Int64) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		authorization := r.Header.Get("Proxy-Authorization")
		raw(w, "HTTP/1.1 407 "+authorization+" please\r\nProxy-Authenticate: "+authorization+"\r\nX-Request-Id: "+authorization+
			"\r\nConnection: close\r\n\r\n"+`{"Code":"`+authorization+`","error_code":"`+authorization+`"}`)
	}
}

// The password of a proxy does not come out, whatever the proxy makes of it.
func TestNoSecretComesOutOfProxies(t *testing.T) {
	var asked atomic.Int64
	address, err := url.Parse(serve(t, 0, telling(&asked)))
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword(proxyUser, proxyPassword)
	for _, c := range clouds(t) {
		for at, way := range c.entrances {
			for _, target := range []string{"https://cloud.example", "http://127.0.0.1:9"} {
				w := &watch{patience: time.Minute}
				o := w.options()
				o.Retry.AttemptTimeout = w.patience
				transport := &http.Transport{Proxy: http.ProxyURL(address)}
				t.Cleanup(transport.CloseIdleConnections)
				o.Transport = transport
				client, err := way.open(target, o)
				if err != nil {
					t.Fatal(err)
				}
				before := asked.Load()
				for _, op := range operations()[at%4:][:1] {
					if w.run(t, c.name+", "+way.name+", "+target, client, op) == nil {
						t.Errorf("%s, %s: there is no error", target, op.name)
					}
				}
				if asked.Load() == before {
					t.Errorf("%s, %s, %s: the proxy was not asked", c.name, way.name, target)
				}
			}
		}
	}
}

// The proxy variables are honoured, and what is in them does not come out, nor when they cannot be read. net/http reads them
// once in a process, so each case needs one of its own: the test runs itself again, and looks at all that was printed there.
func TestNoSecretComesOutOfProxyVariables(t *testing.T) {
	const child = "FLOWHISTORY_TEST_CANARY_PROXIED"
	if os.Getenv(child) != "" {
		printThroughProxy(t)
		return
	}
	var asked atomic.Int64
	host := strings.TrimPrefix(serve(t, 0, telling(&asked)), "http://")
	for name, tt := range map[string]struct {
		variable, bypass string
		asked            bool
	}{
		"password":         {"http://" + proxyUser + ":" + url.QueryEscape(proxyPassword) + "@" + host, "", true},
		"not a URL":        {"http://" + proxyUser + ":" + proxyPassword + " %zz@" + host, "", false},
		"not a URL, bare":  {proxyUser + ":" + proxyPassword + " %zz@" + host, "", false},
		"for another host": {"http://" + proxyUser + ":" + url.QueryEscape(proxyPassword) + "@" + host, "cloud.invalid", false},
		"nobody is there":  {"http://" + proxyUser + ":" + url.QueryEscape(proxyPassword) + "@127.0.0.1:1", "", false},
	} {
		command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		command.Env = append(os.Environ(), child+"=1", "HTTPS_PROXY="+tt.variable, "https_proxy=", "NO_PROXY="+tt.bypass, "no_proxy=")
		asked.Store(0)
		out, err := command.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "cloud.invalid has failed") {
			t.Errorf("%s: %v:\n%s", name, err, out)
		}
		if found := planted().Find(string(out)); len(found) > 0 {
			t.Errorf("%s: what comes out has %q in it:\n%s", name, found, excerpt(planted(), string(out)))
		}
		if got := asked.Load() > 0; got != tt.asked {
			t.Errorf("%s: the proxy was asked: %t, want %t", name, got, tt.asked)
		}
	}
}

// printThroughProxy prints the errors of both clouds behind whatever proxy the environment has.
func printThroughProxy(t *testing.T) {
	for _, c := range clouds(t) {
		o := new(watch).options()
		o.Retry.AttemptTimeout = time.Minute
		client, err := c.entrances[0].open("https://cloud.invalid", o)
		if err != nil {
			t.Fatal(err)
		}
		for _, op := range operations()[:4] {
			if _, err := op.do(t.Context(), client); err != nil {
				t.Log("cloud.invalid has failed", canary.Chain(err))
			}
		}
	}
}
