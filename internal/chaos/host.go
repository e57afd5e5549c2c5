// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// server is what a host needs of a fake cloud of either kind.
type server interface {
	URL() string
	Conns() int
	Count(op string) int
	ResetRequests()
	Close()
}

// host is a fake cloud that does to each request what its headers say.
type host struct {
	server
	cloud        string
	kinds        map[string]kind
	expireTokens func()
	rotate       func(number int)
	skew         atomic.Int64 // time.Duration by which the cloud's clock is ahead

	mu   sync.Mutex
	keys int // number of the keys that are good now
}

// startHost starts a fake cloud with what the shape says. quotas makes it refuse requests over the documented quotas.
func startHost(s shape, quotas bool) (*host, error) {
	h := &host{cloud: s.Cloud, kinds: make(map[string]kind)}
	for _, k := range kinds() {
		h.learn(k)
	}
	switch s.Cloud {
	case alibabaCloud:
		srv, err := alibabatest.Start(&alibabatest.Options{Now: h.now, Plan: h.plan, Quotas: quotas})
		if err != nil {
			return nil, err
		}
		newAlibabaFixture(s).fill(srv)
		h.server, h.expireTokens = srv, srv.ExpireTokens
		h.rotate = func(n int) { srv.RotateKeys(keyID(n), keySecret(n), "") }
	case huaweiCloud:
		srv, err := huaweitest.Start(&huaweitest.Options{Now: h.now, Plan: h.plan, Quotas: quotas})
		if err != nil {
			return nil, err
		}
		newHuaweiFixture(s).fill(srv)
		h.server, h.expireTokens = srv, func() {}
		h.rotate = func(n int) { srv.RotateKeys(keyID(n), keySecret(n), "", "") }
	default:
		return nil, fmt.Errorf("there is no cloud %q", s.Cloud)
	}
	h.rotate(0)
	return h, nil
}

// learn adds a kind of fault, before the first request.
func (h *host) learn(k kind) { h.kinds[k.name] = k }

// keyID and keySecret are keys by their number.
func keyID(n int) string     { return "test-access-key-id-" + strconv.Itoa(n) }
func keySecret(n int) string { return "test-access-key-secret-" + strconv.Itoa(n) }

func (h *host) now() time.Time { return time.Now().Add(time.Duration(h.skew.Load())) }

// plan is the fault that a request asks for. It is called before anything of the request is checked.
func (h *host) plan(r *http.Request, _ string) (fakecloud.Fault, bool) {
	h.skew.Store(0)
	if keys, err := strconv.Atoi(r.Header.Get(headerKeys)); err == nil {
		h.useKeys(keys)
	}
	k, ok := h.kinds[r.Header.Get(headerFault)]
	if !ok || k.fault == nil {
		return fakecloud.Fault{}, false
	}
	n, err := strconv.Atoi(r.Header.Get(headerUse))
	if err != nil {
		return fakecloud.Fault{}, false
	}
	return k.fault(hit{cloud: h.cloud, n: n, request: r, host: h}), true
}

// useKeys changes the keys, unless newer ones are there already: requests may overtake each other.
func (h *host) useKeys(number int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if number > h.keys {
		h.keys = number
		h.rotate(number)
	}
}
