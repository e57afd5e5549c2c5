// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

func loaded(t *testing.T, root string, ref history.Ref) archive.Checkpoint {
	t.Helper()
	got, err := archive.NewCheckpointFiles(root).Load(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func saved(t *testing.T, c *archive.CheckpointFiles, ref history.Ref, point archive.Checkpoint) {
	t.Helper()
	if err := c.Save(t.Context(), ref, point); err != nil {
		t.Fatal(err)
	}
}

func TestCheckpointsAreKept(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	files := archive.NewCheckpointFiles(root)
	list := refOf("")
	want := map[history.Ref]archive.Checkpoint{
		list:       {From: "of the list"},
		refOf("a"): {From: "of a", Unended: 1},
		refOf("b"): {From: "of b", Done: true},
	}
	for ref, point := range want {
		saved(t, files, ref, archive.Checkpoint{From: "old"})
		saved(t, files, ref, point)
	}
	other := refOf("a")
	other.Workflow = "other"
	want[other], want[refOf("c")] = archive.Checkpoint{}, archive.Checkpoint{}
	for ref, point := range want {
		if diff := cmp.Diff(point, loaded(t, root, ref)); diff != "" {
			t.Errorf("%s: checkpoint mismatch (-want +got):\n%s", history.FormatRef(ref), diff)
		}
	}
}

func TestCheckpointFilesDoNotGrowWithoutEnd(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	files := archive.NewCheckpointFiles(root)
	for i := range 500 {
		saved(t, files, refOf(""), archive.Checkpoint{From: history.Cursor(fmt.Sprint("page ", i))})
		saved(t, files, refOf(fmt.Sprint("e", i%10)), archive.Checkpoint{Unended: i})
	}
	name := filepath.Join(root, "script", "test", "order-flow", "checkpoints.sync")
	text, err := os.ReadFile(name)
	if lines := strings.Count(string(text), "\n"); err != nil || lines > 130 {
		t.Errorf("the file has %d lines (error %v)", lines, err)
	}
	if got := loaded(t, root, refOf("")); got.From != "page 499" {
		t.Errorf("the checkpoint is %+v", got)
	}
	if got := loaded(t, root, refOf("e3")); got.Unended != 493 {
		t.Errorf("the checkpoint is %+v", got)
	}
	// What is there already is not written again.
	saved(t, files, refOf(""), archive.Checkpoint{From: "page 499"})
	if again, err := os.ReadFile(name); err != nil || len(again) != len(text) {
		t.Errorf("saved again the file has %d bytes (error %v), want %d", len(again), err, len(text))
	}
}

// A line that is torn or damaged costs a checkpoint and nothing else.
func TestDamagedCheckpoints(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	name := filepath.Join(root, "script", "test", "order-flow", "checkpoints.sync")
	saved(t, archive.NewCheckpointFiles(root), refOf("a"), archive.Checkpoint{Done: true})
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	damaged := "\x00\x00\n[]\n" + string(text) + `{"execution":"b","done":true`
	if err := os.WriteFile(name, []byte(damaged), 0o600); err != nil {
		t.Fatal(err)
	}
	for ref, want := range map[history.Ref]archive.Checkpoint{refOf("a"): {Done: true}, refOf("b"): {}} {
		if diff := cmp.Diff(want, loaded(t, root, ref)); diff != "" {
			t.Errorf("%s: checkpoint mismatch (-want +got):\n%s", ref.Execution, diff)
		}
	}
	saved(t, archive.NewCheckpointFiles(root), refOf("c"), archive.Checkpoint{From: "c"})
	if got := loaded(t, root, refOf("c")); got.From != "c" {
		t.Errorf("behind a torn line the checkpoint is %+v", got)
	}
}

func TestCheckpointsOnADeadContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	files := archive.NewCheckpointFiles(t.TempDir())
	if _, err := files.Load(ctx, refOf("a")); !errors.Is(err, context.Canceled) {
		t.Errorf("Load: %v", err)
	}
	if err := files.Save(ctx, refOf("a"), archive.Checkpoint{Done: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("Save: %v", err)
	}
}
