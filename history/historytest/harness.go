// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"net/http"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

// A Harness starts a fresh, empty Place for the suite to read from. It is called for each subtest; what it starts it
// ends with t.Cleanup.
type Harness func(t *testing.T) *Place

// Place is what a source under test reads from, as far as the suite must know it: a fake cloud, a script. The fields
// that are not marked as optional are required. The functions must be safe for concurrent use.
type Place struct {
	// Source makes a source that reads from the place, with the given options, of which the suite sets any. One that does
	// not speak HTTP uses what it can of them.
	Source func(*history.Options) history.Source

	// Client makes a client likewise. Optional: nil = history.NewClient around a Source.
	Client func(*history.Options) *history.Client

	// Load puts executions there, in the form in which the provider stores them, and with them their workflows, for a
	// source that lists those. One that is there already is replaced by a longer history of itself.
	Load func(...Record)

	// Requests is the number of requests so far. Optional when Wire is set: nil = those through Options.Transport.
	Requests func() int

	// Fail lets so many requests pass and answers so many after them, or with negative times all, with an error of this
	// kind in the provider's own words. Kinds that are asked for: ErrUnauthenticated, ErrPermission, ErrThrottled,
	// ErrUnavailable, ErrClockSkew.
	Fail func(kind history.Kind, after, times int)

	// Hang lets so many requests pass and answers none after them.
	Hang func(after int)

	// Clear ends what Fail, Hang and the functions below began.
	Clear func()

	// Empty makes the first page of the next walk over events empty, with a cursor to the page that it should have been.
	// Optional: nil = the provider does not page events, as Capabilities.EventPaging must say.
	Empty func()

	// Circle makes each page of events lead back to the first. Optional: nil = the provider does not page events, as
	// Capabilities.EventPaging must say.
	Circle func()

	// Wire is what can happen on the way to a provider. Optional: nil = there is no way, the source does not use
	// Options.Transport.
	Wire *Wire
}

// Wire is a place's way to its provider, over HTTP. An error that the provider answers with must then have its HTTPStatus,
// Code, RequestID and Attempts, and the source must do what Options says of its Logger, Observe, Limiter and
// MaxResponseBytes.
type Wire struct {
	// Cut breaks the bodies of so many answers, or with negative times of all, off behind so many bytes: the connection
	// ends. A shorter body stays whole.
	Cut func(bytes, times int)

	// HangBody sends so many bytes of each body and no more.
	HangBody func(bytes int)

	// Repeat makes each page of events but the first begin with so many items of the page before. Optional: nil = the
	// provider does not page events, as Capabilities.EventPaging must say.
	Repeat func(items int)

	// Secrets are the texts that must appear in no error and no log record: the key, its secret, the token, and the
	// signature of this request.
	Secrets func(*http.Request) []string
}

// Record is one execution in neutral words, for Place.Load: its events for providers that record events, and as
// Execution.Steps for those from whose steps events are derived.
//
// Of the execution the fields Workflow, Execution, Status, Started, Ended, Input, Output and Definition are set, as far
// as the provider has them; of its steps Name, Status, Started, Ended and Output.
type Record struct {
	Execution history.Execution
	Events    []history.Event // in order of ID
}
