// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strconv"
	"time"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// alibabaFixture is what a fake FnF holds: a flow for each execution. The service's own limit is 5,000 events of one
// execution; the fake has none.
type alibabaFixture struct {
	shape
	samples []history.Event
}

func newAlibabaFixture(s shape) *alibabaFixture {
	return &alibabaFixture{shape: s, samples: samples()}
}

// jobs are the walks over all executions.
func (f *alibabaFixture) jobs() []job {
	var out []job
	for first := 0; first < f.Events; first += f.Each {
		k, n := first/f.Each, min(f.Each, f.Events-first)
		ref := history.Ref{
			Provider: alibabaCloud, Scope: alibabatest.DefaultRegion, Workflow: "flow-" + strconv.Itoa(k), Execution: "exec",
		}
		out = append(out, job{
			ref: ref, page: f.Page, size: n, weight: 1,
			event: func(i int) history.Event { return f.event(ref, k, i, n) },
			index: func(id int64) (int, bool) { return int(id) - 1, id >= 1 && id <= int64(n) },
		})
	}
	return out
}

// event is the event i of the n events of execution k.
func (f *alibabaFixture) event(ref history.Ref, k, i, n int) history.Event {
	e := f.samples[(i+17*k)%len(f.samples)]
	e.Ref, e.ID, e.Cause = ref, int64(i+1), int64(i)
	e.Time = monday.Add(time.Duration(i) * time.Millisecond)
	switch i {
	case 0:
		e.Type, e.Step = history.ExecutionStarted, ""
	case n - 1:
		e.Type, e.Step = history.ExecutionSucceeded, ""
	}
	return e
}

// fill puts the executions into a server.
func (f *alibabaFixture) fill(srv *alibabatest.Server) {
	for _, j := range f.jobs() {
		events := make([]alibabatest.Event, j.size)
		for i := range events {
			e := j.event(i)
			events[i] = alibabatest.Event{
				ID: e.ID, Cause: e.Cause, Type: string(e.Type), Time: e.Time, Step: e.Step, Detail: string(e.Detail),
			}
		}
		events[0].Cause = alibabatest.NoCause
		srv.AddExecution(alibabatest.Execution{Flow: j.ref.Workflow, Name: j.ref.Execution, Events: events})
	}
}
