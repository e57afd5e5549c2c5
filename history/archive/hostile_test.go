// SPDX-License-Identifier: Apache-2.0

//go:build unix

package archive_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

// fileOf is the file of a script's execution.
func fileOf(root, name string) string {
	return filepath.Join(root, "script", "test", workflow, name+".jsonl")
}

// Details may hold secrets: whatever is written is its owner's alone, also what a run in a hurry left behind.
func TestFilesAreTheOwnersAlone(t *testing.T) {
	t.Parallel()
	root := filepath.Join(t.TempDir(), "new")
	put(t, archive.NewDir(root), refOf("whole"), 1, 0)
	put(t, archive.NewDir(root), refOf("part"), 1)
	saved(t, archive.NewCheckpointFiles(root), refOf("whole"), archive.Checkpoint{Done: true})
	if err := os.WriteFile(fileOf(root, "left")+".tmp", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	put(t, archive.NewDir(root), refOf("left"), 1, 0)
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has the mode %s", name, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDirNamesNoDeviceAndNothingTooLong(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	long := strings.Repeat("é", 150)
	for _, name := range []string{"CON", "con", "%43ON", "LPT1", "LPT", long + "1", long + "2"} {
		put(t, archive.NewDir(root), refOf(name), 0)
	}
	got := map[string]bool{}
	for name := range content(t, root) {
		if name = filepath.Base(name); len(name) > 220 {
			t.Errorf("a file's name has %d bytes: %s", len(name), name)
		} else if len(name) < 100 {
			got[name] = true
		}
	}
	want := map[string]bool{"%43ON.jsonl": true, "%63on.jsonl": true, "%2543ON.jsonl": true, "%4CPT1.jsonl": true, "LPT.jsonl": true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files mismatch (-want +got):\n%s", diff)
	}
	if got := len(content(t, root)); got != 7 {
		t.Errorf("there are %d files, want 7", got)
	}
}

// A file that was cut short is not quietly written again without what it lost; one that only lost its last end of line is whole.
func TestDirAddsToNoTruncatedFile(t *testing.T) {
	t.Parallel()
	whole, root := t.TempDir(), t.TempDir()
	put(t, archive.NewDir(whole), refOf("e"), 1, 2, 3, 0)
	put(t, archive.NewDir(root), refOf("e"), 1, 2, 0)
	text, err := os.ReadFile(fileOf(root, "e"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(fileOf(root, "e"), text[:len(text)-9], 0o600); err != nil {
		t.Fatal(err)
	}
	err = archive.NewDir(root).Put(t.Context(), []archive.Record{about(refOf("e"), 3), about(refOf("e"), 0)})
	if _, ok := errors.AsType[*archive.LineError](err); !ok {
		t.Errorf("a truncated file: the error is %v, want a LineError", err)
	}
	if err := os.WriteFile(fileOf(root, "e"), text[:len(text)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	put(t, archive.NewDir(root), refOf("e"), 3, 0)
	if diff := cmp.Diff(content(t, whole), content(t, root)); diff != "" {
		t.Errorf("files mismatch (-want +got):\n%s", diff)
	}
}

func TestReadingBehindAByteOrderMark(t *testing.T) {
	t.Parallel()
	text := written(t, archive.Policy{}, sample()...)
	if diff := cmp.Diff(records(t, text), records(t, "\ufeff"+text)); diff != "" {
		t.Errorf("records mismatch (-want +got):\n%s", diff)
	}
}

func TestLineErrorsAreShort(t *testing.T) {
	t.Parallel()
	text := head + `{"id":"` + strings.Repeat("é", 1<<16) + `","execution":{"provider":"p","workflow":"w","execution":"e"}}` + "\n"
	_, err := history.Collect(archive.Records(strings.NewReader(text), "test", nil))
	if damage, ok := errors.AsType[*archive.LineError](err); !ok || len(damage.Reason) > 410 {
		t.Errorf("the error has %d bytes: %.200v", len(damage.Reason), err)
	}
}

// What could not be read back is not written.
func TestWriterRefusesNamesThatAreNotUTF8(t *testing.T) {
	t.Parallel()
	ref := refOf("a\xff")
	err := archive.NewWriter(io.Discard, archive.Policy{}).WriteEvent(history.Event{Ref: ref, ID: 1})
	if !errors.Is(err, history.ErrInvalid) {
		t.Errorf("the error is %v", err)
	}
}

func TestOpenRefusesWhatIsNoRegularFile(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.Symlink(os.DevNull, filepath.Join(root, "a.jsonl")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{root, os.DevNull} {
		if _, err := archive.Open(name, nil); err == nil || !strings.Contains(err.Error(), "no regular file") {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

// A checkpoint that says of another execution that it is whole is not believed.
func TestSyncBelievesNoCheckpointOfAnother(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	other := history.NewCursor(history.Position{Ref: refOf("another"), LastEvent: 2, End: true})
	saved(t, archive.NewCheckpointFiles(root), refOf("order-000"), archive.Checkpoint{From: other, Done: true})
	if got := sync(t, script(1), root, nil); got.Archived != 1 || got.Skipped != 0 {
		t.Errorf("counts: %+v", got)
	}
}

// A second Sync of a workflow is refused while the first is at work, and not behind it.
func TestSyncsOfOneWorkflowAreOneAtATime(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	var second error
	sync(t, script(1), root, &archive.SyncOptions{Progress: func(archive.Progress) {
		_, second = archive.Sync(t.Context(), history.NewClient(script(1), nil), history.ExecutionQuery{Workflow: workflow}, archive.NewDir(root), nil)
	}})
	if !errors.Is(second, history.ErrUnavailable) || !strings.Contains(second.Error(), root) {
		t.Errorf("the second Sync's error is %v", second)
	}
	if got := sync(t, script(1), root, nil); got.Skipped != 1 {
		t.Errorf("behind it: %+v", got)
	}
}

func TestSyncTellsWhyItWasCancelled(t *testing.T) {
	t.Parallel()
	cause := errors.New("shutting down")
	ctx, cancel := context.WithCancelCause(t.Context())
	opts := &archive.SyncOptions{Progress: func(archive.Progress) { cancel(cause) }}
	_, err := archive.Sync(ctx, history.NewClient(script(7), nil), history.ExecutionQuery{Workflow: workflow}, archive.NewDir(t.TempDir()), opts)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, cause) {
		t.Errorf("the error is %v, want one that is both Canceled and the cause", err)
	}
}
