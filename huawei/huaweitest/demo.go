// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"encoding/json"
	"fmt"
	"time"
)

// DemoWorkflow is the id and name of the workflow of DemoExecutions.
const DemoWorkflow = "restart-workloads"

// DemoExecutions returns three runs of a workflow that restarts the workloads of a
// shop, at fixed times from 2026-11-01 on:
//
//   - one that succeeded: a node was tried twice, two nodes ran side by side, and
//     one failed without stopping the run;
//   - one that failed, because a workload could not be restarted;
//   - one that still executes.
//
// Model: all of it. The one documented example has a single node.
func DemoExecutions() []Execution {
	return []Execution{demoSuccess(), demoFail(), demoExecuting()}
}

func demoSuccess() Execution {
	run := demoRun("5b0c7f6e-1d42-4c1b-9a3e-00000000a001", time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC))
	run.node("query-workloads", StatusSuccess, 400, 2900, demoOutput{Success: demoTargets("frontend", "backend")})
	run.node("check-alarms", StatusFail, 3100, 8100, demoOutput{Fail: demoTargets("alarm-center")})
	run.node("check-alarms", StatusSuccess, 18200, 19700, demoOutput{Success: demoTargets("alarm-center")})
	run.node("restart-frontend", StatusSuccess, 20000, 55505, demoOutput{Success: demoTargets("frontend")})
	run.node("restart-backend", StatusSuccess, 20050, 81250, demoOutput{Success: demoTargets("backend")})
	// The workflow ignores errors of this node, so the run goes on.
	run.node("notify-oncall", StatusFail, 81500, 84000, demoOutput{Fail: demoTargets("pager")})
	run.node("verify-replicas", StatusSuccess, 84200, 90400, demoOutput{Success: demoTargets("frontend", "backend")})
	return run.end(StatusSuccess, 90600)
}

func demoFail() Execution {
	run := demoRun("5b0c7f6e-1d42-4c1b-9a3e-00000000a002", time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC))
	run.node("query-workloads", StatusSuccess, 380, 2700, demoOutput{Success: demoTargets("frontend", "backend")})
	run.node("check-alarms", StatusSuccess, 3000, 4600, demoOutput{Success: demoTargets("alarm-center")})
	run.node("restart-frontend", StatusSuccess, 5000, 39800, demoOutput{Success: demoTargets("frontend")})
	run.node("restart-backend", StatusFail, 5050, 65050, demoOutput{
		Fail: demoTargets("backend"), NotPerformed: demoTargets("backend-worker"),
	})
	return run.end(StatusFail, 65300)
}

func demoExecuting() Execution {
	run := demoRun("5b0c7f6e-1d42-4c1b-9a3e-00000000a003", time.Date(2026, 11, 3, 2, 0, 0, 0, time.UTC))
	run.node("query-workloads", StatusSuccess, 410, 3050, demoOutput{Success: demoTargets("frontend", "backend")})
	run.node("check-alarms", StatusSuccess, 3300, 4900, demoOutput{Success: demoTargets("alarm-center")})
	run.node("restart-frontend", StatusSuccess, 5200, 41000, demoOutput{Success: demoTargets("frontend")})
	run.node("restart-backend", StatusExecuting, 5250, 0, demoOutput{InExecution: demoTargets("backend")})
	return run.e
}

// demoBuilder puts an execution together; its times are milliseconds from the begin.
type demoBuilder struct{ e Execution }

func demoRun(id string, begin time.Time) *demoBuilder {
	return &demoBuilder{Execution{
		Workflow: DemoWorkflow, ID: id, Status: StatusExecuting, Begin: begin, Updated: begin,
		CreatedBy: "ops-nightly", Approvers: []string{"ops-lead", "shop-owner"},
		EditTime: time.Date(2026, 10, 20, 9, 30, 0, 0, time.UTC),
	}}
}

// node adds a node result; an end of 0 means that it still executes.
func (b *demoBuilder) node(id, status string, begin, end int, output demoOutput) {
	n := Node{
		ID: id, Status: status, Begin: b.at(begin),
		FunctionExecutionID: fmt.Sprintf("%s-%02d", b.e.ID[len(b.e.ID)-4:], len(b.e.Nodes)+1),
		Output:              output.encode(),
	}
	if end > 0 {
		n.End = b.at(end)
	}
	b.e.Nodes = append(b.e.Nodes, n)
	b.e.Updated = latest(b.e.Updated, n.Begin, n.End)
}

func (b *demoBuilder) end(status string, at int) Execution {
	b.e.Status, b.e.End, b.e.Updated = status, b.at(at), b.at(at)
	b.e.LastRecordID = "record-" + b.e.ID[len(b.e.ID)-4:]
	return b.e
}

func (b *demoBuilder) at(milliseconds int) time.Time {
	return b.e.Begin.Add(time.Duration(milliseconds) * time.Millisecond)
}

// demoOutput groups the targets of a node like the output of the document's example.
type demoOutput struct {
	Fail         []demoTarget `json:"fail"`
	InExecution  []demoTarget `json:"in_execution"`
	Success      []demoTarget `json:"success"`
	NotPerformed []demoTarget `json:"not_performed"`
}

type demoTarget struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Type      string `json:"cceWorkloadType"`
	Replicas  int    `json:"replicas"`
}

func demoTargets(names ...string) []demoTarget {
	targets := make([]demoTarget, len(names))
	for i, name := range names {
		targets[i] = demoTarget{Name: name, Namespace: "shop", Type: "deployments", Replicas: 2}
	}
	return targets
}

// encode writes empty groups as [] and not as null.
func (o demoOutput) encode() json.RawMessage {
	for _, group := range []*[]demoTarget{&o.Fail, &o.InExecution, &o.Success, &o.NotPerformed} {
		if *group == nil {
			*group = []demoTarget{}
		}
	}
	encoded, _ := json.Marshal(o) // strings and numbers always have a JSON form
	return encoded
}
