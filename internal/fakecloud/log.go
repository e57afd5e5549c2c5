// SPDX-License-Identifier: Apache-2.0

package fakecloud

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Recorded is one request as a fake server got it. It holds signatures and
// tokens as sent, so that tests can look at them; do not print it in a program.
type Recorded struct {
	Op         string // operation, as the cloud names it; "" when none could be told
	Method     string // HTTP method
	Path       string // path as sent, still escaped
	Query      url.Values
	Header     http.Header // with Host, which net/http keeps apart
	Form       url.Values  // fields of a form body
	Status     int         // status of the answer; 0 while there is none, and for one that never came
	Code       string      // the cloud's error code of the answer
	Time       time.Time   // when it arrived, by the server's clock
	RemoteAddr string      // tells client connections apart
}

// Record describes a request. The form is that of its body, nil when it has none.
func Record(r *http.Request, op string, form url.Values, now time.Time) Recorded {
	header := r.Header.Clone()
	header.Set("Host", r.Host)
	return Recorded{
		Op: op, Method: r.Method, Path: r.URL.EscapedPath(),
		Query: r.URL.Query(), Header: header, Form: form,
		Time: now, RemoteAddr: r.RemoteAddr,
	}
}

// Log keeps the requests a server got, in order of arrival. The zero value is
// empty and ready. It is safe for concurrent use.
type Log struct {
	mu      sync.Mutex
	entries []*Entry
	changed chan struct{} // closed and replaced when an entry is added; nil while nobody waits
}

// Entry is a request in a Log whose answer may still be open.
type Entry struct {
	log      *Log
	recorded Recorded
}

// Add appends a request. The result takes its answer later. The log keeps the
// maps of rec; the caller must not change them afterwards.
func (l *Log) Add(rec Recorded) *Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := &Entry{log: l, recorded: rec}
	l.entries = append(l.entries, e)
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
	return e
}

// Done notes how the request was answered. A nil Entry ignores it.
func (e *Entry) Done(status int, code string) {
	if e == nil {
		return
	}
	e.log.mu.Lock()
	defer e.log.mu.Unlock()
	e.recorded.Status, e.recorded.Code = status, code
}

// All returns a copy of the requests so far, those in flight included.
func (l *Log) All() []Recorded {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Recorded, len(l.entries))
	for i, e := range l.entries {
		all[i] = e.recorded
		all[i].Query = maps.Clone(e.recorded.Query)
		all[i].Header = e.recorded.Header.Clone()
		all[i].Form = maps.Clone(e.recorded.Form)
	}
	return all
}

// Count returns how many requests of the operation arrived; "" counts all.
func (l *Log) Count(op string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count(op)
}

func (l *Log) count(op string) int {
	n := 0
	for _, e := range l.entries {
		if op == "" || e.recorded.Op == op {
			n++
		}
	}
	return n
}

// Reset forgets all requests. One in flight is not noted again.
func (l *Log) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
}

// Wait blocks until at least n requests of the operation ("" for any) arrived,
// so that a test can act while a request is in flight without sleeping. The only
// error is the context's.
func (l *Log) Wait(ctx context.Context, op string, n int) error {
	for {
		l.mu.Lock()
		if l.count(op) >= n {
			l.mu.Unlock()
			return nil
		}
		if l.changed == nil {
			l.changed = make(chan struct{})
		}
		changed := l.changed
		l.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
