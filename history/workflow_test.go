// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func TestWorkflowJSON(t *testing.T) {
	t.Parallel()
	at := began.Add(123 * time.Millisecond)
	for _, tc := range []struct {
		value any
		want  string
	}{
		{history.Workflow{}, `{}`},
		{history.Workflow{
			Ref: history.Ref{Provider: "p", Scope: "s", Workflow: "w"}, Name: "n", Description: "d", Definition: "def", CreatedBy: "me",
			Created: at, Updated: at, LastExecution: "e", LastStarted: at, LastEnded: at, Status: history.Failed, NativeStatus: "fail",
			Attributes: map[string]string{"k": "v"}, Diagnostics: []history.Diagnostic{{Code: "c", Severity: history.Info, Text: "t"}},
		}, `{"provider":"p","scope":"s","workflow":"w","name":"n","description":"d","definition":"def","created_by":"me",` +
			`"created":"2026-11-01T08:00:00.123Z","updated":"2026-11-01T08:00:00.123Z","last_execution":"e",` +
			`"last_started":"2026-11-01T08:00:00.123Z","last_ended":"2026-11-01T08:00:00.123Z","status":"failed","native_status":"fail",` +
			`"attributes":{"k":"v"},"diagnostics":[{"code":"c","severity":"info","text":"t"}]}`},
		{history.WorkflowQuery{}, `{}`},
		{history.WorkflowQuery{NamePrefix: "p", OmitDetail: true, From: "c", PageSize: 5, Prefetch: 3},
			`{"name_prefix":"p","omit_detail":true,"from":"c","page_size":5}`},
	} {
		roundTrip(t, tc.value, tc.want)
	}
}

func TestWorkflowQueryFingerprint(t *testing.T) {
	t.Parallel()
	none := history.WorkflowQuery{OmitDetail: true, From: "c", PageSize: 3}
	a, b := history.WorkflowQuery{NamePrefix: "a"}, history.WorkflowQuery{NamePrefix: "b"}
	if none.Fingerprint() != "" || a.Fingerprint() == "" || a.Fingerprint() == b.Fingerprint() {
		t.Errorf("fingerprints are %q, %q, %q", none.Fingerprint(), a.Fingerprint(), b.Fingerprint())
	}
	w := history.Workflow{Name: "abc"}
	if diff := cmp.Diff([]bool{true, true, false}, []bool{none.Match(w), a.Match(w), b.Match(w)}); diff != "" {
		t.Errorf("matches mismatch (-want +got):\n%s", diff)
	}
}

// What failed in a time, in all workflows there are.
func ExampleClient_Workflows() {
	src := &historytest.Source{}
	for i, status := range []history.Status{history.Failed, history.Succeeded, history.Failed} {
		src.Add(history.Execution{
			Ref:    history.Ref{Workflow: []string{"billing", "billing", "reports"}[i], Execution: fmt.Sprintf("run-%d", i)},
			Status: status, Started: time.Date(2026, 11, 1, 8+i, 0, 0, 0, time.UTC),
		})
	}
	client := history.NewClient(src, nil)
	ctx := context.Background()
	for w, err := range client.Workflows(ctx, history.WorkflowQuery{}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		q := history.ExecutionQuery{Workflow: w.Workflow, Status: []history.Status{history.Failed}, StartedAfter: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
		for e, err := range client.Executions(ctx, q) {
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println(w.Name, e.Execution, e.Started.Format(time.TimeOnly))
		}
	}
	// Output:
	// billing run-0 08:00:00
	// reports run-2 10:00:00
}
