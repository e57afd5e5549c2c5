// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

// eventTypes are the 21 types of the document.
func eventTypes() []string {
	return []string{
		"StepEntered", "StepStarted", "StepSucceeded", "StepFailed", "StepExited",
		"BranchEntered", "BranchExited", "IterationEntered", "IterationExited",
		"TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSubmitFailed", "TaskSucceeded", "TaskFailed", "TaskTimedOut",
		"ExecutionStarted", "ExecutionStopped", "ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut",
	}
}

func TestDemoHasEveryTypeOfEvent(t *testing.T) {
	t.Parallel()
	found := make(map[string]bool)
	for _, e := range alibabatest.DemoExecutions() {
		for _, event := range e.Events {
			found[event.Type] = true
		}
	}
	want := slices.Sorted(slices.Values(eventTypes()))
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("types mismatch (-want +got):\n%s", diff)
	}
}

func TestDemoIsConsistent(t *testing.T) {
	t.Parallel()
	for _, e := range alibabatest.DemoExecutions() {
		previous := e.Started
		for i, event := range e.Events {
			if event.ID != int64(i+1) || event.Cause >= event.ID || event.Time.Before(previous) || !json.Valid([]byte(event.Detail)) {
				t.Errorf("%s: event %d is out of place: %+v", e.Name, i, event)
			}
			previous = event.Time
		}
	}
	if diff := cmp.Diff(alibabatest.DemoExecutions(), alibabatest.DemoExecutions()); diff != "" {
		t.Errorf("two calls differ:\n%s", diff)
	}
}

func TestDemoIsServed(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	demo := alibabatest.DemoExecutions()
	for _, e := range demo {
		srv.AddExecution(e)
	}
	client := newClient(t, srv)
	got := make(map[string]string)
	for _, e := range demo {
		execution, code := describe(t, client, e.Flow, e.Name, "")
		got[e.Name] = code + execution.Status
		events, _, err := walk(client, e.Flow, e.Name, 7)
		if diff := cmp.Diff(ids(1, int64(len(e.Events))), events); err != nil || diff != "" {
			t.Errorf("%s: error %v, ids mismatch (-want +got):\n%s", e.Name, err, diff)
		}
	}
	want := map[string]string{
		"order-1001": "Succeeded", "order-1002": "Failed", "order-1003": "Running",
		"order-1004": "Stopped", "order-1005": "TimedOut",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("statuses mismatch (-want +got):\n%s", diff)
	}
}
