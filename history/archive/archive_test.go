// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

func ids(events []history.Event) []int64 {
	var all []int64
	for _, e := range events {
		all = append(all, e.ID)
	}
	return all
}

var anExecution = history.Ref{Workflow: "w", Execution: "e"}

func TestLaterRecordsCount(t *testing.T) {
	t.Parallel()
	ref := anExecution
	ref.Provider, ref.Scope = "p", "s"
	old := event(1, "Old")
	old.Ref = ref
	execution := func(s history.Status) archive.Record {
		return archive.Record{Execution: &history.Execution{Ref: ref, Status: s}}
	}
	fsys := fstest.MapFS{
		"a.jsonl":       {Data: []byte(head + third + written(t, archive.Policy{}, execution(history.Running), archive.Record{Event: &old}))},
		"sub/b.jsonl":   {Data: []byte(written(t, archive.Policy{}, execution(history.Failed)) + first)},
		"c.jsonl.part":  {Data: []byte("not looked at")},
		"notes.txt":     {Data: []byte("not looked at")},
		"sub/d.jsonl.x": {Data: []byte("not looked at")},
	}
	a, err := archive.OpenFS(fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := history.NewClient(a.Sources()[0], nil)
	events, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: anExecution}))
	if diff := cmp.Diff([]int64{1, 3}, ids(events)); diff != "" || err != nil {
		t.Fatalf("IDs mismatch (-want +got), error %v:\n%s", err, diff)
	}
	if events[0].Type != "T" {
		t.Errorf("of two events with one ID the type is %q, want that of the later", events[0].Type)
	}
	if e, err := client.Describe(t.Context(), anExecution); err != nil || e.Status != history.Failed {
		t.Errorf("of two executions the status is %q (error %v), want that of the later", e.Status, err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if _, err := archive.Open(filepath.Join(root, "missing"), nil); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing archive is %v", err)
	}
	name := filepath.Join(root, "sub", "x.jsonl")
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(head+first+"damage\n"+third), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, opened := range []string{root, name} {
		_, err := archive.Open(opened, nil)
		damage, ok := errors.AsType[*archive.LineError](err)
		if !ok || damage.File != name || damage.Line != 3 {
			t.Errorf("a damaged archive is %v, want %s:3", err, name)
		}
		a, err := archive.Open(opened, &archive.ReadOptions{Skip: func(*archive.LineError) bool { return true }})
		if err != nil {
			t.Fatal(err)
		}
		client := history.NewClient(a.Sources()[0], nil)
		events, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: anExecution}))
		if diff := cmp.Diff([]int64{1, 3}, ids(events)); diff != "" || err != nil {
			t.Errorf("skipping, IDs mismatch (-want +got), error %v:\n%s", err, diff)
		}
		e, err := client.Describe(t.Context(), anExecution)
		if err != nil || len(e.Diagnostics) != 1 || e.Diagnostics[0].Code != "no_record" {
			t.Errorf("without its own line the execution is %+v (error %v)", e, err)
		}
	}
	if a, err := archive.Open(t.TempDir(), nil); err != nil || len(a.Sources()) != 0 {
		t.Errorf("an empty archive is %v (error %v)", a, err)
	}
}

func TestSourcesOfAnArchive(t *testing.T) {
	t.Parallel()
	var list []archive.Record
	for _, place := range []history.Ref{{Provider: "q", Scope: "s"}, {Provider: "p", Scope: "t"}, {Provider: "p"}} {
		place.Workflow, place.Execution = "w", "e"
		list = append(list, archive.Record{Execution: &history.Execution{Ref: place}})
	}
	a, err := archive.OpenFS(fstest.MapFS{"x.jsonl": {Data: []byte(written(t, archive.Policy{}, list...))}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range a.Sources() {
		got = append(got, s.Provider()+"/"+s.Scope())
	}
	if diff := cmp.Diff([]string{"p/", "p/t", "q/s"}, got); diff != "" {
		t.Errorf("sources mismatch (-want +got):\n%s", diff)
	}
	if s, err := a.Source("p", "t"); err != nil || s.Scope() != "t" {
		t.Errorf("the source is %v (error %v)", s, err)
	}
	if _, err := a.Source("p", "u"); !errors.Is(err, history.ErrNotFound) {
		t.Errorf("a source that is not there is %v", err)
	}
}

// A file that changed behind the source's back is an error and no wrong answer.
func TestFilesThatChange(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	name := filepath.Join(root, "x.jsonl")
	execution := written(t, archive.Policy{}, archive.Record{Execution: &history.Execution{Ref: history.Ref{Provider: "p", Scope: "s", Workflow: "w", Execution: "e"}}})
	for what, text := range map[string]string{
		"other lines": execution + third + first, "shorter": head, "damaged": head + first[1:] + third + third, "gone": "",
	} {
		if err := os.WriteFile(name, []byte(execution+first+third), 0o600); err != nil {
			t.Fatal(err)
		}
		client := history.NewClient(only(t, root), nil)
		if err := errors.Join(os.Remove(name), os.WriteFile(name, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
		if text == "" {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
		_, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: anExecution, PageSize: 1}))
		if e, ok := errors.AsType[*history.Error](err); !ok || e.Kind != history.ErrUnavailable {
			t.Errorf("%s: the events end with %v, want ErrUnavailable", what, err)
		}
	}
}

// streamFS has files that can only be read from beginning to end, as a zip file's.
type streamFS struct{ fstest.MapFS }

type streamFile struct {
	fs.File
	io.Reader
}

func (f streamFile) Read(b []byte) (int, error) { return f.Reader.Read(b) }

func (s streamFS) Open(name string) (fs.File, error) {
	f, err := s.MapFS.Open(name)
	if err != nil || filepath.Ext(name) == "" {
		return f, err
	}
	return streamFile{f, iotest.OneByteReader(f)}, nil
}

func TestOpenFSOfStreams(t *testing.T) {
	t.Parallel()
	a, err := archive.OpenFS(streamFS{fstest.MapFS{"x.jsonl": {Data: []byte(head + first + third)}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	events, err := history.Collect(history.NewClient(a.Sources()[0], nil).Events(t.Context(), history.EventQuery{Ref: anExecution, PageSize: 1}))
	if diff := cmp.Diff([]int64{1, 3}, ids(events)); diff != "" || err != nil {
		t.Errorf("IDs mismatch (-want +got), error %v:\n%s", err, diff)
	}
}

// A provider's cursor of events goes on in the archive, one of its lists does not.
func TestCursorsOfTheProvider(t *testing.T) {
	t.Parallel()
	a, err := archive.OpenFS(fstest.MapFS{"x.jsonl": {Data: []byte(head + first + third)}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := history.NewClient(a.Sources()[0], nil)
	at := history.Position{Ref: history.Ref{Provider: "p", Scope: "s", Workflow: "w", Execution: "e"}, LastEvent: 2, Token: "the provider's"}
	events, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: anExecution, From: history.NewCursor(at)}))
	if diff := cmp.Diff([]int64{3}, ids(events)); diff != "" || err != nil {
		t.Errorf("IDs mismatch (-want +got), error %v:\n%s", err, diff)
	}
	for _, token := range []string{"the provider's", "archive/", "archive/yesterday/e"} {
		at = history.Position{Ref: history.Ref{Provider: "p", Scope: "s", Workflow: "w"}, Token: token}
		_, err = history.Collect(client.Executions(t.Context(), history.ExecutionQuery{Workflow: "w", From: history.NewCursor(at)}))
		if !errors.Is(err, history.ErrCursor) {
			t.Errorf("a list from the token %q is %v, want ErrCursor", token, err)
		}
	}
}
