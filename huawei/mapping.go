// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

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

// execution maps what the service says of an execution. ref is what it was asked for by.
func (x *executionItem) execution(ref history.Ref) history.Execution {
	ref.Execution = string(x.ExecutionID)
	n := notes{}
	e := history.Execution{
		Ref:          ref,
		Status:       n.status("", x.Status),
		NativeStatus: string(x.Status),
		Started:      n.time("", "begin_time", x.BeginTime),
		Ended:        n.time("", "end_time", x.EndTime),
		Updated:      n.time("", "last_update_time", x.UpdateTime),
		Input:        history.Detail(x.Input),
		Output:       history.Detail(x.Output),
		CreatedBy:    string(x.CreatedBy),
		Attributes:   x.attributes(ref),
	}
	for _, name := range x.Approvers {
		e.Approvers = append(e.Approvers, string(name))
	}
	e.Steps = x.steps(&n)
	e.Diagnostics = n.list
	return e
}

func (x *executionItem) attributes(ref history.Ref) map[string]string {
	out := make(map[string]string, len(x.Others)+3)
	for name, value := range x.Others {
		out[name] = string(value)
	}
	for name, value := range map[string]string{
		attributeProjectID:    string(x.ProjectID),
		attributeEditTime:     x.EditTime.text(),
		attributeLastRecordID: string(x.LastRecordID),
	} {
		if value != "" {
			out[name] = value
		}
	}
	if id := string(x.WorkflowID); id != "" && id != ref.Workflow {
		out[attributeWorkflowID] = id
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// steps maps the node results, in order of their start; nodes without one come last.
func (x *executionItem) steps(n *notes) []history.Step {
	if len(x.Nodes) == 0 {
		return nil
	}
	steps := make([]history.Step, 0, len(x.Nodes))
	ids := make(map[string]bool, len(x.Nodes))
	for i, node := range x.Nodes {
		if node == nil {
			n.add("missing_node", history.Defect, "", "element %d of execution_result_list is null", i)
			continue
		}
		steps = append(steps, node.step(uniqueID(ids, string(node.NodeID)), n))
	}
	slices.SortStableFunc(steps, func(a, b history.Step) int {
		if a.Started.IsZero() || b.Started.IsZero() {
			return cmp.Compare(rank(a.Started), rank(b.Started))
		}
		return a.Started.Compare(b.Started)
	})
	return steps
}

func rank(started time.Time) int {
	if started.IsZero() {
		return 1
	}
	return 0
}

// uniqueID is the node's id, with a number behind it when it was there before: a node that was tried again is there once
// for each try. The number counts places in the list, so it stays the same while the list grows.
func uniqueID(taken map[string]bool, id string) string {
	unique := id
	for n := 2; unique == "" || taken[unique]; n++ {
		unique = fmt.Sprintf("%s#%d", id, n)
	}
	taken[unique] = true
	return unique
}

func (i *nodeItem) step(id string, n *notes) history.Step {
	s := history.Step{
		ID:           id,
		Name:         string(i.NodeID),
		Kind:         history.StepNode,
		Status:       n.status(id, i.Status),
		NativeStatus: string(i.Status),
		Started:      n.time(id, "begin_time", i.BeginTime),
		Ended:        n.time(id, "end_time", i.EndTime),
	}
	if string(i.Output) != "null" {
		s.Output = history.Detail(wire.Valid(i.Output))
	}
	if s.Status == history.Failed || s.Status == history.TimedOut {
		s.Failure = i.failure()
	}
	s.Attempts = []history.Attempt{{
		Started: s.Started, Ended: s.Ended, Status: s.Status, Failure: s.Failure, InvocationID: string(i.FunctionID),
	}}
	return s
}

// failure is what the output says about why the node failed, nil if it says nothing.
//
// Assumption: the instances in the output's "fail" have the "code" and "log" that those in "success" have in the
// document's example. The first that has either is taken.
func (i *nodeItem) failure() *history.Failure {
	var output struct {
		Fail []struct{ Code, Log wire.Text }
	}
	if json.Unmarshal(i.Output, &output) == nil {
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
func (n *notes) time(step, name string, value stamp) time.Time {
	t, ok := value.time()
	if !ok {
		n.add("unreadable_time", history.Defect, step, "%s is %s; want UTC milliseconds", name, wire.Clip(string(value)))
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
