// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// metrics counts what is asked of the clouds and of this server. It is safe for concurrent use.
type metrics struct {
	started time.Time
	streams atomic.Int64 // open now

	mu       sync.Mutex
	calls    map[callKey]*callCount
	requests map[requestKey]*histogram
}

// callKey is what calls of a cloud are told apart by.
type callKey struct{ provider, scope, op, status string }

type callCount struct {
	took    histogram
	bytes   int64
	waited  time.Duration
	retries int
}

// requestKey is what requests to this server are told apart by: the route, not the path, since there are as many paths
// as executions.
type requestKey struct{ route, code string }

func newMetrics(now time.Time) *metrics {
	return &metrics{started: now, calls: map[callKey]*callCount{}, requests: map[requestKey]*histogram{}}
}

// call is the clients' Options.Observe.
func (m *metrics) call(_ context.Context, c history.Call) {
	key := callKey{c.Provider, c.Scope, c.Op, strconv.Itoa(c.Status)}
	if c.Status == 0 {
		key.status = "none"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	count := m.calls[key]
	if count == nil {
		count = new(callCount)
		m.calls[key] = count
	}
	count.took.add(c.Duration)
	count.bytes += c.Bytes
	count.waited += c.Waited
	if c.Attempt > 1 {
		count.retries++
	}
}

// count counts the requests that a handler answers.
func (m *metrics) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began, seen := time.Now(), &statusWriter{ResponseWriter: w}
		defer func() {
			key := requestKey{cmp.Or(r.Pattern, "none"), strconv.Itoa(cmp.Or(seen.status, http.StatusOK))}
			m.mu.Lock()
			defer m.mu.Unlock()
			if m.requests[key] == nil {
				m.requests[key] = new(histogram)
			}
			m.requests[key].add(time.Since(began))
		}()
		next.ServeHTTP(seen, r)
	})
}

// statusWriter remembers an answer's status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader is http.ResponseWriter's.
func (w *statusWriter) WriteHeader(status int) {
	w.status = cmp.Or(w.status, status)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets an http.ResponseController find what it needs.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// histogram counts durations by their size.
type histogram struct {
	buckets [8]int64 // of those that are not above the bound of the same index
	count   int64
	sum     time.Duration
}

// bounds are those of the buckets, in seconds.
func bounds() [8]float64 { return [...]float64{0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60} }

func (h *histogram) add(d time.Duration) {
	for i, bound := range bounds() {
		if d.Seconds() <= bound {
			h.buckets[i]++
		}
	}
	h.count++
	h.sum += d
}
