// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/flowhistory/flowhistory/history"
)

// errLocked is what lockFile returns for a file that another has locked.
var errLocked = errors.New("locked by another")

// lock keeps a second Sync away from the workflow, if the store of checkpoints or else the sink is in files.
func (s *syncer) lock(ctx context.Context) (unlock func(), err error) {
	type locker interface {
		lock(ctx context.Context, ref history.Ref) (unlock func(), err error)
	}
	l, ok := s.points.(locker)
	if !ok {
		l, ok = s.sink.(locker)
	}
	if !ok {
		return func() {}, nil
	}
	return l.lock(ctx, history.Ref{Provider: s.client.Provider(), Scope: s.client.Scope(), Workflow: s.query.Workflow})
}

// lock locks the directory of a workflow. The system takes the lock away with the process, so a crash leaves none.
func (c *CheckpointFiles) lock(ctx context.Context, ref history.Ref) (unlock func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	name := workflowDir(c.root, ref)
	if err := makeDir(name); err != nil {
		return nil, fmt.Errorf("archive: %s: %w", name, err)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("archive: %w", err)
	}
	// Other errors are those of file systems without locks, where it stays the caller's to run one Sync at a time.
	if err := lockFile(f); errors.Is(err, errLocked) {
		_ = f.Close() // it was not used
		return nil, &history.Error{Provider: ref.Provider, Scope: ref.Scope, Op: "archive", Kind: history.ErrUnavailable,
			Message: fmt.Sprintf("another Sync is at work in %s; run this one when it has ended", name)}
	}
	return func() { _ = f.Close() }, nil
}
