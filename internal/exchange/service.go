// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"net/http"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Service is what an Exchange must know of a cloud. Its functions must be safe for concurrent use.
type Service struct {
	Provider string // history.Error.Provider of every failure
	Scope    string // history.Error.Scope of every failure

	// Quotas are the cloud's own limits, per operation. An operation that is missing has no limit.
	Quotas map[string]Quota

	// Secrets are strings that must never get out, whatever the request: static keys. The secrets of one request belong
	// into Signed.
	Secrets []string

	// Fail classifies an answer that is neither 2xx nor 3xx, by its body first and its status second. It fills Kind, Code,
	// Message and what else the body tells; RequestID, HTTPStatus and RetryAfter are taken from the status and the headers
	// where it leaves them empty. A RetryAfter of the cloud's own headers is for Fail to read; the standard Retry-After
	// header is not. nil, and a result that is nil or has no Kind, is classified by StatusKind.
	Fail func(Answer) *history.Error

	// RequestID reads the cloud's id of the request from the headers, "" if there is none. nil: no header has it.
	RequestID func(http.Header) string
}

// Quota is a token bucket: Burst requests at once, then PerSecond. The zero Quota is no limit.
type Quota struct {
	Burst     int
	PerSecond float64
}

// Call is one exchange: how to ask and how to read the answer.
type Call struct {
	// Op is the cloud's operation, e.g. "GetExecutionHistory": for errors, logs and the quota.
	Op string

	// Target is what the call is about, e.g. the execution: while the service is failing, calls whose target failed less
	// are tried first. "" = the operation as a whole. It is not sent anywhere.
	Target string

	// Hold is how long the cloud was asked to hold its answer back (a long poll). The wait for the headers is longer by it.
	Hold time.Duration

	// Sign builds and signs a new request. It is called once for each attempt, after the wait for the rate limit.
	//
	// It may ask for credentials, do I/O and take its time: it runs on a goroutine of its own, and when ctx ends, Do
	// returns without it. Its panics become errors. An error ends the exchange as ErrUnauthenticated, unless it is a
	// *history.Error, which keeps its Kind, or has a method Retryable() bool that returns true: those are tried again.
	// It may return Secrets beside an error, to have them taken out of its text; out of a panic's text go Service.Secrets
	// and those of earlier attempts.
	//
	// The request must not have an Accept-Encoding: the transport asks for gzip and undoes it.
	Sign func(ctx context.Context) (Signed, error)

	// Read reads a 2xx answer. It is called for each attempt that gets one, so it may be called again after it failed.
	// It runs on the goroutine of Do, may run long and may hand what it reads to a consumer as it goes: only the time in
	// which a read of the body blocks counts against the attempt's time-out.
	//
	// It returns nil when it is done, and ErrStop when it does not want the rest. What its errors become:
	//
	//   - a *history.Error keeps its Kind, and is tried again if the Kind is retryable;
	//   - an error after the body broke, io.ErrUnexpectedEOF, a net.Error and Broken are ErrUnavailable, tried again;
	//   - everything else is ErrDecode, not tried again.
	Read func(ctx context.Context, r *Reply) error
}

// Signed is a request that is ready to be sent, once.
type Signed struct {
	// Request is sent under a context of the exchange; its own is not used.
	Request *http.Request
	// Secrets are the strings of this request that must not get out: key id, signature, token, nonce. They are taken out
	// of all texts, also in their escaped forms. Strings of fewer than four bytes are left alone, they would hit words.
	Secrets []string
}

// Answer is an answer that is not a success, for Service.Fail.
type Answer struct {
	Op     string // Call.Op
	Status int
	Header http.Header
	Body   []byte // its first 64 KiB; it may be cut or empty
}
