// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/flowhistory/flowhistory/history"
)

// Dir is an archive in a directory, one file for each execution, and a CheckpointStore beside it. The package comment has
// the layout. Files of executions are replaced as a whole, so that a reader sees the old or the new one, and a crash at any
// point leaves either; with equal records they are equal to the byte, however often Sync was interrupted.
//
// An error of the file system (a full disk) stops a Put with what was there before intact; the same Put can be made again.
// A damaged file is not added to: the error is a *LineError. Remove the workflow's directory, or the file and
// checkpoints.sync, and it is read anew.
//
// Different workflows may be synced at once, also by several processes; one workflow by one at a time. Where the system
// can lock directories (not on Windows), a second Sync of the same workflow is refused with ErrUnavailable.
type Dir struct {
	CheckpointFiles
}

var (
	_ Sink            = (*Dir)(nil)
	_ CheckpointStore = (*Dir)(nil)
)

// NewDir makes an archive in a directory; it need not exist before the first Put.
func NewDir(root string) *Dir {
	return &Dir{CheckpointFiles: CheckpointFiles{root: root}}
}

// Put implements Sink. Until an execution's own record comes its events are kept in a file that ends in .part.
func (d *Dir) Put(ctx context.Context, records []Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(records) == 0 {
		return nil
	}
	ref := records[0].Ref()
	var lines bytes.Buffer
	whole := false
	for _, r := range records {
		if r.Ref() != ref {
			return invalid("one Put has records of %s and of %s; want those of one execution", history.FormatRef(ref), history.FormatRef(r.Ref()))
		}
		text, err := r.encode()
		if err != nil {
			return err
		}
		lines.Write(text)
		whole = whole || r.Execution != nil
	}
	name := filepath.Join(workflowDir(d.root, ref), fileName(ref.Execution)+suffix)
	var err error
	if whole {
		err = d.merge(name, ref, lines.Bytes())
	} else {
		err = d.disk.appendTo(part(name), firstLine(0), lines.Bytes())
	}
	if err != nil {
		return fmt.Errorf("archive: %s: %w", name, err)
	}
	return nil
}

// part is where events are kept until their execution comes.
func part(name string) string { return name + ".part" }

// merge replaces an execution's file by what it had, what was collected since, and these lines.
func (d *Dir) merge(name string, ref history.Ref, lines []byte) error {
	m := merger{ref: ref, events: map[int64]lineAt{}}
	defer m.close()
	if err := errors.Join(m.file(name, false), m.file(part(name), true)); err != nil {
		return err
	}
	if err := m.lines(append(firstLine(0), lines...)); err != nil {
		return err
	}
	if err := d.disk.replace(name, m.write); err != nil {
		return err
	}
	if err := os.Remove(part(name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
