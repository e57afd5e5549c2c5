// SPDX-License-Identifier: Apache-2.0

package history

import (
	"context"
	"iter"
	"time"
)

// A Source reads histories from one place: a cloud account in a region, a file, a script in a test. Programs use it
// through a Client, which adds what is the same for every source: checks of queries and cursors, filters, the shape of
// errors, reading ahead.
//
// A source checks names, speaks the wire, signs, retries, limits its rate, decodes and cuts pages. It must be safe for
// concurrent use. Its methods do no I/O before their sequence is ranged over, keep a sequence's state inside the range,
// honour the context, leave no goroutine behind when the loop is left (also by a panic), and end with at most one error,
// which comes without items. Errors should be *Error; a plain one becomes ErrUnknown. The conformance suite of historytest
// checks all of that but the quotas of the provider.
//
// What Options promises is therefore the source's own work: retries, rate limits, the log, errors without secrets. A Client
// adds none of it. For the clouds of this module internal/exchange does it.
//
// A source around another one is a Waiter or a WorkflowLister only with these methods of its own, and says so with
// Capabilities.LongPoll and Workflows: an embedded Source passes on its Capabilities and hides the methods behind them.
// The Client's Capabilities leave out what is hidden.
type Source interface {
	// Provider is what Ref.Provider is of everything that the source reads, e.g. "alibaba". Never empty.
	Provider() string
	// Scope is what Ref.Scope is of everything that the source reads; it tells accounts and regions apart.
	Scope() string
	// Capabilities says what the source can do.
	Capabilities() Capabilities
	// Describe reads one execution's status, times, input and output with one call. Steps only if the same call brings them.
	Describe(ctx context.Context, ref Ref) (Execution, error)
	// ExecutionPages reads the executions of q.Workflow from q.From, which is "" or a cursor of the source's own making
	// for the same query. It must push down or leave to the Client each filter, but never drop what passes.
	ExecutionPages(ctx context.Context, q ExecutionQuery) iter.Seq2[Page[Execution], error]
	// EventPages reads the events of one execution from q.From, likewise. Each event once, in order of ID.
	EventPages(ctx context.Context, q EventQuery) iter.Seq2[Page[Event], error]
}

// Capabilities says what a source can do, for programs that offer only what works. New fields may be added; the zero
// value of each is "cannot" or "no limit".
type Capabilities struct {
	NativeEvents     bool `json:"native_events"`      // the provider records events; false = they are derived from steps
	Steps            bool `json:"steps"`              // executions come with their Steps
	EventPaging      bool `json:"event_paging"`       // the provider pages events; false = pages are cut from one answer
	ExecutionPaging  bool `json:"execution_paging"`   // the provider pages executions; false = pages are cut from one answer
	MaxEventPage     int  `json:"max_event_page"`     // largest useful EventQuery.PageSize; 0 = any
	MaxExecutionPage int  `json:"max_execution_page"` // largest useful ExecutionQuery.PageSize; 0 = any
	LongPoll         bool `json:"long_poll"`          // the provider can hold a call until an execution ends
	ReadsAhead       bool `json:"reads_ahead"`        // EventPages itself honours EventQuery.Prefetch (and the Client therefore does not)
	FilterStatus     bool `json:"filter_status"`      // the provider filters executions by one status
	FilterName       bool `json:"filter_name"`        // the provider filters executions by a prefix of the name
	FilterStarted    bool `json:"filter_started"`     // the provider filters executions by their start
	Workflows        bool `json:"workflows"`          // the source is a WorkflowLister: Client.Workflows works
	MaxWorkflowPage  int  `json:"max_workflow_page"`  // largest useful WorkflowQuery.PageSize; 0 = any
}

// A Waiter is a Source that can wait for the end of an execution with one long call instead of many short ones.
type Waiter interface {
	Source
	// Wait is Describe, held back by the provider until the execution has ended or d has passed, whatever comes first.
	// A d beyond what the provider can hold is shortened to that.
	Wait(ctx context.Context, ref Ref, d time.Duration) (Execution, error)
}
