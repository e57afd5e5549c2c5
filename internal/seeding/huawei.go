// SPDX-License-Identifier: Apache-2.0

package seeding

import (
	"encoding/json"
	"fmt"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// Huawei adds generated executions to a server: their steps on top become node results. What happened inside those has
// no place there.
func Huawei(srv *huaweitest.Server, generated ...historytest.Generated) {
	for _, g := range generated {
		srv.AddExecution(HuaweiExecution(g))
	}
}

// HuaweiExecution is a generated execution in the words of the server. A step that was entered and not started is left
// out: AOM knows of no node that waits.
func HuaweiExecution(g historytest.Generated) huaweitest.Execution {
	truth := HuaweiTruth(g)
	e := huaweitest.Execution{
		Workflow: truth.Workflow, ID: truth.Execution, Status: truth.NativeStatus,
		Begin: truth.Started, End: truth.Ended, Updated: truth.Updated,
	}
	for _, s := range truth.Steps {
		n := huaweitest.Node{
			ID: s.Name, Status: s.NativeStatus, Begin: s.Started, End: s.Ended, FunctionExecutionID: s.Attempts[0].InvocationID,
		}
		if s.Output != "" {
			n.Output = json.RawMessage(s.Output)
		}
		e.Nodes = append(e.Nodes, n)
	}
	return e
}

// HuaweiTruth is what a client must make of a generated execution that this server serves, the attributes aside: it has
// no inputs, no output of its own, and no steps but those on top, with one attempt each.
func HuaweiTruth(g historytest.Generated) history.Execution {
	e := g.Execution
	e.NativeStatus, e.Input, e.Output, e.Failure, e.Steps = word(e.Status), "", "", nil, nil
	e.Updated = g.Events[len(g.Events)-1].Time
	names := map[string]int{}
	for _, s := range g.Execution.Steps {
		if s.Started.IsZero() {
			continue
		}
		id := s.Name
		if names[s.Name]++; names[s.Name] > 1 {
			id = fmt.Sprintf("%s#%d", s.Name, names[s.Name])
		}
		e.Steps = append(e.Steps, history.Step{
			ID: id, Name: s.Name, Kind: s.Kind, Status: s.Status, NativeStatus: word(s.Status),
			Started: s.Started, Ended: s.Ended, Output: output(s), Failure: s.Failure,
			Attempts: []history.Attempt{{
				Started: s.Started, Ended: s.Ended, Status: s.Status, Failure: s.Failure,
				InvocationID: fmt.Sprintf("%s-%d", g.Execution.Execution, s.FirstEvent),
			}},
		})
	}
	return e
}

// output is what the node results have as output: that of the step, or what it failed with, in the form that the
// document's example has for what went well.
func output(step history.Step) history.Detail {
	if step.Failure == nil {
		return step.Output
	}
	type instance struct {
		Code string `json:"code"`
		Log  string `json:"log"`
	}
	text, _ := json.Marshal(struct { // strings always have a JSON form
		Fail []instance `json:"fail"`
	}{[]instance{{step.Failure.Code, step.Failure.Cause}}})
	return history.Detail(text)
}

// word is the server's word for a status.
//
// Model: "timeout" is FunctionGraph's, which runs the nodes. AOM's documents have no word of their own for it.
func word(s history.Status) string {
	switch s {
	case history.Succeeded:
		return huaweitest.StatusSuccess
	case history.Failed:
		return huaweitest.StatusFail
	case history.TimedOut:
		return "timeout"
	case history.Stopped:
		return huaweitest.StatusCancel
	}
	return huaweitest.StatusExecuting
}
