// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

// A second Sync of a workflow is refused while one is at work, wherever each keeps its checkpoints: two that add to one file
// would cut off what the other had written.
func TestSyncsKeepOffEachOther(t *testing.T) {
	t.Parallel()
	root, checkpoints := t.TempDir(), t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(root, link); err != nil {
		t.Fatal(err)
	}
	client, q := history.NewClient(script(4), nil), history.ExecutionQuery{Workflow: workflow}
	second := map[string]error{}
	try := func(name, dir string, store archive.CheckpointStore) {
		_, second[name] = archive.Sync(t.Context(), client, q, archive.NewDir(dir), &archive.SyncOptions{Checkpoints: store})
	}
	within := func(store archive.CheckpointStore) *archive.SyncOptions {
		return &archive.SyncOptions{Checkpoints: store, Progress: func(archive.Progress) {
			try("the same", root, nil)
			try("through a link", link, nil)
			try("with checkpoints elsewhere", root, archive.NewCheckpointFiles(checkpoints))
			try("with checkpoints of its own", root, archive.NewCheckpointFiles(filepath.Join(checkpoints, "other")))
		}}
	}
	for name, opts := range map[string]*archive.SyncOptions{
		"one directory":                 within(nil),
		"a store of the same directory": within(archive.NewCheckpointFiles(link)),
		"a store of files in another":   within(archive.NewCheckpointFiles(checkpoints)),
	} {
		clear(second)
		if _, err := archive.Sync(t.Context(), client, q, archive.NewDir(root), opts); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for other, err := range second {
			if !errors.Is(err, history.ErrUnavailable) {
				t.Errorf("%s, and another %s: error %v, want ErrUnavailable", name, other, err)
			}
		}
		if len(second) != 4 {
			t.Errorf("%s: %d were tried, want 4", name, len(second))
		}
	}
}

// What others did to the files between two runs counts, also for a Dir that lives on: checkpoints that were removed with the
// workflow's directory are gone.
func TestDirForgetsBetweenRuns(t *testing.T) {
	t.Parallel()
	root, client := t.TempDir(), history.NewClient(script(4, 2), nil)
	dir := archive.NewDir(root)
	for _, want := range []int{2, 0, 2} {
		if want == 2 {
			if err := os.RemoveAll(filepath.Join(root, "script")); err != nil {
				t.Fatal(err)
			}
		}
		counts, err := archive.Sync(t.Context(), client, history.ExecutionQuery{Workflow: workflow}, dir, nil)
		if err != nil || counts.Archived != want {
			t.Errorf("%d were archived, %v; want %d", counts.Archived, err, want)
		}
	}
	if files := content(t, root); len(files) != 2 {
		t.Errorf("the archive has %d files, want 2", len(files))
	}
}
