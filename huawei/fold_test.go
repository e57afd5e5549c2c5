// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// likeListed compares steps that were folded from events with those of a listing, which has no events.
var likeListed = cmpopts.IgnoreFields(history.Step{}, "FirstEvent", "LastEvent")

// foldable is an execution with a node of every kind that events can tell of.
func foldable() huaweitest.Execution {
	begin := time.Date(2026, time.November, 2, 8, 0, 0, 0, time.UTC)
	at := func(n int) time.Time { return begin.Add(time.Duration(n) * time.Second) }
	return huaweitest.Execution{
		Workflow: "flow", ID: "exec", Status: "fail", Begin: begin, End: at(60),
		Nodes: []huaweitest.Node{
			{ID: "plain", Status: "success", Begin: at(1), End: at(2), FunctionExecutionID: "fn-1", Output: json.RawMessage(`{"success":[{"code":"0"}]}`)},
			{ID: "again", Status: "fail", Begin: at(2), End: at(5), FunctionExecutionID: "fn-2", Output: json.RawMessage(`{"fail":[{},{"code":"7","log":"disk full"}]}`)},
			{ID: "beside", Status: "TIMEOUT", Begin: at(3), End: at(9), Output: json.RawMessage(`{"error":"slow","cause":"very"}`)},
			{ID: "again", Status: "success", Begin: at(6), End: at(8), Output: json.RawMessage(`null`)},
			{ID: "cancelled", Status: "cancel", Begin: at(9), End: at(10)},
			{ID: "strange", Status: "melted", Begin: at(11), End: at(12), Output: json.RawMessage(`[1, 2]`)},
			{ID: "moment", Status: "success", Begin: at(13), End: at(13)},
		},
	}
}

// Folding the derived events gives the steps of the listing itself.
func TestFoldOfDerivedEventsIsTheListing(t *testing.T) {
	t.Parallel()
	executions := append(huaweitest.DemoExecutions(), foldable())
	_, client := start(t, nil, executions...)
	for _, x := range executions {
		if x.End.IsZero() {
			continue // of a node that has not ended the events say less than the listing
		}
		ref := history.Ref{Workflow: x.Workflow, Execution: x.ID}
		listed, err := client.Execution(t.Context(), ref)
		if err != nil {
			t.Fatal(err)
		}
		folded, err := history.Fold(client.Events(t.Context(), history.EventQuery{Ref: ref}))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(listed.Steps, folded.Steps, likeListed); diff != "" {
			t.Errorf("%s: steps mismatch (-listed +folded):\n%s", x.ID, diff)
		}
		if folded.Status != listed.Status || !folded.Started.Equal(listed.Started) || !folded.Ended.Equal(listed.Ended) || folded.Ref != listed.Ref {
			t.Errorf("%s: folded %+v, listed %+v", x.ID, folded, listed)
		}
		if len(folded.Diagnostics) > 0 {
			t.Errorf("%s: diagnostics %+v", x.ID, folded.Diagnostics)
		}
	}
}

// A Folder that reads on whenever there is something new has in the end what one read of the whole gives.
func TestFolderFollowsAnExecution(t *testing.T) {
	t.Parallel()
	client, set, _ := growing(t)
	q := history.EventQuery{Ref: ref()}
	var f history.Folder
	var ended []string
	for _, b := range []string{
		body("waitExecute", -1, -1),
		body("executing", 0, -1, node("a", "executing", 5, -1)),
		body("executing", 0, -1, node("a", "executing", 5, -1), node("b", "executing", 1, -1)),
		body("executing", 0, -1, node("a", "success", 5, 5), node("b", "executing", 1, -1)),
		body("executing", 0, -1, node("a", "success", 5, 5), node("b", "fail", 1, 2), node("c", "executing", 6, -1)),
		body("fail", 0, 8, node("a", "success", 5, 5), node("b", "fail", 1, 2), node("c", "cancel", 6, 7)),
	} {
		set(b)
		for page, err := range client.EventPages(t.Context(), q) {
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Items {
				if s := f.Add(e); s != nil {
					ended = append(ended, s.ID+" "+string(s.Status))
				}
			}
			q.From = page.Resume
		}
	}
	whole, err := history.Fold(client.Events(t.Context(), history.EventQuery{Ref: ref()}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole, f.Execution()); diff != "" {
		t.Errorf("execution mismatch (-whole +followed):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a succeeded", "b failed", "c stopped"}, ended); diff != "" {
		t.Errorf("steps as they ended mismatch (-want +got):\n%s", diff)
	}
}
