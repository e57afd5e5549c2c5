// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/trace"
)

// at is a number of seconds after the beginning of every execution here.
func at(seconds int) time.Time { return time.Date(2026, time.November, 1, 8, 0, seconds, 0, time.UTC) }

// execution began at 0 and ended at a second, 0 for one that runs.
func execution(status history.Status, end int, steps ...history.Step) history.Execution {
	e := history.Execution{
		Ref:    history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "order-flow", Execution: "order-1"},
		Status: status, Started: at(0), Steps: steps,
	}
	if end > 0 {
		e.Ended = at(end)
	}
	return e
}

// step was entered, started and ended at some seconds; a negative one is not known.
func step(name string, status history.Status, entered, started, ended int, children ...history.Step) history.Step {
	s := history.Step{ID: name, Name: name, Kind: history.StepNode, Status: status, Children: children}
	for field, second := range map[*time.Time]int{&s.Entered: entered, &s.Started: started, &s.Ended: ended} {
		if second >= 0 {
			*field = at(second)
		}
	}
	return s
}

// order is an execution as history.Client.Execution returns it: a step failed in two attempts.
func order() history.Execution {
	pay := step("pay", history.Failed, 3, 3, 9)
	pay.Failure = &history.Failure{Code: "PaymentRefused", Cause: "the card has expired"}
	pay.Attempts = []history.Attempt{
		{Scheduled: at(3), Started: at(3), Ended: at(5), Status: history.Failed, Failure: &history.Failure{Code: "FC.ResourceThrottled"}},
		{Scheduled: at(7), Started: at(7), Ended: at(9), Status: history.Failed, Failure: pay.Failure, InvocationID: "invocation-2"},
	}
	e := execution(history.Failed, 9, step("check", history.Succeeded, 0, 2, 3), pay)
	e.Failure = pay.Failure
	return e
}

// abandoned has a branch that was entered after the other one had failed, and with it the step that both are in.
func abandoned() history.Execution {
	branch := func(id string, status history.Status, entered int, inner history.Step) history.Step {
		s := step(id, status, entered, -1, -1, inner)
		s.Kind = history.BranchNode
		return s
	}
	return execution(history.Failed, 12, step("par", history.Failed, 1, 1, 9,
		branch("par[1]", history.Failed, 1, step("a", history.Failed, 2, 2, 8)), branch("par[2]", history.Stopped, 1, step("b", history.Stopped, 10, 11, -1))))
}

// writers are all forms, by the end of the golden file's name.
func writers() map[string]func(io.Writer, history.Execution) error {
	return map[string]func(io.Writer, history.Execution) error{
		"otlp.json":         func(w io.Writer, e history.Execution) error { return trace.OTLP(w, e, nil) },
		"chrome.json":       func(w io.Writer, e history.Execution) error { return trace.Chrome(w, e, nil) },
		"cloudevents.jsonl": trace.CloudEvents,
	}
}

// write returns what a writer writes.
func write(t *testing.T, to func(io.Writer, history.Execution) error, e history.Execution) string {
	t.Helper()
	var b bytes.Buffer
	if err := to(&b, e); err != nil {
		t.Fatalf("writing: %v", err)
	}
	return b.String()
}

// bar is what of a Chrome trace's event is looked at here.
type bar struct {
	Name     string         `json:"name"`
	Phase    string         `json:"ph"`
	Time     int64          `json:"ts"`
	Duration int64          `json:"dur"`
	Process  int            `json:"pid"`
	Lane     int            `json:"tid"`
	Args     map[string]any `json:"args"`
}

func (b bar) end() int64 { return b.Time + b.Duration }

// bars are the events of an execution's Chrome trace with one phase.
func bars(t *testing.T, e history.Execution, phase string) []bar {
	t.Helper()
	var file struct {
		Events []bar `json:"traceEvents"`
	}
	if err := json.Unmarshal([]byte(write(t, writers()["chrome.json"], e)), &file); err != nil {
		t.Fatalf("the trace is no JSON: %v", err)
	}
	var out []bar
	for _, b := range file.Events {
		if b.Phase == phase {
			out = append(out, b)
		}
	}
	return out
}

// cloudEvent is what of a CloudEvent is looked at here.
type cloudEvent struct {
	ID, Source, Type, Subject, Time, StepKind string
	Data                                      map[string]any
}

func cloudEvents(t *testing.T, e history.Execution) []cloudEvent {
	t.Helper()
	var out []cloudEvent
	for d := json.NewDecoder(bytes.NewReader([]byte(write(t, trace.CloudEvents, e)))); d.More(); {
		var c cloudEvent
		if err := d.Decode(&c); err != nil {
			t.Fatalf("an event is no JSON: %v", err)
		}
		out = append(out, c)
	}
	return out
}

var errFull = errors.New("no room")

// full is a writer that takes nothing after so many bytes.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return 0, errFull
	}
	f.room -= len(p)
	return len(p), nil
}
