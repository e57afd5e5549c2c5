// SPDX-License-Identifier: Apache-2.0

// Package endpoint reads the address of a service from a configuration.
package endpoint

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Endpoint is a scheme and a host.
type Endpoint struct {
	Scheme string // "https" or "http"
	Host   string // host or host:port, in lower case
}

func (e Endpoint) String() string { return e.Scheme + "://" + e.Host }

// Parse reads "host", "host:port" or a URL. Without a scheme it is https; http is for loopback addresses only unless
// plainHTTP allows it, because a request carries signatures and tokens. A path, a query or user information has no place
// in an endpoint and is an error. The errors say what was wrong and what to do; of the text they quote no more than its
// host, because anything else may be a secret that ended up there.
func Parse(text string, plainHTTP bool) (Endpoint, error) {
	raw := text
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return Endpoint{}, fmt.Errorf("the endpoint is not a host or URL; want e.g. https://host or host:port")
	case u.User != nil:
		return Endpoint{}, fmt.Errorf("the endpoint holds user information; leave it out, credentials go into their own fields")
	case u.Scheme != "https" && u.Scheme != "http":
		return Endpoint{}, fmt.Errorf("the endpoint has the scheme %q; want https", u.Scheme)
	case !validHost(u):
		return Endpoint{}, fmt.Errorf("the endpoint's host %q is no valid host or port; want e.g. https://host or host:port", u.Host)
	case excess(u) != "":
		return Endpoint{}, fmt.Errorf("the endpoint %q has more than a host, %s; the signed path starts at the root, so leave it out", u.Host, excess(u))
	case u.Scheme == "http" && !plainHTTP && !loopback(u.Hostname()):
		return Endpoint{}, fmt.Errorf("the endpoint %q would send signatures and tokens in the clear; use https, or set PlainHTTP if you mean it", u.Host)
	}
	return Endpoint{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, nil
}

// excess names what a URL has besides its host, "" if it has nothing. A slash is nothing.
func excess(u *url.URL) string {
	switch {
	case strings.Trim(u.Path, "/") != "":
		return "a path"
	case u.RawQuery != "":
		return "a query"
	case u.Fragment != "":
		return "a fragment"
	}
	return ""
}

// Presentable reports whether the text of an endpoint may be printed: not if it holds user information, or cannot be read and
// so might.
func Presentable(text string) bool {
	_, err := Parse(text, true)
	return err == nil
}

// ValidRegion reports whether a region's id, which becomes a part of a host name, looks like one.
func ValidRegion(id string) bool {
	const most = 64
	for part := range strings.SplitSeq(id, "-") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			return false
		}
	}
	return len(id) <= most
}

func validHost(u *url.URL) bool {
	host := u.Hostname()
	if host == "" || host[0] == '.' || strings.Contains(host, "..") || strings.HasSuffix(u.Host, ":") {
		return false
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return false
		}
	}
	if net.ParseIP(host) != nil {
		return true
	}
	for _, r := range host {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_') {
			return false
		}
	}
	return true
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
