// SPDX-License-Identifier: Apache-2.0

package alibabatest

import "time"

// The names of the document's example.
const (
	SeedFlow      = "flow"
	SeedExecName  = "exec"
	SeedToken     = "flow_xxx"
	SeedRequestID = "testRequestId"
)

// SeedAnswer returns the document's example answer of GetExecutionHistory, byte for
// byte as it is printed there. A server with SeedExecution answers it to the
// document's example request: NextToken SeedToken, Limit 1, RequestId SeedRequestID.
func SeedAnswer() []byte {
	return []byte(`{
  "NextToken" : "3",
  "RequestId" : "testRequestId",
  "Events" : [ {
    "Type" : "TaskSucceeded",
    "EventId" : 2,
    "Time" : "2019-01-01T01:01:01.001Z",
    "ScheduleEventId" : 1,
    "EventDetail" : "{}",
    "StepName" : "passStep"
  } ]
}`)
}

// SeedExecution returns the execution of the document's example, with its one event.
//
// Model: events 1 and 3. The example points at both, by ScheduleEventId and by
// NextToken, and prints neither.
func SeedExecution() Execution {
	at := time.Date(2019, 1, 1, 1, 1, 1, 1e6, time.UTC)
	return Execution{
		Flow: SeedFlow, Name: SeedExecName,
		Events: []Event{
			{Type: "ExecutionStarted", Time: at, Detail: "{}"},
			{ID: 2, Cause: 1, Type: "TaskSucceeded", Time: at, Step: "passStep", Detail: "{}"},
			{Type: "ExecutionSucceeded", Time: at, Detail: "{}"},
		},
		Tokens: map[string]int64{SeedToken: 2},
	}
}
