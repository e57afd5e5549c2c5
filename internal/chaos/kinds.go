// SPDX-License-Identifier: Apache-2.0

package main

import (
	"net/http"
	"time"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// The clouds.
const (
	alibabaCloud = "alibaba"
	huaweiCloud  = "huawei"
)

// kind is one way in which a request can go wrong.
type kind struct {
	name string
	only string // the one cloud it can happen on; "" = both
	// behind marks what can only happen to a request that goes on behind a page, with a token.
	behind bool
	// throttles marks the refusals of a caller that asks too often.
	throttles bool
	// fault says what the fake cloud does; nil is for what happens before a request reaches it.
	fault func(h hit) fakecloud.Fault
}

// hit is one use of a kind.
type hit struct {
	cloud   string
	n       int // how many times the kind was used before, so that its uses differ
	request *http.Request
	host    *host
}

// kinds are all kinds of faults, in the order in which they take turns.
func kinds() []kind {
	list := []kind{
		{name: "connection refused"},
		{name: "connection reset", fault: always(fakecloud.Fault{Reset: true})},
		{name: "stall before the answer", fault: always(fakecloud.Fault{Hang: true})},
		{name: "stall within the body", fault: func(h hit) fakecloud.Fault { return fakecloud.Fault{HangAfter: place(h.n)} }},
		{name: "truncated", fault: func(h hit) fakecloud.Fault { return fakecloud.Fault{Truncate: place(h.n)} }},
		{name: "cut short, ended cleanly", fault: func(h hit) fakecloud.Fault { return fakecloud.Fault{CutAfter: place(h.n)} }},
		{name: "empty body", fault: always(fakecloud.Fault{Body: []byte{}})},
		{name: "content length too large", fault: always(header("Content-Length", "123456789"))},
		{name: "content length too small", fault: always(header("Content-Length", "40"))},
		{name: "slow drip", fault: func(h hit) fakecloud.Fault {
			return fakecloud.Fault{Drip: 100 * time.Microsecond, Gzip: h.n%4 > 0} // most of them compressed, to have done some time
		}},
		{name: "gzip", fault: always(fakecloud.Fault{Gzip: true})},
		{name: "gzip, truncated", fault: func(h hit) fakecloud.Fault { return fakecloud.Fault{Gzip: true, Truncate: place(h.n)%1000 + 1} }},
		{name: "gzip that is none", fault: always(header("Content-Encoding", "gzip"))},
		{name: "HTML from a gateway, 502", fault: always(gatewayPage(http.StatusBadGateway))},
		{name: "HTML from a gateway, 200", fault: always(gatewayPage(http.StatusOK))},
	}
	list = append(list, statusKinds()...)
	list = append(list, throttleKinds()...)
	list = append(list, stateKinds()...)
	return append(list, pageKinds()...)
}

// kindsOf are the kinds that can happen on a cloud.
func kindsOf(cloud string, all []kind) []kind {
	var out []kind
	for _, k := range all {
		if k.only == "" || k.only == cloud {
			out = append(out, k)
		}
	}
	return out
}

// always is a kind that is the same each time.
func always(f fakecloud.Fault) func(hit) fakecloud.Fault {
	return func(hit) fakecloud.Fault { return f }
}

func header(name, value string) fakecloud.Fault {
	return fakecloud.Fault{Header: http.Header{name: {value}}}
}

// place is a byte of a body, another one each time and spread over all of a page. One behind the end harms nothing.
func place(n int) int {
	const (
		largest = 30_000
		stride  = 7919 // prime to it, so that all places have their turn
	)
	return 1 + n*stride%largest
}

func gatewayPage(status int) fakecloud.Fault {
	return fakecloud.Fault{
		Status: status, Header: http.Header{"Content-Type": {"text/html"}},
		Body: []byte("<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1><hr>gateway</body></html>\r\n"),
	}
}
