// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

const (
	benchExecutions = 600
	benchNodes      = 10 // of each execution
)

// benchAnswer is a list of executions whose nodes have outputs like the one in the document's example, about 4.5 MB.
func benchAnswer() []byte {
	var sample []struct {
		Nodes []struct{ Output json.RawMessage } `json:"execution_result_list"`
	}
	if err := json.Unmarshal(huaweitest.SeedAnswer(), &sample); err != nil {
		panic(err)
	}
	var b strings.Builder
	for i := range benchExecutions {
		begin := 1600000000000 + int64(i)*100_000
		fmt.Fprintf(&b, `,{"approve_user_name_list":["user-%d"],"begin_time":%d,"create_by":"user-%d","end_time":%d,"execution_id":"exec-%08d","execution_result_list":[`,
			i%9, begin, i%7, begin+50_000, i)
		for k := range benchNodes {
			if k > 0 {
				b.WriteByte(',')
			}
			at := begin + int64(k)*1000
			fmt.Fprintf(&b, `{"begin_time":%d,"end_time":%d,"function_execution_id":"f-%08d-%d","node_id":"node-%d","output":%s,"status":"success"}`,
				at, at+900, i, k, k, sample[0].Nodes[0].Output)
		}
		b.WriteString(`],"project_id":"0123456789abcdef0123456789abcdef","status":"success","workflowEditTime":0,"workflow_id":"flow"}`)
	}
	return []byte("[" + b.String()[1:] + "]")
}

// BenchmarkReadList reads the same answer with this package, with its decoder as it would be with encoding/json, and with
// what the SDK does.
func BenchmarkReadList(b *testing.B) {
	body := benchAnswer()
	run := func(name string, read func() (nodes int, err error)) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				if nodes, err := read(); err != nil || nodes != benchExecutions*benchNodes {
					b.Fatalf("%d nodes, %v", nodes, err)
				}
			}
		})
	}
	mapped := func(decode func(*exchange.Reply, func(*executionItem) error) error) func() (int, error) {
		return func() (nodes int, err error) {
			err = decode(&exchange.Reply{Body: bytes.NewReader(body)}, func(item *executionItem) error {
				nodes += len(item.execution(fuzzRef).Steps)
				return nil
			})
			return nodes, err
		}
	}
	run("flowhistory", mapped(readList))
	run("encoding-json", mapped(oracleList))
	run("sdk", func() (nodes int, err error) {
		var answer []model.WorkflowExecutionBrief
		err = json.Unmarshal(body, &answer)
		for _, e := range answer {
			nodes += len(*e.ExecutionResultList)
		}
		return nodes, err
	})
}

// What is read of an execution is put into memory for several of them.
func TestReadListAllocatesLittle(t *testing.T) {
	const most = 0.3 // a node
	body := benchAnswer()
	allocs := testing.AllocsPerRun(3, func() {
		err := readList(&exchange.Reply{Body: bytes.NewReader(body)}, func(item *executionItem) error {
			item.execution(fuzzRef)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	if got := allocs / (benchExecutions * benchNodes); got > most {
		t.Errorf("%.3f allocations a node, want %.1f at most", got, most)
	}
}
