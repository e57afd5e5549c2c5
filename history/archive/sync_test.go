// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// calls counts the requests of an operation.
func calls(src *historytest.Source, op string) int {
	n := 0
	for _, c := range src.Calls() {
		if c.Op == op {
			n++
		}
	}
	return n
}

func TestSyncArchivesWhatTheSourceHas(t *testing.T) {
	t.Parallel()
	src := script(0, 1, 2, 3, 7, 12)
	add(src, "running", 4, history.Running)
	dir := t.TempDir()
	counts := sync(t, src, dir, nil)
	want := archive.Counts{Listed: 7, Archived: 7, Running: 1, Pages: 1 + 1 + 1 + 2 + 3 + 5 + 2, Events: 1 + 2 + 3 + 4 + 8 + 13 + 4}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Errorf("counts mismatch (-want +got):\n%s", diff)
	}
	online, offline := history.NewClient(src, nil), history.NewClient(only(t, dir), nil)
	for e, err := range online.Executions(t.Context(), history.ExecutionQuery{Workflow: workflow}) {
		if err != nil {
			t.Fatal(err)
		}
		for what, read := range map[string]func(*history.Client) (any, error){
			"description": func(c *history.Client) (any, error) { return c.Describe(t.Context(), e.Ref) },
			"execution":   func(c *history.Client) (any, error) { return c.Execution(t.Context(), e.Ref) },
			"events": func(c *history.Client) (any, error) {
				return history.Collect(c.Events(t.Context(), history.EventQuery{Ref: e.Ref}))
			},
		} {
			want, err1 := read(online)
			got, err2 := read(offline)
			if diff := cmp.Diff(want, got); diff != "" || err1 != nil || err2 != nil {
				t.Errorf("%s: the %s mismatch (-want +got), errors %v and %v:\n%s", e.Execution, what, err1, err2, diff)
			}
		}
	}
}

func TestSyncReadsOnlyWhatIsNewOrUnfinished(t *testing.T) {
	t.Parallel()
	src := script(4, 4)
	running := add(src, "running", 4, history.Running)
	dir := t.TempDir()
	sync(t, src, dir, nil)

	for _, step := range []struct {
		name   string
		change func()
		want   archive.Counts
		pages  int // requests for pages of events
	}{
		{"nothing is new", func() {}, archive.Counts{Listed: 3, Skipped: 2, Archived: 1, Running: 1, Pages: 1}, 1},
		{"one goes on", func() { src.Append(running, event(5, history.TaskScheduled), event(6, history.TaskScheduled)) },
			archive.Counts{Listed: 3, Skipped: 2, Archived: 1, Running: 1, Pages: 1, Events: 2}, 1},
		{"one is new", func() { add(src, "new", 1, history.Failed) },
			archive.Counts{Listed: 4, Skipped: 2, Archived: 2, Running: 1, Pages: 2, Events: 2}, 2},
		{"one ends", func() { add(src, "running", 8, history.Succeeded) },
			archive.Counts{Listed: 4, Skipped: 3, Archived: 1, Pages: 1, Events: 3}, 1},
		{"all have ended", func() {}, archive.Counts{Listed: 4, Skipped: 4}, 0},
	} {
		step.change()
		before := calls(src, historytest.OpEventPages)
		if diff := cmp.Diff(step.want, sync(t, src, dir, nil)); diff != "" {
			t.Errorf("%s: counts mismatch (-want +got):\n%s", step.name, diff)
		}
		if got := calls(src, historytest.OpEventPages) - before; got != step.pages {
			t.Errorf("%s: %d requests for events, want %d", step.name, got, step.pages)
		}
		once := t.TempDir()
		sync(t, src, once, nil)
		if diff := cmp.Diff(content(t, once), content(t, dir)); diff != "" {
			t.Errorf("%s: the archive is not as one made in one go (-want +got):\n%s", step.name, diff)
		}
	}
}

// An execution that ends between the list and its events is described again, so that the archive is whole.
func TestSyncOfAnExecutionThatEndsMeanwhile(t *testing.T) {
	t.Parallel()
	src := &historytest.Source{}
	ref := add(src, "ending", 2, history.Running)
	src.Inject(historytest.Fault{Op: historytest.OpEventPages, Hook: func(context.Context, historytest.Call) {
		add(src, "ending", 2, history.Succeeded)
	}})
	dir := t.TempDir()
	if got := sync(t, src, dir, nil); got.Running != 0 || got.Archived != 1 {
		t.Errorf("counts are %+v", got)
	}
	if e, err := only(t, dir).Describe(t.Context(), ref); err != nil || e.Status != history.Succeeded {
		t.Errorf("archived is %+v (error %v)", e, err)
	}
	if got := sync(t, src, dir, nil); got.Skipped != 1 {
		t.Errorf("the next run's counts are %+v", got)
	}
}

// Events without an end are asked for once more; when that brings nothing the execution is left as it is.
func TestSyncOfAHistoryWithoutItsEnd(t *testing.T) {
	t.Parallel()
	src := &historytest.Source{}
	ref := history.Ref{Workflow: workflow, Execution: "endless"}
	src.Add(history.Execution{Ref: ref, Status: history.Succeeded}, event(1, history.ExecutionStarted))
	dir := t.TempDir()
	sync(t, src, dir, nil)
	src.Append(ref, event(2, "Late"))
	for i, want := range []archive.Counts{
		{Listed: 1, Archived: 1, Running: 1, Pages: 1, Events: 1},
		{Listed: 1, Archived: 1, Pages: 1},
		{Listed: 1, Skipped: 1},
	} {
		if diff := cmp.Diff(want, sync(t, src, dir, nil)); diff != "" {
			t.Errorf("run %d: counts mismatch (-want +got):\n%s", i+2, diff)
		}
	}
}

// A run that failed at any request is gone on with by the next, which reads no page twice that was noted.
func TestSyncGoesOnBehindAnyError(t *testing.T) {
	t.Parallel()
	lengths := []int{7, 0, 2, 3, 12, 1, 5}
	whole := t.TempDir()
	sync(t, script(lengths...), whole, nil)
	for after := 0; ; after++ {
		src, dir := script(lengths...), t.TempDir()
		src.Inject(historytest.Fault{After: after, Err: history.ErrUnavailable})
		_, err := archive.Sync(t.Context(), history.NewClient(src, nil), history.ExecutionQuery{Workflow: workflow}, archive.NewDir(dir), nil)
		if err == nil {
			return
		}
		if e, ok := errors.AsType[*history.Error](err); !ok || e.Kind != history.ErrUnavailable {
			t.Fatalf("the error is %v", err)
		}
		sync(t, src, dir, nil)
		if diff := cmp.Diff(content(t, whole), content(t, dir)); diff != "" {
			t.Fatalf("failed behind %d requests: the archive mismatch (-want +got):\n%s", after, diff)
		}
		seen := map[string]int{}
		for _, c := range src.Calls() {
			if c.Op == historytest.OpEventPages {
				seen[fmt.Sprint(c.Ref, c.From)]++
			}
		}
		for page, n := range seen {
			if n > 2 {
				t.Errorf("failed behind %d requests: the page %s was read %d times", after, page, n)
			}
		}
	}
}

func TestSyncOptions(t *testing.T) {
	t.Parallel()
	client := history.NewClient(script(1), nil)
	noStore := struct{ archive.Sink }{archive.NewDir(t.TempDir())}
	for what, err := range map[string]error{
		"a sink without checkpoints": second(archive.Sync(t.Context(), client, history.ExecutionQuery{Workflow: workflow}, noStore, nil)),
		"a From":                     second(archive.Sync(t.Context(), client, history.ExecutionQuery{Workflow: workflow, From: "x"}, archive.NewDir(t.TempDir()), nil)),
		"no workflow":                second(archive.Sync(t.Context(), client, history.ExecutionQuery{}, archive.NewDir(t.TempDir()), nil)),
		"a Redact that changes what a record is about": second(archive.Sync(t.Context(), client, history.ExecutionQuery{Workflow: workflow}, archive.NewDir(t.TempDir()),
			&archive.SyncOptions{Policy: archive.Policy{Redact: func(r *archive.Record) { r.Event.Execution = "other" }}})),
	} {
		if !errors.Is(err, history.ErrInvalid) {
			t.Errorf("%s: the error is %v, want ErrInvalid", what, err)
		}
	}
	opts := &archive.SyncOptions{Checkpoints: archive.NewCheckpointFiles(t.TempDir())}
	if _, err := archive.Sync(t.Context(), client, history.ExecutionQuery{Workflow: workflow}, noStore, opts); err != nil {
		t.Errorf("with checkpoints of its own: %v", err)
	}
}

// What was forgotten is said, whatever else is set.
func TestSyncOfNothing(t *testing.T) {
	t.Parallel()
	client, dir := history.NewClient(script(1), nil), archive.NewDir(t.TempDir())
	points := &archive.SyncOptions{Checkpoints: archive.NewCheckpointFiles(t.TempDir())}
	for _, tt := range []struct {
		what   string
		client *history.Client
		sink   archive.Sink
		opts   *archive.SyncOptions
		want   string
	}{
		{"no client", nil, dir, nil, "there is no client"},
		{"no client, and checkpoints", nil, dir, points, "there is no client"},
		{"no sink", client, nil, nil, "there is no sink; pass a Dir"},
		{"no sink, and checkpoints", client, nil, points, "there is no sink; pass a Dir"},
	} {
		_, err := archive.Sync(t.Context(), tt.client, history.ExecutionQuery{Workflow: workflow}, tt.sink, tt.opts)
		if !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: the error is %v, want ErrInvalid with %q", tt.what, err, tt.want)
		}
	}
}

func second[A any](_ A, err error) error { return err }
