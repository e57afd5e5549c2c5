// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/flowhistory/flowhistory/history"
)

// errLocked is what lockFile returns for a file that another has locked.
var errLocked = errors.New("locked by another")

// lock keeps a second Sync away from the workflow, as far as the checkpoints or the sink are in files: two that add to one of
// these would cut off what the other had written.
func (s *syncer) lock(ctx context.Context) (unlock func(), err error) {
	type locker interface {
		lock(ctx context.Context, ref history.Ref, held []*os.File) (*os.File, error)
	}
	ref := history.Ref{Provider: s.client.Provider(), Scope: s.client.Scope(), Workflow: s.query.Workflow}
	var held []*os.File
	unlock = func() {
		for _, dir := range held {
			_ = dir.Close() // it was only locked
		}
	}
	for _, keeper := range []any{s.points, s.sink} {
		l, ok := keeper.(locker)
		if !ok {
			continue
		}
		dir, err := l.lock(ctx, ref, held)
		if err != nil {
			unlock()
			return nil, err
		}
		if dir != nil {
			held = append(held, dir)
		}
	}
	return unlock, nil
}

// lock locks the directory of a workflow until it is closed, unless it is one of those that are held: then it returns nil. The
// system takes the lock away with the process, so a crash leaves none.
func (c *CheckpointFiles) lock(ctx context.Context, ref history.Ref, held []*os.File) (*os.File, error) {
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
	if slices.ContainsFunc(held, func(other *os.File) bool { return same(f, other) }) {
		return nil, f.Close()
	}
	// Other errors are those of file systems without locks, where it stays the caller's to run one Sync at a time.
	if err := lockFile(f); errors.Is(err, errLocked) {
		_ = f.Close() // it was not used
		return nil, &history.Error{Provider: ref.Provider, Scope: ref.Scope, Op: "archive", Kind: history.ErrUnavailable,
			Message: fmt.Sprintf("another Sync is at work in %s; run this one when it has ended", name)}
	}
	c.forget(ref)
	return f, nil
}

// same reports whether both are one file, whatever names they were opened by.
func same(f, g *os.File) bool {
	a, errA := f.Stat()
	b, errB := g.Stat()
	return errA == nil && errB == nil && os.SameFile(a, b)
}
