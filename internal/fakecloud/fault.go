// SPDX-License-Identifier: Apache-2.0

package fakecloud

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Fault changes what a fake server does to the requests it matches. The zero
// value matches the next request and changes nothing. Fields combine where that
// makes sense: a Delay goes with every other field, Gzip and Drip with every body.
// When several fields would end the answer, Hang wins over Reset, then come
// HangAfter, Truncate and CutAfter.
type Fault struct {
	// Op is the operation it applies to, e.g. "GetExecutionHistory". Empty means any.
	Op string
	// After lets this many matching requests pass first. Requests that an
	// earlier fault took do not count.
	After int
	// Times is how many requests it applies to: 0 means 1, negative means every one.
	Times int

	// Status answers with this HTTP status instead of the real answer. With
	// Status 0 a Code is answered with 400 and a Body with 200.
	Status int
	// Code and Message make an error body in the cloud's own shape.
	Code, Message string
	// Body answers with exactly these bytes. Nil means no such answer; an empty
	// slice that is not nil means an empty body.
	Body []byte
	// Header replaces the answer's fields of the same names, also those of a
	// real answer. It is for Retry-After and the like.
	Header http.Header

	// Delay is the wait before the answer's headers. It ends early when the
	// client goes away or the server closes.
	Delay time.Duration
	// Hang never answers: the request is held until the client goes away or the
	// server closes.
	Hang bool
	// HangAfter sends the headers and this many bytes of the body, then holds
	// like Hang. The body has no declared length. 0 means off.
	HangAfter int
	// Reset resets the TCP connection without an answer.
	Reset bool
	// Truncate declares the full Content-Length but sends only this many bytes
	// of the body and cuts the connection. 0 means off.
	Truncate int
	// CutAfter sends this many bytes of the body without a declared length and
	// ends cleanly: valid HTTP around a body that is too short. 0 means off.
	CutAfter int
	// Drip is the pause between chunks of DripSize bytes of the body.
	Drip time.Duration
	// Gzip compresses the answer when the request accepts that. Byte counts of
	// other fields then count compressed bytes.
	Gzip bool
	// Mutate rewrites the body of the real answer: garbage, duplicates, other
	// order. It gets a copy and may return it changed. It must be safe for
	// concurrent use when Times is not 0 or 1.
	Mutate func(body []byte) []byte
	// Overlap makes a page also repeat this many items from before its start. It
	// is carried out by the cloud packages, for answers that have pages.
	Overlap int
}

// DripSize is the size of one chunk of a body that drips, in bytes.
const DripSize = 32

// Replacement returns the answer the fault puts in the place of the real one, and
// whether it does. The function encode makes an error answer in the cloud's own
// shape; the code it gets may be empty, when only a Status is set.
func (f Fault) Replacement(encode func(status int, code, message string) Answer) (Answer, bool) {
	switch {
	case f.Body != nil:
		status := f.Status
		if status == 0 {
			status = http.StatusOK
		}
		return Answer{Status: status, Code: f.Code, Body: f.Body}, true
	case f.Code != "" || f.Status != 0:
		status := f.Status
		if status == 0 {
			status = http.StatusBadRequest
		}
		return encode(status, f.Code, f.Message), true
	default:
		return Answer{}, false
	}
}

// Silent reports whether the fault keeps every byte of an answer back, so that
// there is no need to compute one.
func (f Fault) Silent() bool { return f.Hang || f.Reset }

// Plan chooses the fault of a request, for faults that come at random or hang on
// what is asked for. It returns false for a request it leaves alone. It is called
// concurrently, before anything of the request is checked.
type Plan func(r *http.Request, op string) (Fault, bool)

// Faults is an ordered list of faults. The zero value is empty and ready. It is
// safe for concurrent use.
type Faults struct {
	// Plan is asked first; nil means there is none. It is set before the first
	// request. Of its faults Op, After and Times mean nothing.
	Plan Plan

	mu   sync.Mutex
	list []Fault
}

// For returns the fault of a request: the plan's, or else that of Next. It is the
// zero Fault when neither has one.
func (fs *Faults) For(r *http.Request, op string) Fault {
	if fs.Plan != nil {
		if f, ok := fs.Plan(r, op); ok {
			return f
		}
	}
	f, _ := fs.Next(op)
	return f
}

// Add appends a fault. Faults are tried in the order they were added, so two
// faults of one operation take its requests one after the other.
func (fs *Faults) Add(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = append(fs.list, f)
}

// Clear drops all faults. Requests already held by one stay held.
func (fs *Faults) Clear() {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = nil
}

// Next uses up the first fault that applies to a request of this operation. It
// reports false when none does, with a zero Fault.
func (fs *Faults) Next(op string) (Fault, bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for i := range fs.list {
		f := &fs.list[i]
		if f.Op != "" && f.Op != op {
			continue
		}
		if f.After > 0 {
			f.After--
			continue
		}
		taken := *f
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			fs.list = slices.Delete(fs.list, i, i+1)
		}
		return taken, true
	}
	return Fault{}, false
}
