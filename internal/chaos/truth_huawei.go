// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// The phases in the ID of a derived event.
const (
	phaseBegin = iota
	phaseStart
	phaseEnd
	phaseTerminal
)

// derivedID is the ID of a derived event, by the documented form: unix milliseconds, phase, and index of the node.
func derivedID(at time.Time, phase, node int) int64 {
	return at.UnixMilli()<<12 | int64(phase)<<10 | int64(node)
}

// index is which event of its execution has an ID, if any has.
func (f *huaweiFixture) index(id int64) int {
	node := int(id & (1<<10 - 1))
	switch id >> 10 & 3 {
	case phaseBegin:
		return 0
	case phaseStart:
		return 1 + 2*node
	case phaseEnd:
		return 2 + 2*node
	default:
		return f.Each - 1
	}
}

// event is the event i that a client must derive from the execution k. It is written down from what is documented, not with
// the client's own code. Its nodes run one after the other, so that the order is plain.
func (f *huaweiFixture) event(k, i int) history.Event {
	x := f.bare(k)
	origin := derivedID(x.Begin, phaseBegin, 0)
	e := history.Event{Ref: huaweiRef(x.Workflow, x.ID), Derived: true}
	switch {
	case i == 0:
		e.ID, e.Type, e.Time = origin, history.ExecutionStarted, x.Begin
		return e
	case i == f.Each-1:
		e.ID, e.Cause, e.Type, e.Time = derivedID(x.End, phaseTerminal, 0), origin, history.ExecutionSucceeded, x.End
		return e
	}
	index := (i - 1) / 2
	n := f.node(k, index)
	start := derivedID(n.Begin, phaseStart, index)
	e.Step = n.ID
	if i%2 == 1 {
		e.ID, e.Cause, e.Type, e.Time = start, origin, history.StepStarted, n.Begin
		return e
	}
	e.ID, e.Cause, e.Type, e.Time = derivedID(n.End, phaseEnd, index), start, history.StepSucceeded, n.End
	e.Detail = history.Detail(wireNode(n))
	return e
}

// wireNode is a node as the server writes it.
func wireNode(n huaweitest.Node) string {
	return fmt.Sprintf(`{ "begin_time" : %d, "end_time" : %d, "function_execution_id" : "%s", "node_id" : "%s", "output" : %s, "status" : "%s" }`,
		n.Begin.UnixMilli(), n.End.UnixMilli(), n.FunctionExecutionID, n.ID, n.Output, n.Status)
}

// executionTruth is what a client must make of such an execution in a list.
func executionTruth(e huaweitest.Execution) history.Execution {
	out := history.Execution{
		Ref: huaweiRef(e.Workflow, e.ID), Status: history.Succeeded, NativeStatus: e.Status,
		Started: e.Begin, Ended: e.End, Updated: e.Updated, CreatedBy: e.CreatedBy,
		Attributes: map[string]string{"project_id": huaweitest.DefaultProjectID, "workflow_edit_time": "0"},
	}
	for _, n := range e.Nodes {
		out.Steps = append(out.Steps, history.Step{
			ID: n.ID, Name: n.ID, Kind: history.StepNode, Status: history.Succeeded, NativeStatus: n.Status,
			Started: n.Begin, Ended: n.End, Output: history.Detail(n.Output),
			Attempts: []history.Attempt{{
				Started: n.Begin, Ended: n.End, Status: history.Succeeded, InvocationID: n.FunctionExecutionID,
			}},
		})
	}
	return out
}
