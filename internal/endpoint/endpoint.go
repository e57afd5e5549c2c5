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
// in an endpoint and is an error. The errors say what was wrong and what to do; they do not quote user information.
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
		return Endpoint{}, fmt.Errorf("the endpoint %q has the scheme %q; want https", text, u.Scheme)
	case !validHost(u):
		return Endpoint{}, fmt.Errorf("the endpoint %q has no valid host or port; want e.g. https://host or host:port", text)
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return Endpoint{}, fmt.Errorf("the endpoint %q has more than a host; the signed path starts at the root, so leave out %q", text, strings.TrimPrefix(raw, u.Scheme+"://"+u.Host))
	case u.Scheme == "http" && !plainHTTP && !loopback(u.Hostname()):
		return Endpoint{}, fmt.Errorf("the endpoint %q would send signatures and tokens in the clear; use https, or set PlainHTTP if you mean it", text)
	}
	return Endpoint{Scheme: u.Scheme, Host: strings.ToLower(u.Host)}, nil
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
