// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/flowhistory/flowhistory/history"
)

// checkpointFile is a name that no execution's file has.
const checkpointFile = "checkpoints.sync"

// CheckpointFiles keeps checkpoints in files, one for each workflow at provider/scope/workflow/checkpoints.sync. A Save
// adds a line; when most lines have become old the file is replaced. It keeps the checkpoints of the workflows that it was
// asked for in memory, about 300 bytes for each execution; each Sync reads its workflow's anew. It is safe for concurrent use.
//
// A line that cannot be read, torn by a crash or damaged, is left out: what it said is read again and not lost.
type CheckpointFiles struct {
	root string
	disk disk

	mu    sync.Mutex
	known map[string]*journal // by file
}

var _ CheckpointStore = (*CheckpointFiles)(nil)

// NewCheckpointFiles keeps checkpoints below a directory; it need not exist before the first Save.
func NewCheckpointFiles(root string) *CheckpointFiles {
	return &CheckpointFiles{root: root}
}

// journal is the content of one file.
type journal struct {
	latest map[string]Checkpoint // by execution, "" for the list
	lines  int                   // in the file, its old ones included
}

// journalLine is one saved checkpoint. A field that is not known is ignored, so that the form may grow.
type journalLine struct {
	Execution string `json:"execution,omitempty"`
	Checkpoint
}

// Load implements CheckpointStore.
func (c *CheckpointFiles) Load(ctx context.Context, ref history.Ref) (Checkpoint, error) {
	if err := ctx.Err(); err != nil {
		return Checkpoint{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	j, err := c.journal(c.file(ref))
	if err != nil {
		return Checkpoint{}, err
	}
	return j.latest[ref.Execution], nil
}

// Save implements CheckpointStore. One that is there already is not written again.
func (c *CheckpointFiles) Save(ctx context.Context, ref history.Ref, point Checkpoint) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	name := c.file(ref)
	j, err := c.journal(name)
	if err != nil || j.latest[ref.Execution] == point {
		return err
	}
	text, err := json.Marshal(journalLine{ref.Execution, point})
	if err != nil {
		return fmt.Errorf("archive: %s: %w", name, err)
	}
	if err := c.disk.appendTo(name, nil, append(text, '\n')); err != nil {
		return fmt.Errorf("archive: %s: %w", name, err)
	}
	j.latest[ref.Execution] = point
	j.lines++
	if j.lines < 2*len(j.latest)+100 {
		return nil
	}
	if err := c.disk.replace(name, j.write); err != nil {
		return fmt.Errorf("archive: %s: %w", name, err)
	}
	j.lines = len(j.latest)
	return nil
}

// forget lets the checkpoints of a workflow be read from their file again: others may have removed or changed it since.
func (c *CheckpointFiles) forget(ref history.Ref) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.known, c.file(ref))
}

func (c *CheckpointFiles) file(ref history.Ref) string {
	return filepath.Join(workflowDir(c.root, ref), checkpointFile)
}

// journal is the content of a file, read when it is asked for first. The caller holds the lock.
func (c *CheckpointFiles) journal(name string) (*journal, error) {
	if j, ok := c.known[name]; ok {
		return j, nil
	}
	j := &journal{latest: map[string]Checkpoint{}}
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("archive: %w", err)
	}
	for text := range bytes.Lines(text) {
		var l journalLine
		if j.lines++; json.Unmarshal(text, &l) == nil {
			j.latest[l.Execution] = l.Checkpoint
		}
	}
	if c.known == nil {
		c.known = map[string]*journal{}
	}
	c.known[name] = j
	return j, nil
}

// write writes the checkpoints that are not old.
func (j *journal) write(to io.Writer) error {
	w := bufio.NewWriter(to)
	encoder := json.NewEncoder(w)
	for _, execution := range slices.Sorted(maps.Keys(j.latest)) {
		if err := encoder.Encode(journalLine{execution, j.latest[execution]}); err != nil {
			return err
		}
	}
	return w.Flush()
}
