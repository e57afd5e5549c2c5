// SPDX-License-Identifier: Apache-2.0

package history

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Options sets how a cloud is talked to. It is the same for every cloud; nil and the zero value are good defaults.
// A client copies it: changing it later changes nothing. Its Source keeps to it, and the Client around that to
// what ClientOptions returns.
type Options struct {
	// Logger receives a record for each attempt that failed (Warn) and for each other one (Debug): operation, status,
	// duration, request id, how long it waited before it was sent; and one when requests begin to be held back, because
	// the service is out or throttles (Warn), and when it is back (Info). Never a URL's query, a header or a body.
	// nil = silent.
	Logger *slog.Logger

	// Transport sends the requests. nil = a transport of the client's own: TLS 1.2 at least, connections kept, the
	// proxy variables honoured. One that is given is used as it is and never closed; what it prints or returns about a
	// request is scrubbed of secrets before it goes into an error.
	Transport http.RoundTripper

	Retry     Retry     // how often and how patiently failed requests are made again, and how many in all
	RateLimit RateLimit // how the client keeps to the provider's quotas

	// PollInterval is how long Follow and Wait pause between two reads that found nothing new. 0 = 2 s; more
	// than a day is a day. It grows to 15 s.
	PollInterval time.Duration

	// Prefetch is how many pages Events, Executions and Workflows, also page by page, may read ahead of the consumer.
	// 0 = none; more than 1000 is 1000. Pages are read in parallel where the provider's cursors can be foretold (FnF's events):
	// up to Prefetch + 1 at once. A short history may cost two requests too many then, with a Prefetch of 1 one; one of many
	// small pages up to Prefetch.
	Prefetch int

	// MaxResponseBytes bounds what is read into memory at once: an answer of FnF, one execution of an AOM answer.
	// 0 = 128 MiB, which is twice FnF's largest documented page. Beyond it the error is ErrTooLarge.
	MaxResponseBytes int64

	// Observe is called after each HTTP attempt, on the goroutine that made it; for metrics. It must not block.
	Observe func(context.Context, Call)
}

// ClientOptions are those of the options that concern the Client around a source: the constructor of a cloud ends with
// NewClient(src, opts.ClientOptions()). Those of nil are nil.
func (o *Options) ClientOptions() *ClientOptions {
	if o == nil {
		return nil
	}
	return &ClientOptions{Logger: o.Logger, PollInterval: o.PollInterval, Prefetch: o.Prefetch}
}

// Retry sets how often and how patiently a failed request is made again. Only what may succeed on its own is: throttling,
// a broken connection, a time-out, a 5xx, an answer that broke off.
type Retry struct {
	// Max is the number of attempts after the first, counted without progress in between. 0 = 4; negative = none.
	Max int
	// Budget bounds the retries of a client as a whole: that many, and half a one for each request that succeeds; a retry
	// that succeeds is free. 0 = 10; negative = no bound.
	//
	// When they are used up, one retry goes out every 2.5 to 20 MinWaits (0.5 to 4 s by default, less often with each,
	// never further apart than MaxWait) and the others wait. When so many requests of the client as Budget says failed in
	// a row, the service is taken to be out: first attempts wait too, until one request succeeds. So at most two requests
	// a second go out while a service is out, with the defaults, however many goroutines use the client. A wait of MaxWait
	// without a request is a failed attempt, ErrUnavailable; a call whose deadline comes before the next request fails at
	// once. Answers that are final, like not found, are successes here: the service is there.
	Budget int
	// MinWait and MaxWait bound the wait between attempts, which doubles and is drawn at random between 0 and the bound
	// (full jitter). 0 = 200 ms and 20 s. A Retry-After that the provider sends is honoured up to MaxWait, by all
	// requests of the client for the same operation. No wait goes beyond the deadline of the caller's context: the call
	// fails at once, matching context.DeadlineExceeded.
	MinWait, MaxWait time.Duration
	// AttemptTimeout is how long one attempt may take until its headers are there, and then how long one read of its
	// body may block. A consumer that takes its time does not count. 0 = 30 s; negative = none.
	AttemptTimeout time.Duration
}

// RateLimit keeps the client below the provider's quotas, so that throttling is the exception. The zero value is the
// documented quotas of each operation, for one client: all that one client reads shares them.
//
// The quotas are the ceiling. When the provider throttles an operation all the same, because others use the account too, its
// rate is halved, to 0.5 requests a second at least, and grows back to the quota in 30 s at most.
type RateLimit struct {
	// Off turns the client's own limits off, and with them that they adapt; a Limiter counts all the same, and so does a
	// Retry-After.
	Off bool
	// Share is the part of every quota that this client may use, greater than 0 and up to 1, for several processes or
	// clients on one account. 0 = 1.
	Share float64
	// Limiter, if set, replaces the client's own limiters: it is asked for each request's operation and may return one
	// limiter shared by several clients, or nil for no limit. golang.org/x/time/rate.Limiter is one. It is used as it is:
	// its rate does not adapt.
	Limiter func(operation string) Limiter
}

// Limiter lets requests pass at a certain rate. It must be safe for concurrent use.
type Limiter interface {
	// Wait returns nil when a request may go out, and an error as soon as the context ends or cannot be met.
	Wait(context.Context) error
}

// Call describes one HTTP attempt, for Options.Observe.
type Call struct {
	Provider  string        // as in Ref
	Scope     string        // as in Ref
	Op        string        // the provider's operation
	Attempt   int           // 1 for the first
	Status    int           // HTTP status, 0 if no answer came
	RequestID string        // the provider's, "" if it sent none
	Waited    time.Duration // before the request: for the rate limit, a Retry-After of another call, the retry budget
	Duration  time.Duration // from the request to the end of its body, the consumer's own time included
	Bytes     int64         // of the body, decompressed
	Err       error         // what the attempt failed with, nil if it succeeded
	Retry     bool          // whether it is made again
}

// ClientOptions sets what a Client does on top of its Source. nil and the zero value are good defaults.
type ClientOptions struct {
	// Logger receives a record (Debug) for each page: how many items it brought and how many passed the filters. nil =
	// silent.
	Logger *slog.Logger
	// PollInterval: see Options.PollInterval. Negative is the default.
	PollInterval time.Duration
	// Prefetch: see Options.Prefetch. Negative is none.
	Prefetch int
}
