// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/flowhistory/flowhistory/history"
)

// ErrStop is what Call.Read returns when it does not want the rest of the answer: Do closes the body and returns nil.
var ErrStop = errors.New("exchange: the rest of the answer is not wanted")

// Reply is a 2xx answer. It is valid until Read returns. A Reply made by hand is good enough to test a Read with.
type Reply struct {
	Status int
	Header http.Header
	// Body is the answer's body, decompressed. It is neither to be closed nor bounded: see Borrow, ReadAll and MaxResponse.
	Body io.Reader
	// RequestID is what Service.RequestID found in the headers. Read may set it to what it finds in the body, for the
	// log and Options.Observe.
	RequestID string

	length   int64               // Content-Length, 0 when unknown
	max      int64               // Options.MaxResponseBytes, 0 = the default
	progress func()              // nil = nobody wants to know
	redact   func(string) string // nil = there is nothing to hide
	buffers  *buffers            // nil = none to use again
}

// Redact makes a text from the answer fit for an error or a log that the exchange does not write: without its secrets, on
// one line, at most 1 KiB. Unlike the rest of a Reply it may be used after Read, by who called Do.
func (r *Reply) Redact(s string) string {
	if r.redact == nil {
		return s
	}
	return r.redact(s)
}

// Progress tells the exchange that this attempt delivered something new: the attempts without progress are counted from
// zero again. It must be called on the goroutine of Read.
func (r *Reply) Progress() {
	if r.progress != nil {
		r.progress()
	}
}

// MaxResponse is how many bytes may be read into memory at once. ReadAll and Borrow keep to it; who decodes Body as a
// stream bounds each item with it and returns TooLarge beyond.
func (r *Reply) MaxResponse() int64 { return cmp.Or(r.max, defaultMaxResponseBytes) }

// TooLarge is the error for something, e.g. "one execution", that is larger than MaxResponse.
func (r *Reply) TooLarge(what string) error {
	return &history.Error{
		Kind:    history.ErrTooLarge,
		Message: fmt.Sprintf("%s is larger than Options.MaxResponseBytes, %d bytes", what, r.MaxResponse()),
	}
}

// Broken marks an error of reading or decoding as an answer that broke off, e.g. JSON that ends early: ErrUnavailable,
// tried again.
func Broken(err error) error {
	return &history.Error{Kind: history.ErrUnavailable, Message: "the answer broke off", Err: err}
}
