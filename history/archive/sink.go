// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"context"

	"github.com/flowhistory/flowhistory/history"
)

// A Sink is where Sync puts records: a directory, a database, an object store. Dir is one.
type Sink interface {
	// Put stores records, all of one execution, and returns when they are durable: Sync goes on behind them then, also
	// after a crash. They come at least once, never less: those of a Put that failed, or whose success a crash kept from
	// being noted, come again. So of two records with one ID a sink keeps the later.
	//
	// Events come in order, a page in one Put, and the execution's own record in the last Put of a run, behind its events:
	// when it is there, they all are. One that has not ended comes again in a later run, with the events since.
	//
	// The records are the sink's own. Put is called from one goroutine at a time by each Sync.
	Put(ctx context.Context, records []Record) error
}

// Checkpoint is what Sync knows about an execution, or, of a Ref without an Execution, about the list of a workflow's
// executions. The zero value is that of one that was never read.
type Checkpoint struct {
	// From goes on behind what the sink has; "" = from the beginning.
	From history.Cursor `json:"from,omitempty"`
	// Done is true when nothing more will come, so that the execution is not read again.
	Done bool `json:"done,omitempty"`
	// Unended counts the runs in which the execution had ended and its events did not tell so.
	Unended int `json:"unended,omitempty"`
}

// A CheckpointStore keeps the checkpoints of Sync between runs. CheckpointFiles is one, Dir too. Several runs at once may
// use one store, but not for the same workflow of the same scope.
type CheckpointStore interface {
	// Load returns what was saved last, the zero value if nothing was. A checkpoint that was lost, or is older than what
	// the sink has, only costs another read.
	Load(ctx context.Context, ref history.Ref) (Checkpoint, error)
	// Save returns when the checkpoint is durable. One that is newer than what the sink has loses records, so Sync saves
	// behind Put.
	Save(ctx context.Context, ref history.Ref, c Checkpoint) error
}
