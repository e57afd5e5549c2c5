// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// benchServer serves 200 executions of 10 nodes with an output like the document's example, and the list of them without
// any work of its own.
func benchServer(b *testing.B) *huaweitest.Server {
	b.Helper()
	srv := huaweitest.NewServer(b, nil)
	output := json.RawMessage(seedOutput)
	for i := range 200 {
		e := huaweitest.Execution{Workflow: "flow", ID: fmt.Sprintf("exec-%d", i), Begin: after(i), End: after(i + 20)}
		for k := range 10 {
			e.Nodes = append(e.Nodes, huaweitest.Node{ID: fmt.Sprintf("node-%d", k), Begin: after(i + k), End: after(i + k + 1), Output: output})
		}
		srv.AddExecution(e)
	}
	var body []byte
	srv.Inject(huaweitest.Fault{Mutate: func(b []byte) []byte { body = b; return b }})
	if _, err := sdkList(b, srv, "flow"); err != nil {
		b.Fatal(err)
	}
	srv.ServeRaw("flow", body)
	return srv
}

// The official client and ours read the same answer from the same server.
func BenchmarkList(b *testing.B) {
	srv := benchServer(b)
	b.Run("sdk", func(b *testing.B) {
		client := sdkClient(b, srv)
		b.ReportAllocs()
		for b.Loop() {
			answer, err := client.ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{WorkflowId: "flow"})
			if err != nil || len(*answer.Body) != 200 {
				b.Fatal(err)
			}
		}
	})
	b.Run("flowhistory", func(b *testing.B) {
		client := open(b, configOf(srv), once())
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for _, err := range client.Executions(b.Context(), history.ExecutionQuery{Workflow: "flow"}) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != 200 {
				b.Fatalf("%d executions", n)
			}
		}
	})
}

func BenchmarkEvents(b *testing.B) {
	srv := benchServer(b)
	client := open(b, configOf(srv), once())
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for _, err := range client.Events(b.Context(), history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: "exec-7"}}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 22 {
			b.Fatalf("%d events", n)
		}
	}
}
