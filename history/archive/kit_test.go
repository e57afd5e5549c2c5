// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/history/historytest"
)

const workflow = "order-flow"

// add puts an execution with so many events into a script; one that has ended has its terminal event on top.
func add(src *historytest.Source, name string, events int, status history.Status) history.Ref {
	ref := history.Ref{Workflow: workflow, Execution: name}
	start := time.Date(2026, time.November, 1, 8, 0, len(name), 0, time.UTC)
	e := history.Execution{Ref: ref, Status: status, Started: start, Input: `{"order":4711}`}
	var list []history.Event
	for i := range events {
		list = append(list, event(i+1, history.TaskScheduled))
	}
	if status.Terminal() {
		e.Ended, e.Output = start.Add(time.Minute), `{"done":true}`
		list = append(list, event(events+1, history.ExecutionSucceeded))
	}
	src.Add(e, list...)
	ref.Provider, ref.Scope = src.Provider(), src.Scope()
	return ref
}

func event(id int, typ history.EventType) history.Event {
	at := time.Date(2026, time.November, 1, 8, 0, id, 0, time.UTC)
	return history.Event{ID: int64(id), Type: typ, Time: at, Step: "pay", Detail: history.Detail(fmt.Sprintf(`{"input":{"n":%d}}`, id))}
}

// script is a source of executions of some lengths, all of which have ended.
func script(lengths ...int) *historytest.Source {
	src := &historytest.Source{PageSize: 3}
	for i, n := range lengths {
		add(src, fmt.Sprintf("order-%03d", i), n, history.Succeeded)
	}
	return src
}

func sync(t *testing.T, src history.Source, dir string, opts *archive.SyncOptions) archive.Counts {
	t.Helper()
	counts, err := archive.Sync(t.Context(), history.NewClient(src, nil), history.ExecutionQuery{Workflow: workflow}, archive.NewDir(dir), opts)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// content is the files of an archive, without what Sync keeps for itself.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "checkpoints.sync" {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// only opens a directory that has one source.
func only(t *testing.T, dir string) *archive.Source {
	t.Helper()
	a, err := archive.Open(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	sources := a.Sources()
	if len(sources) != 1 {
		t.Fatalf("the archive has %d sources, want 1", len(sources))
	}
	return sources[0]
}

// written is an archive of records as a text.
func written(t *testing.T, policy archive.Policy, records ...archive.Record) string {
	t.Helper()
	var b bytes.Buffer
	w := archive.NewWriter(&b, policy)
	for _, r := range records {
		if err := w.WriteRecord(r); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func records(t *testing.T, text string) []archive.Record {
	t.Helper()
	all, err := history.Collect(archive.Records(strings.NewReader(text), "test", nil))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sample is an execution with all that may be large, and two of its events.
func sample() []archive.Record {
	ref := history.Ref{Provider: "script", Scope: "region/project", Workflow: workflow, Execution: "order-1"}
	started, failed := event(1, history.ExecutionStarted), event(2, history.TaskFailed)
	started.Ref, failed.Ref = ref, ref
	failed.Detail = "<not> JSON & é"
	step := history.Step{
		ID: "1", Name: "pay", Kind: history.StepNode, Input: `{"a":1}`, Output: `{"b":2}`,
		Attempts: []history.Attempt{{Failure: &history.Failure{Code: "declined"}}},
	}
	outer := step
	outer.Children = []history.Step{step}
	return []archive.Record{
		{Execution: &history.Execution{
			Ref: ref, Status: history.Failed, Started: started.Time, Input: `{"card":"4111"}`, Output: "text", Definition: "version: v1\n",
			Failure: &history.Failure{Cause: "no money"}, Approvers: []string{"somebody"}, Attributes: map[string]string{"a": "b"},
			Steps: []history.Step{outer},
		}},
		{Event: &started},
		{Event: &failed},
	}
}
