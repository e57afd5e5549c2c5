// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestHosts(t *testing.T) {
	t.Parallel()
	local := server{config: config{hosts: []string{"viewer.example"}}}
	remote := server{config: config{remote: true}}
	for _, tt := range []struct {
		host          string
		local, remote bool
	}{
		{"127.0.0.1:8080", true, true},
		{"127.9.9.9", true, true},
		{"[::1]:8080", true, true},
		{"[::1]", true, true},
		{"LOCALHOST:8080", true, true},
		{"viewer.example", true, false},
		{"Viewer.Example:80", true, false},
		{"192.0.2.7:8080", false, true},
		{"0.0.0.0:8080", false, true},
		{"attacker.example:8080", false, false},
		{"127.0.0.1.attacker.example", false, false},
		{"localhost.attacker.example", false, false},
		{"", false, false},
	} {
		if l, r := local.answersTo(tt.host), remote.answersTo(tt.host); l != tt.local || r != tt.remote {
			t.Errorf("answersTo(%q) = %t, and %t when others may reach it; want %t and %t", tt.host, l, r, tt.local, tt.remote)
		}
	}
}

func TestGuard(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for _, tt := range []struct {
		name   string
		header []string
		want   int
	}{
		{"a program", nil, 200},
		{"the page itself", []string{"Sec-Fetch-Site", "same-origin", "Sec-Fetch-Mode", "cors"}, 200},
		{"an address that was typed", []string{"Sec-Fetch-Site", "none", "Sec-Fetch-Mode", "navigate"}, 200},
		{"a link", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, 200},
		{"a frame", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"}, 403},
		{"another site's script", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, 403},
		{"another port's script", []string{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors"}, 403},
		{"a name that was bent", []string{"Host", "attacker.example"}, 421},
	} {
		if got := s.get(t, "/healthz", tt.header...); got.StatusCode != tt.want {
			t.Errorf("%s gets %s, want %d", tt.name, got.Status, tt.want)
		}
	}
}

// TestPathless: requests that net/http would answer by itself get a problem like all others.
func TestPathless(t *testing.T) {
	t.Parallel()
	web := httptest.NewUnstartedServer(nil)
	web.Config = httpServer(newSite(t, config{}).srv.handler(), slog.New(slog.DiscardHandler))
	web.Start()
	defer web.Close()
	for _, line := range []string{"OPTIONS *", "GET *", "CONNECT localhost:1", "GET http://localhost"} {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", web.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "%s HTTP/1.1\r\nHost: localhost\r\n\r\n", line)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if kind, policy := answer.Header.Get("Content-Type"), answer.Header.Get("Content-Security-Policy"); answer.StatusCode != http.StatusBadRequest ||
			kind != "application/problem+json" || policy != dataPolicy {
			t.Errorf("%s is %s, %s, policy %q; want 400, a problem and %q", line, answer.Status, kind, policy, dataPolicy)
		}
	}
}

// TestDeviousPaths: paths that net/http would lead elsewhere by itself get a problem like all others, whatever the method.
func TestDeviousPaths(t *testing.T) {
	t.Parallel()
	handler := newSite(t, config{}).srv.handler()
	for _, path := range []string{
		"//", "///", "/.", "/./", "/..", "/../", "/a/../healthz", "//healthz", "/healthz//", "/api//executions", "/executions//a%20b/c/d",
		"/executions/alibaba/cn-hangzhou/order-flow/..", "//attacker.example/..", "/live/a/b/c/.",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodConnect} {
			r := httptest.NewRequestWithContext(t.Context(), method, "/", nil)
			r.Host = "localhost"
			r.URL, _ = url.ParseRequestURI("http://localhost" + path)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			kind, to := w.Header().Get("Content-Type"), w.Header().Get("Location")
			if w.Code != http.StatusNotFound || kind != "application/problem+json" || to != "" {
				t.Errorf("%s %s is %d, %s, leading to %q; want 404 and a problem", method, path, w.Code, kind, to)
			}
		}
	}
	for path, want := range map[string]int{"/": 200, "/healthz": 200, "/healthz/": 404, "/assets/list.css": 200, "/assets/": 404, "/%2e%2e/": 404} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		r.Host = "localhost"
		if handler.ServeHTTP(w, r); w.Code != want {
			t.Errorf("%s is %d, want %d", path, w.Code, want)
		}
	}
}

// TestFilesAreWhole: what asks for a part of a file, or for it on conditions, gets all of it.
func TestFilesAreWhole(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for _, path := range []string{"/", "/assets/list.css", "/assets/list.js"} {
		plain := s.get(t, path)
		whole, want := body(t, plain), plain.Header.Get("Content-Type")
		for _, header := range [][]string{{"Range", "bytes=999999-"}, {"Range", "nonsense"}, {"If-Match", `"x"`}, {"If-None-Match", "*"}} {
			answer := s.get(t, path, header...)
			if got, kind := body(t, answer), answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || got != whole || kind == "" || kind != want {
				t.Errorf("%s with %s is %s, %s, %d bytes; want 200, %s, %d bytes", path, header, answer.Status, kind, len(got), want, len(whole))
			}
		}
		if head := s.do(t, http.MethodHead, path); head.StatusCode != http.StatusOK || head.ContentLength != int64(len(whole)) {
			t.Errorf("the head of %s is %s, %d bytes; want 200, %d bytes", path, head.Status, head.ContentLength, len(whole))
		}
	}
}

// TestHeaders: every kind of answer forbids what it does not need.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t, config{})
	for path, policy := range map[string]string{
		"/":                                     pagePolicy,
		"/assets/list.js":                       dataPolicy,
		"/api/clouds":                           dataPolicy,
		"/executions" + onAlibaba("order-1001"): reportPolicy,
		"/metrics":                              dataPolicy,
		"/nothing":                              dataPolicy,
	} {
		h := s.get(t, path).Header
		if got := h.Get("Content-Security-Policy"); got != policy {
			t.Errorf("%s has the policy %q, want %q", path, got, policy)
		}
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY", "Cache-Control": "no-store",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
	}
	if got := s.get(t, "/nothing").StatusCode; got != http.StatusNotFound {
		t.Errorf("/nothing is %d", got)
	}
}

func TestListen(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"127.0.0.1:0", "localhost:0"} {
		l, err := listen(address, false)
		if err != nil {
			t.Errorf("listen(%q) = %v", address, err)
			continue
		}
		l.Close()
	}
	for _, address := range []string{":0", "0.0.0.0:0", "192.0.2.7:0", "[::]:0"} {
		if _, err := listen(address, false); err == nil || !strings.Contains(err.Error(), "-allow-remote") {
			t.Errorf("listen(%q) = %v, want an error that names -allow-remote", address, err)
		}
	}
	if _, err := listen("no address", true); err == nil {
		t.Error("an address that is none was listened on")
	}
	l, err := listen("0.0.0.0:0", true)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}
