// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

const (
	// dataPolicy is for answers that are no pages.
	dataPolicy = "default-src 'none'; frame-ancestors 'none'"
	// pagePolicy is for the pages made of what is in assets.
	pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	// reportPolicy adds to what a report says itself, which names its script and style by their hashes.
	reportPolicy = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
)

// listen refuses addresses that others can reach unless that is allowed.
func listen(address string, remote bool) (net.Listener, error) {
	addr, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the address of -listen: %w", err)
	}
	if !addr.IP.IsLoopback() && !remote {
		return nil, fmt.Errorf("%s is an address that others can reach, and there is no log-in: "+
			"use a loopback address such as 127.0.0.1:8080 or, if that is what you want, -allow-remote", address)
	}
	return net.ListenTCP("tcp", addr)
}

// guard refuses what no reader of these pages sends, and sets the headers that every answer has.
func (s *server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", dataPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store") // histories hold what business data there is
		switch {
		case !s.answersTo(r.Host):
			s.fail(w, r, &problem{Status: http.StatusMisdirectedRequest, Detail: fmt.Sprintf("this server does not answer to the name %q; -host adds names", r.Host)})
		case foreign(r):
			s.fail(w, r, &problem{Status: http.StatusForbidden, Detail: "pages of another site may not read from here"})
		case pathless(r):
			s.fail(w, r, refuse("the request names no path; all is read with GET and a path"))
		case devious(r):
			s.orProblem(notFound)(w, r)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// answersTo refuses names that are not this server's own. A web site that lets its own name lead to this address would
// otherwise be of the same origin as these pages. An address in numbers cannot be bent like that.
func (s *server) answersTo(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.IsLoopback() || s.remote
	}
	return name == "localhost" || slices.ContainsFunc(s.hosts, func(own string) bool { return strings.EqualFold(own, name) })
}

// pathless reports whether a request names no path, but the server as a whole (*), a host to be connected to or one alone. A
// ServeMux answers these by itself, and not with a problem.
func pathless(r *http.Request) bool { return r.RequestURI == "*" || r.URL.Path == "" }

// devious reports whether a path goes back (..), stands still (.) or has parts without a name (//). Nothing here has such an
// address. A ServeMux would lead these elsewhere, whatever the method, with a page instead of a problem, and escape twice
// what was escaped.
func devious(r *http.Request) bool {
	parts := strings.Split(strings.TrimSuffix(r.URL.EscapedPath(), "/"), "/")
	return slices.ContainsFunc(parts[1:], func(part string) bool { return part == "" || part == "." || part == ".." })
}

// foreign reports whether a browser says that a page of another site asks. A link that somebody clicks there is fine.
func foreign(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return site != "" && site != "same-origin" && site != "none" &&
		(r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document")
}
