// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"fmt"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

const (
	sampleWorkflow   = "suite-flow"
	sampleExecution  = "suite-main"
	sampleSteps      = 4 // of the main execution, which has two events for each and two of its own
	sampleExecutions = 7 // of the workflow, the main one included
	sampleWorkflows  = 5 // the workflow included, where workflows are walked over
)

// sampleStart is when the first execution began.
func sampleStart() time.Time { return time.Date(2026, time.November, 1, 8, 0, 0, 0, time.UTC) }

// sampleRecords is what most promises are checked on: a workflow of executions with different ends, one of which has
// sampleSteps steps.
func sampleRecords() []Record {
	ends := []history.Status{history.Succeeded, history.Failed, history.Stopped, history.TimedOut}
	records := []Record{newRecord(sampleExecution, 0, sampleSteps, history.Succeeded)}
	for i := 1; i < sampleExecutions; i++ {
		records = append(records, newRecord(fmt.Sprintf("suite-%c-%d", 'a'+i%2, i), i, 1, ends[i%len(ends)]))
	}
	return records
}

// otherWorkflows is what the walks over workflows are checked on beside sampleRecords: an execution of each other workflow.
func otherWorkflows() []Record {
	var records []Record
	for i := 1; i < sampleWorkflows; i++ {
		r := newRecord(sampleExecution, i, 0, history.Succeeded)
		r.Execution.Workflow = fmt.Sprintf("%s-%d", sampleWorkflow, i)
		records = append(records, r)
	}
	return records
}

// newRecord is an execution of so many steps that began so many hours after sampleStart. One that has not ended has as
// many steps, all done.
func newRecord(name string, hours, steps int, status history.Status) Record {
	start := sampleStart().Add(time.Duration(hours) * time.Hour)
	at := func(half int) time.Time { return start.Add(time.Duration(half)*time.Second + 123*time.Millisecond) }
	r := Record{Execution: history.Execution{
		Ref:     history.Ref{Workflow: sampleWorkflow, Execution: name},
		Status:  status,
		Started: start,
		Input:   `{"order":4711}`,
	}}
	add := func(e history.Event) {
		e.ID, e.Cause = int64(len(r.Events)+1), int64(len(r.Events))
		r.Events = append(r.Events, e)
	}
	add(history.Event{Type: history.ExecutionStarted, Time: start, Detail: `{"input":{"order":4711}}`})
	for i := range steps {
		step := history.Step{
			Name: fmt.Sprintf("step-%d", i), Kind: history.StepNode, Status: history.Succeeded,
			Started: at(2*i + 1), Ended: at(2*i + 2), Output: history.Detail(fmt.Sprintf(`{"result":%d}`, i)),
		}
		r.Execution.Steps = append(r.Execution.Steps, step)
		add(history.Event{Type: history.StepStarted, Time: step.Started, Step: step.Name, Detail: `{"input":{}}`})
		add(history.Event{Type: history.StepSucceeded, Time: step.Ended, Step: step.Name, Detail: `{"output":` + step.Output + `}`})
	}
	if status.Terminal() {
		r.Execution.Ended = start.Add(time.Duration(2*steps+3) * time.Second)
		r.Execution.Output = `{"done":true}`
		add(history.Event{Type: lastEvent(status), Time: r.Execution.Ended, Detail: `{"output":{"done":true}}`})
	}
	return r
}

// lastEvent is the event that ends an execution with a status.
func lastEvent(status history.Status) history.EventType {
	switch status {
	case history.Failed:
		return history.ExecutionFailed
	case history.Stopped:
		return history.ExecutionStopped
	case history.TimedOut:
		return history.ExecutionTimedOut
	default:
		return history.ExecutionSucceeded
	}
}
