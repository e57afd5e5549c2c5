// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func TestSyncReportsItsProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		src := script(1, 5, 2)
		src.Inject(historytest.Fault{Times: -1, Delay: time.Second})
		var all []archive.Progress
		opts := &archive.SyncOptions{Progress: func(p archive.Progress) { all = append(all, p) }}
		counts := sync(t, src, t.TempDir(), opts)
		type row struct {
			Execution     string
			Archived, Due int
			Events        int
			Seconds       float64
		}
		var got []row
		for _, p := range all {
			got = append(got, row{p.Ref.Execution, p.Archived, p.Due, p.Events, p.Elapsed.Seconds()})
		}
		want := []row{
			{"order-000", 1, 2, 2, 2}, {"order-001", 1, 2, 5, 3}, {"order-001", 2, 1, 8, 4}, {"order-002", 3, 0, 11, 5}, {"", 3, 0, 11, 5},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("progress mismatch (-want +got):\n%s", diff)
		}
		last := all[len(all)-1]
		if last.Counts != counts || last.EventRate() != 11.0/5 || last.ExecutionRate() != 3.0/5 {
			t.Errorf("the last progress is %+v, %v events/s, %v executions/s", last, last.EventRate(), last.ExecutionRate())
		}
		if (archive.Progress{}).EventRate() != 0 || (archive.Progress{}).ExecutionRate() != 0 {
			t.Error("at the start the rates are not 0")
		}
	})
}

func TestSyncAppliesThePolicyBeforeTheSink(t *testing.T) {
	t.Parallel()
	opts := &archive.SyncOptions{Policy: archive.Policy{
		Redact: func(r *archive.Record) {
			if r.Event != nil {
				r.Event.Step = "***"
			}
		},
		Details: archive.NoDetails,
	}}
	dir := t.TempDir()
	sync(t, script(5), dir, opts)
	for name, text := range content(t, dir) {
		if strings.Contains(text, "pay") || strings.Contains(text, "4711") || strings.Contains(text, "input") || !strings.Contains(text, `"cut":true`) {
			t.Errorf("%s holds %s", name, text)
		}
	}
}

func TestSyncLeavesOutWhatItMay(t *testing.T) {
	t.Parallel()
	src, dir := script(1, 1, 1), t.TempDir()
	src.Inject(historytest.Fault{Op: historytest.OpEventPages, After: 1, Err: history.ErrDecode})
	var left []string
	opts := &archive.SyncOptions{LeaveOut: func(ref history.Ref, err error) bool {
		left = append(left, ref.Execution)
		return errors.Is(err, history.ErrDecode)
	}}
	if diff := cmp.Diff(archive.Counts{Listed: 3, Archived: 2, Failed: 1, Pages: 2, Events: 4}, sync(t, src, dir, opts)); diff != "" {
		t.Errorf("counts mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"order-001"}, left); diff != "" {
		t.Errorf("left out mismatch (-want +got):\n%s", diff)
	}
	if got := sync(t, src, dir, nil); got.Skipped != 2 || got.Archived != 1 {
		t.Errorf("the next run's counts are %+v", got)
	}
	src = script(1)
	src.Inject(historytest.Fault{Op: historytest.OpEventPages, Err: history.ErrPermission})
	if _, err := archive.Sync(t.Context(), history.NewClient(src, nil), history.ExecutionQuery{Workflow: workflow}, archive.NewDir(t.TempDir()), opts); !errors.Is(err, history.ErrPermission) {
		t.Errorf("what may not be left out is %v", err)
	}
}

func TestSyncEndsWithTheContext(t *testing.T) {
	t.Parallel()
	src := script(7, 7, 7)
	ctx, cancel := context.WithCancel(t.Context())
	opts := &archive.SyncOptions{
		Progress: func(p archive.Progress) {
			if p.Pages == 2 {
				cancel()
			}
		},
		LeaveOut: func(history.Ref, error) bool { return true },
	}
	dir := t.TempDir()
	counts, err := archive.Sync(ctx, history.NewClient(src, nil), history.ExecutionQuery{Workflow: workflow}, archive.NewDir(dir), opts)
	if !errors.Is(err, context.Canceled) || counts.Failed != 0 || counts.Archived != 0 {
		t.Errorf("a canceled run is %+v, %v", counts, err)
	}
	whole := t.TempDir()
	sync(t, src, whole, nil)
	sync(t, src, dir, nil)
	if diff := cmp.Diff(content(t, whole), content(t, dir)); diff != "" {
		t.Errorf("the archive mismatch (-want +got):\n%s", diff)
	}
}

// A run that was interrupted in the list goes on there, and then looks for what came since.
func TestSyncGoesOnInTheList(t *testing.T) {
	t.Parallel()
	src, dir := script(1, 1, 1, 1, 1, 1, 1, 1), t.TempDir()
	src.Inject(historytest.Fault{Op: historytest.OpExecutionPages, After: 2, Err: history.ErrUnavailable})
	q := history.ExecutionQuery{Workflow: workflow}
	if _, err := archive.Sync(t.Context(), history.NewClient(src, nil), q, archive.NewDir(dir), nil); !errors.Is(err, history.ErrUnavailable) {
		t.Fatalf("the error is %v", err)
	}
	want := archive.Counts{Listed: 2 + 8, Skipped: 8, Archived: 2, Pages: 2, Events: 4}
	if diff := cmp.Diff(want, sync(t, src, dir, nil)); diff != "" {
		t.Errorf("counts mismatch (-want +got):\n%s", diff)
	}
	// With other filters the place in the list is none.
	src.Inject(historytest.Fault{Op: historytest.OpExecutionPages, After: 1, Err: history.ErrUnavailable})
	_, _ = archive.Sync(t.Context(), history.NewClient(src, nil), q, archive.NewDir(dir), nil)
	q.NamePrefix = "order-00"
	if counts, err := archive.Sync(t.Context(), history.NewClient(src, nil), q, archive.NewDir(dir), nil); err != nil || counts.Skipped != 8 {
		t.Errorf("with other filters: %+v, %v", counts, err)
	}
}

// A place in a history that is gone is no end: it is read from its beginning, and nothing comes twice.
func TestSyncWithACursorThatIsGone(t *testing.T) {
	t.Parallel()
	src, dir := &historytest.Source{}, t.TempDir()
	add(src, "running", 4, history.Running)
	sync(t, src, dir, nil)
	add(src, "running", 6, history.Succeeded)
	src.Inject(historytest.Fault{Op: historytest.OpEventPages, Err: history.ErrCursor})
	if got := sync(t, src, dir, nil); got.Events != 7 {
		t.Errorf("counts are %+v", got)
	}
	whole := t.TempDir()
	sync(t, src, whole, nil)
	if diff := cmp.Diff(content(t, whole), content(t, dir)); diff != "" {
		t.Errorf("the archive mismatch (-want +got):\n%s", diff)
	}
}
