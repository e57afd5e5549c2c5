// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// The names of the attributes: fields of the service without a home in the neutral model.
const (
	attributeWorkflowID   = "workflow_id" // only if it is another than the one that was asked for
	attributeProjectID    = "project_id"
	attributeEditTime     = "workflow_edit_time" // as it was sent
	attributeLastRecordID = "last_record_id_with_snapshot"
)

// execution maps what the service says of an execution. ref is what it was asked for by. What is returned shares memory
// with a few others, but nothing that is written again.
func (x *executionItem) execution(ref history.Ref) history.Execution {
	ref.Execution = string(x.ExecutionID)
	n := notes{}
	e := history.Execution{
		Ref:          ref,
		Status:       n.status("", x.Status),
		NativeStatus: string(x.Status),
		Started:      n.time("", "begin_time", &x.BeginTime),
		Ended:        n.time("", "end_time", &x.EndTime),
		Updated:      n.time("", "last_update_time", &x.UpdateTime),
		Input:        history.Detail(x.Input),
		Output:       history.Detail(x.Output),
		CreatedBy:    string(x.CreatedBy),
		Attributes:   x.attributes(ref),
	}
	if len(x.Approvers) > 0 {
		e.Approvers = x.made.names.take(len(x.Approvers))
		for i, name := range x.Approvers {
			e.Approvers[i] = string(name)
		}
	}
	e.Steps = x.steps(&n)
	e.Diagnostics = n.list
	return e
}

func (x *executionItem) attributes(ref history.Ref) map[string]string {
	var out map[string]string
	add := func(name, value string) {
		if value == "" {
			return
		}
		if out == nil {
			out = make(map[string]string, len(x.Others)+3)
		}
		out[name] = value
	}
	for name, value := range x.Others {
		add(name, string(value))
	}
	add(attributeProjectID, string(x.ProjectID))
	add(attributeEditTime, x.made.textOf(x.EditTime))
	add(attributeLastRecordID, string(x.LastRecordID))
	if id := string(x.WorkflowID); id != ref.Workflow {
		add(attributeWorkflowID, id)
	}
	return out
}

// steps maps the node results, in order of their start; nodes without one come last.
func (x *executionItem) steps(n *notes) []history.Step {
	if len(x.Nodes) == 0 {
		return nil
	}
	steps := x.made.steps.take(len(x.Nodes))
	attempts := x.made.attempts.take(len(x.Nodes))
	ids := &x.made.ids
	ids.begin()
	count := 0
	for i := range x.Nodes {
		node := &x.Nodes[i]
		if node.missing {
			n.add("missing_node", history.Defect, "", "element %d of execution_result_list is null", i)
			continue
		}
		s := &steps[count]
		s.ID = ids.next(string(node.NodeID))
		node.fill(s, n)
		attempts[count] = history.Attempt{
			Started: s.Started, Ended: s.Ended, Status: s.Status, Failure: s.Failure, InvocationID: string(node.FunctionID),
		}
		s.Attempts = attempts[count : count+1 : count+1]
		count++
	}
	steps = steps[:count]
	for i := 1; i < count; i++ { // most are in order, and a step is large to be handed to a function
		if byStart(&steps[i-1], &steps[i]) > 0 {
			slices.SortStableFunc(steps, func(a, b history.Step) int { return byStart(&a, &b) })
			break
		}
	}
	return steps
}

func byStart(a, b *history.Step) int {
	if a.Started.IsZero() || b.Started.IsZero() {
		return cmp.Compare(rank(a.Started), rank(b.Started))
	}
	return a.Started.Compare(b.Started)
}

func rank(started time.Time) int {
	if started.IsZero() {
		return 1
	}
	return 0
}

// fill makes the step with the ID that it has already.
func (i *nodeItem) fill(s *history.Step, n *notes) {
	s.Name = string(i.NodeID)
	s.Kind = history.StepNode
	s.Status = n.status(s.ID, i.Status)
	s.NativeStatus = string(i.Status)
	s.Started = n.time(s.ID, "begin_time", &i.BeginTime)
	s.Ended = n.time(s.ID, "end_time", &i.EndTime)
	switch {
	case i.Output == "null":
	case utf8.ValidString(i.Output):
		s.Output = history.Detail(i.Output)
	default:
		s.Output = history.Detail(wire.Valid([]byte(i.Output)))
	}
	if s.Status == history.Failed || s.Status == history.TimedOut {
		s.Failure = i.failure()
	}
}

// failure is what the output says about why the node failed, nil if it says nothing.
//
// Assumption: the instances in the output's "fail" have the "code" and "log" that those in "success" have in the
// document's example. The first that has either is taken.
func (i *nodeItem) failure() *history.Failure {
	var output struct {
		Fail []struct{ Code, Log wire.Text }
	}
	if json.Unmarshal([]byte(i.Output), &output) == nil {
		for _, instance := range output.Fail {
			if instance.Code != "" || instance.Log != "" {
				return &history.Failure{Code: string(instance.Code), Cause: string(instance.Log)}
			}
		}
	}
	if f, ok := history.Detail(i.Output).Failure(); ok {
		return &f
	}
	return nil
}

// notes collects what was uncertain while an execution was mapped.
type notes struct{ list []history.Diagnostic }

func (n *notes) add(code string, severity history.Severity, step, format string, args ...any) {
	n.list = append(n.list, history.Diagnostic{Code: code, Severity: severity, Step: step, Text: fmt.Sprintf(format, args...)})
}

// status is the meaning of a word; one that is not known is noted.
func (n *notes) status(step string, word wire.Text) history.Status {
	s := status(string(word))
	if s == "" {
		n.add("unknown_status", history.Warning, step, "the status %q is in no document", wire.Clip(string(word)))
	}
	return s
}

// time reads a time; one that cannot be read is noted.
func (n *notes) time(step, name string, value *stamp) time.Time {
	t, ok := value.time()
	if !ok {
		n.add("unreadable_time", history.Defect, step, "%s is %s; want UTC milliseconds", name, wire.Clip(value.String()))
	}
	return t
}

// bare is an execution without what OmitDetail leaves out.
func bare(e history.Execution) history.Execution {
	e.Input, e.Output = "", ""
	for i := range e.Steps {
		e.Steps[i].Output = ""
	}
	return e
}

// made is what the executions of one answer are made of: memory that is allocated for some dozens of steps at a time.
type made struct {
	steps    slab[history.Step]
	attempts slab[history.Attempt]
	names    slab[string]
	ids      stepIDs
	edited   stamp  // when the workflow was, as the execution before has it
	editText string // edited.text()
}

// textOf is the text of a workflow's edit time, which most of its executions have in common.
func (m *made) textOf(s stamp) string {
	if m.edited != s {
		m.edited, m.editText = s, s.text()
	}
	return m.editText
}

// slab hands out lists that are the taker's own, several of one piece of memory. A list that is kept keeps no more than a
// piece.
type slab[T any] struct{ free []T }

// take is a list of n zero values without room for more.
func (s *slab[T]) take(n int) []T {
	const piece = 64 // items
	if n > len(s.free) {
		s.free = make([]T, max(n, piece))
	}
	out := s.free[:n:n]
	s.free = s.free[n:]
	return out
}
