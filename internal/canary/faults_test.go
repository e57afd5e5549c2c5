// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// fault is one way in which the service goes wrong.
type fault struct {
	name string
	fakecloud.Fault
}

// faults are all kinds that the fakes have.
func faults(codes []string) []fault {
	header := func(name, value string) fakecloud.Fault { return fakecloud.Fault{Header: http.Header{name: {value}}} }
	list := []fault{
		{"none", fakecloud.Fault{}},
		{"hang", fakecloud.Fault{Hang: true}},
		{"hang within the body", fakecloud.Fault{HangAfter: 7}},
		{"reset", fakecloud.Fault{Reset: true}},
		{"truncated", fakecloud.Fault{Truncate: 7}},
		{"cut short", fakecloud.Fault{CutAfter: 7}},
		{"gzip", fakecloud.Fault{Gzip: true}},
		{"gzip that is none", header("Content-Encoding", "gzip")},
		{"too long", header("Content-Length", "123456789")},
		{"empty", fakecloud.Fault{Body: []byte{}}},
		{"garbage", fakecloud.Fault{Body: []byte("\x00\xff{[")}},
		{"null", fakecloud.Fault{Body: []byte("null")}},
		{"changed", fakecloud.Fault{Mutate: func(b []byte) []byte { return append([]byte("x"), b...) }}},
		{"overlap", fakecloud.Fault{Overlap: 1}},
		{"throttled", fakecloud.Fault{Status: 429, Header: http.Header{"Retry-After": {"99999999999999"}}}},
		{"no such redirect", fakecloud.Fault{Status: 302, Header: http.Header{"Location": {"::"}}}},
	}
	for _, status := range []int{204, 301, 307, 400, 401, 403, 404, 405, 408, 413, 418, 494, 500, 502, 503, 504, 599} {
		list = append(list, fault{fmt.Sprint(status), fakecloud.Fault{Status: status, Body: []byte("<html>")}})
	}
	for _, code := range codes {
		list = append(list, fault{code, fakecloud.Fault{Code: code}})
	}
	return list
}

// Each fault, through each way in. Each operation meets each fault.
func TestNoSecretComesOutOfFaults(t *testing.T) {
	for _, c := range clouds(t) {
		list := faults(c.codes)
		for at, way := range c.entrances {
			t.Run(c.name+", "+way.name, func(t *testing.T) {
				t.Parallel()
				w := new(watch)
				var current atomic.Pointer[fakecloud.Fault]
				url := c.start(t, func(r *http.Request, _ string) (fakecloud.Fault, bool) {
					w.request(r)
					return *current.Load(), true
				})
				client, err := way.open(url, w.options())
				if err != nil {
					t.Fatal(err)
				}
				failed, ops := 0, operations()
				for i, f := range list {
					current.Store(&f.Fault)
					// The slow ones take their turn with an operation each, among all ways in.
					for j, op := range ops {
						if (i+j+at)%8 == 0 && w.run(t, f.name, client, op) != nil {
							failed++
						}
					}
				}
				if failed < len(list)/2 {
					t.Errorf("%d calls failed with %d faults: they did not happen", failed, len(list))
				}
			})
		}
	}
}
