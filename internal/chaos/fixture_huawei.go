// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// huaweiFixture is what a fake AOM holds: workflows with shape.Group executions each, whose nodes run one after the other.
type huaweiFixture struct {
	shape
	outputs []json.RawMessage
}

func newHuaweiFixture(s shape) *huaweiFixture { return &huaweiFixture{shape: s, outputs: outputs()} }

// nodes is how many nodes an execution has. Each begins and ends, and so does the execution.
func (f *huaweiFixture) nodes() int { return f.Each/2 - 1 }

func (f *huaweiFixture) executions() int { return f.Events / f.Each }

// execution is the execution k as the server holds it.
func (f *huaweiFixture) execution(k int) huaweitest.Execution {
	e := f.bare(k)
	for i := range f.nodes() {
		e.Nodes = append(e.Nodes, f.node(k, i))
	}
	return e
}

// bare is the execution k without its nodes.
func (f *huaweiFixture) bare(k int) huaweitest.Execution {
	begin := monday.Add(time.Duration(k) * time.Minute)
	end := begin.Add(time.Duration(f.nodes()+1) * time.Second)
	return huaweitest.Execution{
		Workflow: "flow-" + strconv.Itoa(k/f.Group), ID: "exec-" + strconv.Itoa(k), Status: huaweitest.StatusSuccess,
		Begin: begin, End: end, Updated: end, CreatedBy: "operator",
	}
}

// node is the node i of the execution k.
func (f *huaweiFixture) node(k, i int) huaweitest.Node {
	begin := monday.Add(time.Duration(k)*time.Minute + time.Duration(i+1)*time.Second)
	return huaweitest.Node{
		ID: fmt.Sprintf("node-%03d", i), Status: huaweitest.StatusSuccess, Begin: begin, End: begin.Add(600 * time.Millisecond),
		FunctionExecutionID: fmt.Sprintf("run-%d-%d", k, i), Output: f.outputs[(i+17*k)%len(f.outputs)],
	}
}

func (f *huaweiFixture) fill(srv *huaweitest.Server) {
	for k := range f.executions() {
		srv.AddExecution(f.execution(k))
	}
}

// jobs are the walks over all executions: through their events, through lists, or through both, half of them each.
func (f *huaweiFixture) jobs() []job {
	fromLists := f.executions() / f.Group // workflows whose executions are read from lists
	switch f.Lists {
	case noLists:
		fromLists = 0
	case halfLists:
		fromLists /= 2
	}
	var out []job
	for w := range fromLists {
		out = append(out, f.listJob(w))
	}
	for k := fromLists * f.Group; k < f.executions(); k++ {
		out = append(out, f.eventJob(k))
	}
	return out
}

func huaweiRef(workflow, execution string) history.Ref {
	return history.Ref{
		Provider: huaweiCloud, Scope: huaweitest.DefaultRegion + "/" + huaweitest.DefaultProjectID,
		Workflow: workflow, Execution: execution,
	}
}

func (f *huaweiFixture) listJob(w int) job {
	return job{
		ref: huaweiRef("flow-"+strconv.Itoa(w), ""), page: f.ListPage, size: f.Group, weight: f.Each,
		execution: func(i int) history.Execution { return executionTruth(f.execution(w*f.Group + i)) },
		find: func(name string) (int, bool) {
			number, ok := strings.CutPrefix(name, "exec-")
			k, err := strconv.Atoi(number)
			return k - w*f.Group, ok && err == nil && k/f.Group == w
		},
	}
}

func (f *huaweiFixture) eventJob(k int) job {
	return job{
		ref:  huaweiRef("flow-"+strconv.Itoa(k/f.Group), "exec-"+strconv.Itoa(k)),
		page: f.Page, size: f.Each, weight: 1,
		event: func(i int) history.Event { return f.event(k, i) },
		index: func(id int64) (int, bool) {
			i := f.index(id)
			return i, i >= 0 && i < f.Each && f.event(k, i).ID == id
		},
		execution: func(int) history.Execution { return executionTruth(f.execution(k)) },
	}
}
