// SPDX-License-Identifier: Apache-2.0

package history

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// EventQuery asks for the events of one execution, in order of their IDs.
type EventQuery struct {
	Ref               // Workflow and Execution are required
	From       Cursor `json:"from,omitempty"`        // "" = from the beginning
	PageSize   int    `json:"page_size,omitempty"`   // a hint for one page, not a limit of the whole; 0 = the provider's largest; above that = that
	OmitDetail bool   `json:"omit_detail,omitempty"` // leave Event.Detail empty
	RequestID  string `json:"request_id,omitempty"`  // sent with each request (FnF RequestId); "" = the service makes one
	Prefetch   int    `json:"-"`                     // pages to read ahead; set by the Client from its options, whatever the caller put here
}

// ExecutionQuery asks for the executions of one workflow, in the provider's order. The zero value of each filter lets
// everything pass. Filters are pushed down to the provider where it has them, and always checked by the Client.
type ExecutionQuery struct {
	Workflow      string    `json:"workflow"`                // required; FnF flow name, AOM workflow id
	Status        []Status  `json:"status,omitempty"`        // any of
	NamePrefix    string    `json:"name_prefix,omitempty"`   // of Ref.Execution
	StartedAfter  time.Time `json:"started_after,omitzero"`  // at or after
	StartedBefore time.Time `json:"started_before,omitzero"` // before
	OmitDetail    bool      `json:"omit_detail,omitempty"`   // leave input, output, definition and the outputs of steps empty
	From          Cursor    `json:"from,omitempty"`          // "" = from the beginning
	PageSize      int       `json:"page_size,omitempty"`     // a hint for one page, not a limit of the whole; 0 = the provider's largest; above that = that
	Prefetch      int       `json:"-"`                       // pages to read ahead; set by the Client from its options, whatever the caller put here
}

// Match reports whether an execution passes the query's filters. An execution whose start is not known passes no
// StartedAfter or StartedBefore.
func (q ExecutionQuery) Match(e Execution) bool {
	switch {
	case len(q.Status) > 0 && !slices.Contains(q.Status, e.Status),
		!strings.HasPrefix(e.Execution, q.NamePrefix),
		!q.StartedAfter.IsZero() && (e.Started.IsZero() || e.Started.Before(q.StartedAfter)),
		!q.StartedBefore.IsZero() && (e.Started.IsZero() || !e.Started.Before(q.StartedBefore)):
		return false
	}
	return true
}

// Fingerprint is a short text that is the same for queries with the same filters, for Position.Query. What does not
// change which executions pass (OmitDetail, From, the page size) is not part of it; without filters it is "".
func (q ExecutionQuery) Fingerprint() string {
	if len(q.Status) == 0 && q.NamePrefix == "" && q.StartedAfter.IsZero() && q.StartedBefore.IsZero() {
		return ""
	}
	status := slices.Compact(slices.Sorted(slices.Values(q.Status)))
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %d %d", status, q.NamePrefix, stamp(q.StartedAfter), stamp(q.StartedBefore)))
	return hex.EncodeToString(sum[:6])
}

// stamp is 0 for the zero time and else its nanoseconds, so that equal instants in different zones are the same.
func stamp(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func (q EventQuery) check() error {
	switch {
	case q.Workflow == "":
		return invalid("query", "the query has no Workflow; set it to the flow's name (FnF) or the workflow's id (AOM)")
	case q.Execution == "":
		return invalid("query", "the query has no Execution; set it to the execution's name (FnF) or id (AOM)")
	}
	return checkPageSize(q.PageSize)
}

func (q ExecutionQuery) check() error {
	if q.Workflow == "" {
		return invalid("query", "the query has no Workflow; set it to the flow's name (FnF) or the workflow's id (AOM)")
	}
	if !q.StartedAfter.IsZero() && !q.StartedBefore.IsZero() && !q.StartedAfter.Before(q.StartedBefore) {
		return invalid("query", "the time range [%s, %s) is empty: StartedAfter must be before StartedBefore",
			q.StartedAfter.Format(time.RFC3339Nano), q.StartedBefore.Format(time.RFC3339Nano))
	}
	for _, s := range q.Status {
		if s != "" && !s.Known() {
			return invalid("query", "the status %q is not one; use pending, running, paused, succeeded, failed, timed_out or stopped, "+
				"or \"\" for words of the provider's that are not known", clip(string(s), 40))
		}
	}
	return checkPageSize(q.PageSize)
}

func checkPageSize(n int) error {
	if n < 0 {
		return invalid("query", "PageSize is %d; use 0 for the provider's largest page, or a positive number", n)
	}
	return nil
}

func invalid(op, format string, args ...any) error {
	return &Error{Op: op, Kind: ErrInvalid, Message: fmt.Sprintf(format, args...)}
}
