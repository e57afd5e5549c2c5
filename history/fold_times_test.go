// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// A step and its attempt, from the beginning to the end of an execution.
const oneTask = `
	1 0 ExecutionStarted -
	2 1 StepEntered a
	3 2 StepStarted a
	4 3 TaskScheduled a
	5 4 TaskStarted a
	6 5 TaskSucceeded a
	7 6 StepSucceeded a
	8 7 StepExited a
	9 8 ExecutionSucceeded -`

// Times are in UTC, whatever the events' are in.
func TestFoldTellsTimesInUTC(t *testing.T) {
	t.Parallel()
	events := script(t, oneTask)
	want := fold(t, events)
	for i := range events {
		events[i].Time = events[i].Time.In(time.FixedZone("CET", 3600))
	}
	got := fold(t, events)
	equal(t, "execution", want, got)
	step := got.Steps[0]
	for _, at := range []time.Time{
		got.Started, got.Ended, step.Entered, step.Started, step.Ended,
		step.Attempts[0].Scheduled, step.Attempts[0].Started, step.Attempts[0].Ended,
	} {
		if at.IsZero() || at.Location() != time.UTC {
			t.Errorf("a time is %v, want it in UTC", at)
		}
	}
}

// What ended at a time that nobody knows has ended.
func TestFoldWithoutTimes(t *testing.T) {
	t.Parallel()
	for end, want := range map[history.EventType]history.Status{
		history.TaskSucceeded: history.Succeeded, history.TaskFailed: history.Failed, history.TaskTimedOut: history.TimedOut,
	} {
		events := script(t, oneTask)
		for i := range events {
			events[i].Time = time.Time{}
		}
		events[5].Type = end
		if want != history.Succeeded {
			events[6].Type = history.StepFailed
		}
		step := fold(t, events).Steps[0]
		equal(t, string(end), []history.Status{want, want}, []history.Status{step.Status, step.Attempts[0].Status})
	}
}

// The IDs that Add tells are those that Execution tells later, also of names that look like IDs.
func TestFolderNamesStepsOnce(t *testing.T) {
	t.Parallel()
	var f history.Folder
	var added, whole []string
	for _, e := range script(t, `
		1 0 ExecutionStarted -
		2 1 StepEntered a
		3 2 StepExited a
		4 3 StepEntered a
		5 4 StepExited a
		6 5 StepEntered a#2
		7 6 StepExited a#2`) {
		if ended := f.Add(e); ended != nil {
			added = append(added, ended.ID)
		}
	}
	e := f.Execution()
	for _, s := range e.Walk() {
		whole = append(whole, s.ID)
	}
	equal(t, "IDs that Add told", []string{"a", "a#2", "a#2#2"}, added)
	equal(t, "IDs that Execution told", added, whole)
}
