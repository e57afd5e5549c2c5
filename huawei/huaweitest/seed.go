// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"bytes"
	"encoding/json"
	"time"
)

// The ids that the document's example has.
const (
	SeedWorkflow  = "xxxxxxx"
	SeedProjectID = "xxxxxxx"
)

// SeedAnswer returns the document's example answer of ListWorkflowExecutions, byte
// for byte as it is printed there. Give it to ServeRaw.
func SeedAnswer() []byte { return []byte(seedAnswer) }

const seedAnswer = `[ { "approve_user_name_list" : [ ], "begin_time" : 1600000000, "create_by" : "xxx", "end_time" : 1600000000, "execution_id" : "xxxx", "execution_result_list" : [ { "begin_time" : 16000000, "end_time" : 160000000, "function_execution_id" : "xxxxx", "node_id" : "delete-workload-pod", "output" : { "fail" : [ ], "in_execution" : [ ], "success" : [ { "app" : "xxxxxx", "code" : "0", "matchLabels" : "{\"app\":\"xxxxx\",\"version\":\"xxxx\"}", "current_project" : true, "log" : "Restart Success.", "replicas" : 1, "cmdb_work_load_id" : "xxxxxxx", "type" : "manual", "availableReplicas" : 0, "execute_time" : "35505", "creationTimestamp" : " ", "name" : "xxxxxx", "namespace" : "default", "cceWorkloadCluster" : "xxxxxx", "id" : "xxxxx", "cceWorkloadType" : "deployments" } ], "not_performed" : [ ] }, "status" : "success" } ], "project_id" : "xxxxxxx", "status" : "success", "workflowEditTime" : 0, "workflow_id" : "xxxxxxx" } ]`

// SeedExecution returns the execution of the document's example, with its masked
// ids and with its masked times read as seconds. A server with SeedProjectID, OldKeys
// and Seconds lists it as SeedAnswer.
func SeedExecution() Execution {
	return Execution{
		Workflow:  SeedWorkflow,
		ID:        "xxxx",
		Status:    StatusSuccess,
		Begin:     time.Unix(1600000000, 0).UTC(),
		End:       time.Unix(1600000000, 0).UTC(),
		CreatedBy: "xxx",
		Nodes: []Node{{
			ID:                  "delete-workload-pod",
			Status:              StatusSuccess,
			Begin:               time.Unix(16000000, 0).UTC(),
			End:                 time.Unix(160000000, 0).UTC(),
			FunctionExecutionID: "xxxxx",
			Output:              seedOutput(),
		}},
	}
}

// seedOutput cuts the output of the one node out of the answer, so that it is here
// only once.
func seedOutput() json.RawMessage {
	_, rest, _ := bytes.Cut(SeedAnswer(), []byte(`"output" : `))
	output, _, _ := bytes.Cut(rest, []byte(`, "status" : `))
	return json.RawMessage(output)
}

// SeedUnauthorized and SeedInternalError return the document's example errors, byte
// for byte. The server answers wrong credentials with the first, and a Fault with
// the code AOM.31001405 with the second.
func SeedUnauthorized() []byte {
	return []byte(`{ "error_code" : "AOM.31009004", "error_message" : "auth failed.", "http_code" : "401" }`)
}

// SeedInternalError is described at SeedUnauthorized.
func SeedInternalError() []byte {
	return []byte(`{ "error_code" : "AOM.31001405", "error_msg" : "execution internal server error.", "http_code" : 500 }`)
}
