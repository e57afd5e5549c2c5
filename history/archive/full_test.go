// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

var errFull = errors.New("no space left")

// filling is a disk that takes so many bytes more.
func filling(left int) disk {
	return disk{write: func(f *os.File, text []byte) (int, error) {
		n, err := f.Write(text[:min(len(text), left)])
		left -= n
		if err == nil && n < len(text) {
			err = errFull
		}
		return n, err
	}}
}

func tree(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == checkpointFile {
			return err
		}
		text, err := os.ReadFile(name)
		files[entry.Name()] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A disk that becomes full at any byte stops Sync with whole files and whole lines, and with space Sync goes on.
func TestSyncStopsAtAFullDisk(t *testing.T) {
	t.Parallel()
	src := &historytest.Source{PageSize: 2}
	for _, name := range []string{"a", "b"} {
		src.Add(history.Execution{Ref: history.Ref{Workflow: "w", Execution: name}, Status: history.Succeeded},
			history.Event{Type: "T"}, history.Event{Type: "T"}, history.Event{Type: "T"}, history.Event{Type: history.ExecutionSucceeded})
	}
	client, q := history.NewClient(src, nil), history.ExecutionQuery{Workflow: "w"}
	whole := t.TempDir()
	if _, err := Sync(t.Context(), client, q, NewDir(whole), nil); err != nil {
		t.Fatal(err)
	}
	want := tree(t, whole)
	for size := 0; ; size += 61 {
		root := t.TempDir()
		dir := NewDir(root)
		dir.disk = filling(size)
		_, err := Sync(t.Context(), client, q, dir, nil)
		if err == nil {
			return
		}
		if !errors.Is(err, errFull) {
			t.Fatalf("%d bytes: the error is %v", size, err)
		}
		if _, err := Open(root, nil); err != nil {
			t.Fatalf("%d bytes: what was written cannot be read: %v", size, err)
		}
		for name, text := range tree(t, root) {
			if text != "" && !strings.HasSuffix(text, "\n") || strings.HasSuffix(name, suffix) && text != want[name] {
				t.Fatalf("%d bytes: %s holds\n%s", size, name, text)
			}
		}
		dir.disk = disk{} // the same Dir goes on when there is space
		if _, err := Sync(t.Context(), client, q, dir, nil); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, tree(t, root)); diff != "" {
			t.Fatalf("%d bytes: the archive mismatch (-want +got):\n%s", size, diff)
		}
	}
}
