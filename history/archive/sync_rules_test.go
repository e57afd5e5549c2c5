// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/history/historytest"
)

var errSink = errors.New("the sink is closed")

// sinkFunc makes a function a Sink.
type sinkFunc func([]archive.Record) error

func (f sinkFunc) Put(_ context.Context, records []archive.Record) error { return f(records) }

// syncInto is Sync with checkpoints beside a sink of the test's own.
func syncInto(t *testing.T, src history.Source, sink archive.Sink, opts archive.SyncOptions) (archive.Counts, error) {
	t.Helper()
	if opts.Checkpoints == nil {
		opts.Checkpoints = archive.NewCheckpointFiles(t.TempDir())
	}
	return archive.Sync(t.Context(), history.NewClient(src, nil), history.ExecutionQuery{Workflow: workflow}, sink, &opts)
}

// An error of the sink ends Sync, whatever may be left out, also behind an error of the client's that was overcome.
func TestSyncLeavesOutNoErrorOfTheSink(t *testing.T) {
	t.Parallel()
	for name, gone := range map[string]bool{"at once": false, "behind a cursor that is gone": true} {
		src := &historytest.Source{PageSize: 3}
		ref := add(src, "running", 4, history.Running)
		points := archive.NewCheckpointFiles(t.TempDir())
		if gone {
			saved(t, points, ref, archive.Checkpoint{From: history.NewCursor(history.Position{Ref: ref, LastEvent: 1})})
			src.Inject(historytest.Fault{Op: historytest.OpEventPages, Err: history.ErrCursor})
		}
		_, err := syncInto(t, src, sinkFunc(func([]archive.Record) error { return errSink }), archive.SyncOptions{
			Checkpoints: points,
			LeaveOut: func(ref history.Ref, err error) bool {
				t.Errorf("%s: LeaveOut was asked about %s: %v", name, ref.Execution, err)
				return true
			},
		})
		if !errors.Is(err, errSink) {
			t.Errorf("%s: the error is %v, want the sink's", name, err)
		}
	}
}

// The records are the sink's own: what it does to them changes nothing of what Sync goes on with.
func TestSyncGivesItsRecordsAway(t *testing.T) {
	t.Parallel()
	points := archive.NewCheckpointFiles(t.TempDir())
	spoil := sinkFunc(func(records []archive.Record) error {
		for _, r := range records {
			if r.Execution != nil {
				*r.Execution = history.Execution{}
			}
		}
		return nil
	})
	counts, err := syncInto(t, script(1), spoil, archive.SyncOptions{Checkpoints: points})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(archive.Counts{Listed: 1, Archived: 1, Pages: 1, Events: 2}, counts); diff != "" {
		t.Errorf("counts mismatch (-want +got):\n%s", diff)
	}
	if point, err := points.Load(t.Context(), refOf("order-000")); err != nil || !point.Done {
		t.Errorf("the checkpoint is %+v (error %v), want a Done one", point, err)
	}
}

// What makes an execution done: its terminal event, unless the provider says that it goes on; else two runs without news.
func TestSyncKnowsWhatIsDone(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		status history.Status
		last   history.EventType // "" = no events at all
		runs   int               // until it is skipped; 0 = never
	}{
		{"both say so", history.Failed, history.ExecutionFailed, 1},
		{"a status of another word", "", history.ExecutionFailed, 1},
		{"it goes on", history.Running, history.TaskScheduled, 0},
		{"a status of another word, and it goes on", "", history.TaskScheduled, 0},
		{"no end in its events", history.Failed, history.TaskScheduled, 2},
		{"no events", history.Failed, "", 2},
	} {
		src := &historytest.Source{}
		e := history.Execution{Ref: history.Ref{Workflow: workflow, Execution: "e"}, Status: tt.status}
		if src.Add(e); tt.last != "" {
			src.Add(e, event(1, tt.last))
		}
		dir, runs := t.TempDir(), 0
		for run := range 4 {
			if sync(t, src, dir, nil).Skipped == 1 {
				runs = run
				break
			}
		}
		if runs != tt.runs {
			t.Errorf("%s: it is done behind %d runs, want %d", tt.name, runs, tt.runs)
		}
	}
}

// describing is a source whose description is not what its list says.
type describing struct {
	*historytest.Source
	described history.Execution
}

func (d describing) Describe(context.Context, history.Ref) (history.Execution, error) {
	return d.described, nil
}

// An execution that ended meanwhile is described again; what only the list says stays, and what nobody wants stays away.
func TestSyncDescribesAgain(t *testing.T) {
	t.Parallel()
	ref := refOf("e")
	listed := history.Execution{
		Ref: ref, Status: history.Running, CreatedBy: "somebody", Approvers: []string{"boss"}, Attributes: map[string]string{"a": "list", "b": "list"},
	}
	described := history.Execution{
		Ref: ref, Status: history.Succeeded, Input: `{"in":1}`, Output: `{"out":1}`, Definition: "version: v1", Attributes: map[string]string{"a": "description"},
		Steps: []history.Step{{ID: "1", Output: `{"step":1}`, Children: []history.Step{{ID: "2", Output: `{"child":1}`}}}},
	}
	src := describing{&historytest.Source{}, described}
	src.Add(listed, event(1, history.ExecutionSucceeded))
	for _, omit := range []bool{false, true} {
		var got history.Execution
		sink := sinkFunc(func(records []archive.Record) error {
			got = *records[len(records)-1].Execution
			return nil
		})
		opts := &archive.SyncOptions{Checkpoints: archive.NewCheckpointFiles(t.TempDir())}
		q := history.ExecutionQuery{Workflow: workflow, OmitDetail: omit}
		if _, err := archive.Sync(t.Context(), history.NewClient(src, nil), q, sink, opts); err != nil {
			t.Fatal(err)
		}
		want := described
		want.CreatedBy, want.Approvers, want.Attributes = "somebody", []string{"boss"}, map[string]string{"a": "description", "b": "list"}
		if omit {
			want.Input, want.Output, want.Definition = "", "", ""
			want.Steps = []history.Step{{ID: "1", Children: []history.Step{{ID: "2"}}}}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("OmitDetail %v: archived mismatch (-want +got):\n%s", omit, diff)
		}
		described.Steps = []history.Step{{ID: "1", Output: `{"step":1}`, Children: []history.Step{{ID: "2", Output: `{"child":1}`}}}}
		src.described = described
	}
}

// A Writer that has failed writes nothing more, and says so each time.
func TestWriterStaysFailed(t *testing.T) {
	t.Parallel()
	var out failingOnce
	w := archive.NewWriter(&out, archive.Policy{})
	r := sample()[1]
	for range 3 {
		if err := w.WriteRecord(r); !errors.Is(err, errSink) {
			t.Errorf("the error is %v, want that of the first write", err)
		}
	}
	if out.writes != 1 || strings.Contains(out.String(), "event") {
		t.Errorf("there were %d writes: %q", out.writes, out.String())
	}
}

// failingOnce is a stream whose first write fails.
type failingOnce struct {
	strings.Builder
	writes int
}

func (f *failingOnce) Write(text []byte) (int, error) {
	if f.writes++; f.writes == 1 {
		return 0, errSink
	}
	return f.Builder.Write(text)
}
