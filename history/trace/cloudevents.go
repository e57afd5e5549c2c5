// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/internal/ends"
)

// CloudEvents writes an execution as the lifecycle events that the CNCF Serverless Workflow specification (DSL 1.0) has for
// it, one CloudEvent 1.0 a line in structured JSON, in order of time. Of the execution there are
// io.serverlessworkflow.workflow.started.v1 and, when it ended, completed, faulted (failed or timed out) or cancelled
// (stopped); of each step, branch and iteration io.serverlessworkflow.task.created.v1, started, retried (once for each
// attempt after the first), and completed, faulted or cancelled. Of what has no time nothing is written.
//
// The source is the execution's reference as history.FormatRef writes it, but with the slash of Huawei's scope as it is:
// the scope stands where a URI has its host, and net/url, like others, refuses %2F there. history.ParseRef does not read
// that. The subject of a task's event is Step.ID, and the id a hash of the source, the subject and the type, so that a second
// export has the same ids. The extension attribute stepkind is Step.Kind.
//
// The specification asks for some things that no cloud tells. A definition's namespace is the reference's provider and scope;
// its version is the attribute FlowVersion, or 0.0.0. A task's pointer leads to its Step.ID below /do, not into a definition. An
// error's type is the specification's runtime or timeout error; its title is the code, its detail the cause.
//
// An error is w's.
func CloudEvents(w io.Writer, e history.Execution) error {
	x := lifecycle{source: sourceOf(e.Ref), name: qualified(e.Ref), untold: ends.Untold(e.Steps, e.Ended)}
	x.execution(&e)
	slices.SortStableFunc(x.events, func(a, b cloudEvent) int { return a.at.Compare(b.at) })
	out := newJSONWriter(w)
	for _, event := range x.events {
		out.value(event)
		out.text("\n")
	}
	return out.flush()
}

// lifecycle collects the events of an execution, each begin and end around what is in it: where times are the same, that
// is their order.
type lifecycle struct {
	source, name string
	untold       map[*history.Step]time.Time // ends of steps
	events       []cloudEvent
}

const (
	workflowPrefix = "io.serverlessworkflow.workflow."
	taskPrefix     = "io.serverlessworkflow.task."
)

func (x *lifecycle) execution(e *history.Execution) {
	x.workflow("started", e.Started, workflowData{
		Started:    written(e.Started),
		Definition: &definitionData{Name: e.Workflow, Namespace: namespace(e.Ref), Version: cmp.Or(e.Attributes["FlowVersion"], "0.0.0")},
	})
	for i := range e.Steps {
		x.step(&e.Steps[i])
	}
	switch at := written(e.Ended); e.Status {
	case history.Succeeded:
		x.workflow("completed", e.Ended, workflowData{Completed: at})
	case history.Failed, history.TimedOut:
		x.workflow("faulted", e.Ended, workflowData{Faulted: at, Error: errorOf(e.Status, e.Failure, "/do")})
	case history.Stopped:
		x.workflow("cancelled", e.Ended, workflowData{Cancelled: at})
	}
}

// step tells of a step and of what is in it.
func (x *lifecycle) step(s *history.Step) {
	x.task(s, "created", 0, s.Entered, taskData{Created: written(s.Entered)})
	x.task(s, "started", 0, s.Started, taskData{Started: written(s.Started)})
	for i := 1; i < len(s.Attempts); i++ {
		at := cmp.Or(s.Attempts[i].Scheduled, s.Attempts[i].Started)
		x.task(s, "retried", i, at, taskData{Retried: written(at)})
	}
	for i := range s.Children {
		x.step(&s.Children[i])
	}
	end := cmp.Or(s.Ended, x.untold[s])
	switch at := written(end); s.Status {
	case history.Succeeded:
		x.task(s, "completed", 0, end, taskData{Completed: at})
	case history.Failed, history.TimedOut:
		x.task(s, "faulted", 0, end, taskData{Faulted: at, Error: errorOf(s.Status, s.Failure, pointer(s.ID))})
	case history.Stopped:
		x.task(s, "cancelled", 0, end, taskData{Cancelled: at})
	}
}

func (x *lifecycle) workflow(what string, at time.Time, data workflowData) {
	data.Name = x.name
	x.add(cloudEvent{Type: workflowPrefix + what + ".v1", Data: data, at: at}, "")
}

// task adds an event of a step; attempt is its number from 0 where there may be several.
func (x *lifecycle) task(s *history.Step, what string, attempt int, at time.Time, data taskData) {
	data.Workflow, data.Task = x.name, pointer(s.ID)
	x.add(cloudEvent{
		Type: taskPrefix + what + ".v1", Subject: attributeText(s.ID), StepKind: attributeText(string(s.Kind)), Data: data, at: at,
	}, s.ID, strconv.Itoa(attempt))
}

// add completes an event and keeps it. Without a time it did not happen, as far as anybody knows. The parts tell events of
// one type apart.
func (x *lifecycle) add(event cloudEvent, parts ...string) {
	event.Time = written(event.at)
	if event.Time == "" {
		return
	}
	event.ID = hexID(append([]string{"event", x.source, event.Type}, parts...)...)
	event.Version, event.Source, event.DataType = "1.0", x.source, "application/json"
	x.events = append(x.events, event)
}
