// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

// clock is a clock that is moved by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestLive(t *testing.T) {
	t.Parallel()
	// Signatures carry the real date, so the clock begins there.
	start := time.Now().Truncate(time.Second)
	clock := &clock{now: start}
	srv := alibabatest.NewServer(t, &alibabatest.Options{Now: clock.Now})
	srv.AddExecution(alibabatest.Execution{Flow: "f", Name: "e", Started: start.Add(time.Second), Live: true, Events: []alibabatest.Event{
		{Type: "ExecutionStarted", Detail: `{"input":1}`},
		{Type: "StepEntered", Time: start.Add(3 * time.Second)},
		{Type: "StepStarted", Time: start.Add(2 * time.Second)}, // held back by the one before
		{Type: "ExecutionFailed", Time: start.Add(4 * time.Second), Detail: `{"output":2}`},
	}})
	srv.AddExecution(alibabatest.Execution{Flow: "f", Name: "bare", Status: "Stopped", Started: start, Stopped: start.Add(3 * time.Second), Live: true})
	client := newClient(t, srv)
	type seen struct {
		Code, Status, Stopped, Output string
		Events                        int
		Bare                          string
	}
	var got []seen
	for range 5 {
		execution, code := describe(t, client, "f", "e", "")
		events, _, _ := walk(client, "f", "e", 1)
		bare, _ := describe(t, client, "f", "bare", "")
		got = append(got, seen{code, execution.Status, execution.StoppedTime, execution.Output, len(events), bare.Status})
		clock.advance(time.Second)
	}
	end := start.Add(4 * time.Second).UTC().Format("2006-01-02T15:04:05.000Z")
	want := []seen{
		{"ExecutionNotExists", "", "", "", 0, "Running"},
		{"", "Running", "", "", 1, "Running"},
		{"", "Running", "", "", 1, "Running"},
		{"", "Running", "", "", 3, "Stopped"},
		{"", "Failed", end, "2", 4, "Stopped"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("growth mismatch (-want +got):\n%s", diff)
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	start := time.Now().Truncate(time.Second)
	clock := &clock{now: start}
	srv := alibabatest.NewServer(t, &alibabatest.Options{Now: clock.Now})
	client := newClient(t, srv)
	srv.Append("f", "e", alibabatest.Event{Type: "ExecutionStarted"}, alibabatest.Event{ID: 5, Cause: 1, Type: "StepEntered"})
	running, _ := describe(t, client, "f", "e", "")
	clock.advance(time.Second)
	srv.Append("f", "e", alibabatest.Event{Type: "ExecutionSucceeded", Detail: `{"output":{"a":1}}`})
	ended, _ := describe(t, client, "f", "e", "")
	srv.Append("f", "e", alibabatest.Event{ID: 3, Type: "StepScheduled"}) // one that comes late has its place
	got, _, err := walk(client, "f", "e", 0)
	if err != nil || !slices.Equal(got, []int64{1, 3, 5, 6}) {
		t.Errorf("ids %v, error %v", got, err)
	}
	format := func(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }
	if running.Status != "Running" || running.StartedTime != format(start) || running.StoppedTime != "" {
		t.Errorf("before its end: %q, %s to %q", running.Status, running.StartedTime, running.StoppedTime)
	}
	if ended.Status != "Succeeded" || ended.StoppedTime != format(start.Add(time.Second)) || ended.Output != `{"a":1}` {
		t.Errorf("after its end: %q, at %q, output %s", ended.Status, ended.StoppedTime, ended.Output)
	}
}

func TestAddExecutionKeepsACopy(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	execution := alibabatest.SeedExecution()
	srv.AddExecution(execution)
	execution.Events[1].Step = "changed"
	delete(execution.Tokens, alibabatest.SeedToken)
	page, err := newClient(t, srv).GetExecutionHistory(historyOf("flow", "exec", alibabatest.SeedToken, 0))
	if err != nil || page.Events[0].StepName != "passStep" {
		t.Errorf("the server's copy changed: %v, error %v", page, err)
	}
}
