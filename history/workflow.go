// SPDX-License-Identifier: Apache-2.0

package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"strings"
	"time"
)

// Workflow is one workflow (FnF: flow), as a provider's list of them describes it. A time is zero when it is not known.
type Workflow struct {
	Ref                   // without an Execution; ExecutionQuery{Workflow: w.Workflow} reads its executions
	Name        string    `json:"name,omitempty"`        // for people; FnF Name, the same as Ref.Workflow; AOM name, while Ref.Workflow is the id
	Description string    `json:"description,omitempty"` // FnF Description; AOM description
	Definition  string    `json:"definition,omitempty"`  // FnF Definition, as it is now
	CreatedBy   string    `json:"created_by,omitempty"`  // AOM create_by
	Created     time.Time `json:"created,omitzero"`      // UTC; FnF CreatedTime; AOM create_time
	Updated     time.Time `json:"updated,omitzero"`      // UTC; FnF LastModifiedTime; AOM update_time

	// What the list says about the newest execution. FnF's list says nothing about any.
	LastExecution string    `json:"last_execution,omitempty"` // its Ref.Execution; AOM last_execution_id
	LastStarted   time.Time `json:"last_started,omitzero"`    // UTC; AOM last_execution_start_time
	LastEnded     time.Time `json:"last_ended,omitzero"`      // UTC; AOM last_execution_end_time
	Status        Status    `json:"status,omitempty"`         // in words that are the same for every provider
	NativeStatus  string    `json:"native_status,omitempty"`  // the provider's own word; AOM status

	// Attributes holds the provider's fields that have no neutral home, by the provider's own names.
	Attributes map[string]string `json:"attributes,omitempty"`
	// Diagnostics say what is uncertain in what was read, with the codes of Diagnostic. None = whole.
	Diagnostics []Diagnostic `json:"diagnostics,omitempty"`
}

// WorkflowQuery asks for the workflows that a client can see, in the provider's order. The zero value asks for all.
type WorkflowQuery struct {
	NamePrefix string `json:"name_prefix,omitempty"` // of Workflow.Name; checked by the Client, no provider has such a filter
	OmitDetail bool   `json:"omit_detail,omitempty"` // leave Definition empty
	From       Cursor `json:"from,omitempty"`        // "" = from the beginning
	PageSize   int    `json:"page_size,omitempty"`   // a hint for one page, not a limit of the whole; 0 = the provider's largest; above that = that
	Prefetch   int    `json:"-"`                     // pages to read ahead; set by the Client from its options, whatever the caller put here
}

// Match reports whether a workflow passes the query's filters.
func (q WorkflowQuery) Match(w Workflow) bool { return strings.HasPrefix(w.Name, q.NamePrefix) }

// Fingerprint is a short text that is the same for queries with the same filters, for Position.Query. Without filters it
// is "".
func (q WorkflowQuery) Fingerprint() string {
	if q.NamePrefix == "" {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "workflows %q", q.NamePrefix))
	return hex.EncodeToString(sum[:6])
}

// A WorkflowLister is a Source that can say what workflows there are. Its duties are those of Source.ExecutionPages; a
// cursor's Position has neither a Workflow nor an Execution.
type WorkflowLister interface {
	Source
	// WorkflowPages reads the workflows from q.From, which is "" or a cursor of the source's own making for the same
	// query. It must push down or leave to the Client each filter, but never drop what passes.
	WorkflowPages(ctx context.Context, q WorkflowQuery) iter.Seq2[Page[Workflow], error]
}
