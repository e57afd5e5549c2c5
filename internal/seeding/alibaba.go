// SPDX-License-Identifier: Apache-2.0

package seeding

import (
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// Alibaba adds generated executions to a server: they are flows by Ref.Workflow and executions by Ref.Execution there.
func Alibaba(srv *alibabatest.Server, generated ...historytest.Generated) {
	for _, g := range generated {
		srv.AddExecution(AlibabaExecution(g))
	}
}

// AlibabaExecution is a generated execution in the words of the server. Status, times, input and output are those that
// the events tell.
func AlibabaExecution(g historytest.Generated) alibabatest.Execution {
	e := alibabatest.Execution{Flow: g.Execution.Workflow, Name: g.Execution.Execution}
	for _, event := range g.Events {
		cause := event.Cause
		if cause == 0 {
			cause = alibabatest.NoCause // which may be lost on purpose (Variant.LostCauses)
		}
		e.Events = append(e.Events, alibabatest.Event{
			ID: event.ID, Cause: cause, Type: string(event.Type), Time: event.Time, Step: event.Step, Detail: string(event.Detail),
		})
	}
	return e
}
