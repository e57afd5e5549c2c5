// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

func TestWorkflowsOfAnArchive(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, time.November, 1, 8, 0, 0, 0, time.UTC)
	var list []archive.Record
	want := []history.Workflow{}
	for _, name := range []string{"a", "b", "ba", "c"} {
		ref := history.Ref{Provider: "p", Scope: "s", Workflow: name, Execution: "newer"}
		list = append(list, archive.Record{Execution: &history.Execution{Ref: ref, Started: start.Add(time.Hour), Status: history.Failed}})
		ref.Execution = "older"
		list = append(list, archive.Record{Execution: &history.Execution{Ref: ref, Started: start}})
		ref.Execution = ""
		want = append(want, history.Workflow{Ref: ref, Name: name, LastExecution: "newer", LastStarted: start.Add(time.Hour), Status: history.Failed})
	}
	a, err := archive.OpenFS(fstest.MapFS{"x.jsonl": {Data: []byte(written(t, archive.Policy{}, list...))}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := history.NewClient(a.Sources()[0], nil)
	for _, size := range []int{0, 1, 3} {
		got, err := history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{PageSize: size}))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%d a page: workflows mismatch (-want +got), error %v:\n%s", size, err, diff)
		}
		got, err = history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{PageSize: size, NamePrefix: "b"}))
		if diff := cmp.Diff(want[1:3], got); diff != "" || err != nil {
			t.Errorf("%d a page: workflows with a prefix mismatch (-want +got), error %v:\n%s", size, err, diff)
		}
	}
	for p, err := range client.WorkflowPages(t.Context(), history.WorkflowQuery{PageSize: 1}) {
		if err != nil {
			t.Fatal(err)
		}
		rest, err := history.Collect(client.Workflows(t.Context(), history.WorkflowQuery{From: p.Resume}))
		name := p.Items[0].Name
		if i := map[string]int{"a": 1, "b": 2, "ba": 3, "c": 4}[name]; len(rest) != 4-i || err != nil {
			t.Errorf("behind %s come %d workflows (error %v), want %d", name, len(rest), err, 4-i)
		}
	}
}
