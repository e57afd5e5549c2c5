// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

// about is a record of an execution, or with an id of an event.
func about(ref history.Ref, id int64) archive.Record {
	if id == 0 {
		return archive.Record{Execution: &history.Execution{Ref: ref}}
	}
	e := event(int(id), history.TaskScheduled)
	e.Ref = ref
	return archive.Record{Event: &e}
}

func put(t *testing.T, sink archive.Sink, ref history.Ref, ids ...int64) {
	t.Helper()
	var list []archive.Record
	for _, id := range ids {
		list = append(list, about(ref, id))
	}
	if err := sink.Put(t.Context(), list); err != nil {
		t.Fatal(err)
	}
}

// refOf is the reference of a script's execution.
func refOf(name string) history.Ref {
	return history.Ref{Provider: "script", Scope: "test", Workflow: workflow, Execution: name}
}

// What comes twice, late or in another order ends in the same file.
func TestDirHoldsEachRecordOnce(t *testing.T) {
	t.Parallel()
	ref := refOf("e")
	whole := t.TempDir()
	put(t, archive.NewDir(whole), ref, 1, 2, 3, 4, 5, 0)
	for name, puts := range map[string][][]int64{
		"in pages":            {{1, 2}, {3}, {4, 5, 0}},
		"with an empty Put":   {{1, 2, 3}, {}, {4, 5}, {0}},
		"the last page twice": {{1, 2}, {3, 4, 5}, {3, 4, 5}, {0}},
		"in two runs":         {{1, 2, 0}, {3}, {4, 5, 0}},
		"all of it twice":     {{1, 2, 3, 4, 5, 0}, {1, 2, 3}, {4, 5, 0}},
		"late":                {{1, 4, 5, 0}, {2, 3}, {0}},
	} {
		dir := t.TempDir()
		for _, p := range puts {
			put(t, archive.NewDir(dir), ref, p...)
		}
		if diff := cmp.Diff(content(t, whole), content(t, dir)); diff != "" {
			t.Errorf("%s: files mismatch (-want +got):\n%s", name, diff)
		}
	}
}

// A line that a crash tore is cut off, a first line too.
func TestDirMendsTornFiles(t *testing.T) {
	t.Parallel()
	ref := refOf("e")
	whole := t.TempDir()
	put(t, archive.NewDir(whole), ref, 1, 2, 0)
	for _, torn := range []string{"", `{"archive":`, head, head + first[:len(first)-1]} {
		for _, next := range [][][]int64{{{1}, {2, 0}}, {{1, 2, 0}}} {
			dir := t.TempDir()
			file := filepath.Join(dir, "script", "test", "order-flow", "e.jsonl.part")
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(torn), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, p := range next {
				put(t, archive.NewDir(dir), ref, p...)
			}
			if diff := cmp.Diff(content(t, whole), content(t, dir)); diff != "" {
				t.Errorf("behind %q: files mismatch (-want +got):\n%s", torn, diff)
			}
		}
	}
}

func TestDirNamesFilesForEveryFileSystem(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"plain-Name_1", "a/b", "..", "a.b", "%", "a%2Fb", "é"} {
		put(t, archive.NewDir(dir), history.Ref{Provider: "p", Scope: "region/project", Workflow: "w", Execution: name}, 0)
	}
	put(t, archive.NewDir(dir), history.Ref{Provider: "p", Workflow: "w", Execution: "e"}, 0)
	got := map[string]bool{}
	for name := range content(t, dir) {
		got[name] = true
	}
	want := map[string]bool{"p/%/w/e.jsonl": true}
	for _, name := range []string{"plain-Name_1", "a%2Fb", "%2E%2E", "a%2Eb", "%25", "a%252Fb", "%C3%A9"} {
		want["p/region%2Fproject/w/"+name+".jsonl"] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files mismatch (-want +got):\n%s", diff)
	}
}

func TestDirRefuses(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	dir := archive.NewDir(root)
	if err := dir.Put(t.Context(), []archive.Record{about(refOf("a"), 1), about(refOf("b"), 1)}); !errors.Is(err, history.ErrInvalid) {
		t.Errorf("records of two executions: %v", err)
	}
	if err := dir.Put(t.Context(), []archive.Record{{}}); !errors.Is(err, history.ErrInvalid) {
		t.Errorf("a record of nothing: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := dir.Put(ctx, []archive.Record{about(refOf("a"), 1)}); !errors.Is(err, context.Canceled) {
		t.Errorf("on a dead context: %v", err)
	}
	if got := content(t, root); len(got) != 0 {
		t.Errorf("there are files: %v", got)
	}

	put(t, dir, refOf("a"), 1, 0)
	file := filepath.Join(root, "script", "test", "order-flow", "a.jsonl")
	before := content(t, root)["script/test/order-flow/a.jsonl"]
	for what, text := range map[string]string{
		"damaged":           strings.Replace(before, "event", "evil", 1),
		"of another":        strings.ReplaceAll(before, `/a`, `/A`),
		"of a newer schema": strings.Replace(before, `"schema":1`, `"schema":9`, 1),
	} {
		text = strings.ReplaceAll(text, `"execution":"a"`, `"execution":"`+map[bool]string{true: "A", false: "a"}[what == "of another"]+`"`)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		err := dir.Put(t.Context(), []archive.Record{about(refOf("a"), 2), about(refOf("a"), 0)})
		if err == nil || !strings.Contains(err.Error(), "a.jsonl") {
			t.Errorf("a file that is %s: the error is %v, want one that names it", what, err)
		}
		if got := content(t, root)["script/test/order-flow/a.jsonl"]; got != text {
			t.Errorf("a file that is %s was changed to\n%s", what, got)
		}
	}
}

// Open follows links to files, and none to directories, which may lead round in circles; but it opens what a link leads to.
func TestOpenAndLinks(t *testing.T) {
	t.Parallel()
	root, elsewhere := t.TempDir(), t.TempDir()
	sync(t, script(2), elsewhere, nil)
	file := filepath.Join(elsewhere, "script", "test", workflow, "order-000.jsonl")
	for name, target := range map[string]string{"file.jsonl": file, "directory": elsewhere, "circle": root} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]int{"": 1, "file.jsonl": 1, "directory": 1} {
		a, err := archive.Open(filepath.Join(root, name), nil)
		if err != nil || len(a.Sources()) != want {
			t.Errorf("%q: error %v, %d sources; want %d", name, err, len(a.Sources()), want)
		}
	}
	link := filepath.Join(root, "file.jsonl")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if _, err := archive.Open(root, nil); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), link) {
		t.Errorf("with a link that leads nowhere the error is %v, want fs.ErrNotExist with %s", err, link)
	}
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if a, err := archive.Open(root, nil); err != nil || len(a.Sources()) != 0 {
		t.Errorf("with links to directories alone: error %v, %d sources; want none", err, len(a.Sources()))
	}
}
