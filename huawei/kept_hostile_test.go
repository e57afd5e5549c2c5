// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
)

// Of the executions that were read nothing large is kept while the next ones are, however they are made: here each has one
// node fewer than the one before, and a last node with a megabyte in it.
func TestHostileListKeepsNothing(t *testing.T) {
	const (
		executions = 64
		most       = 16 << 20
	)
	large := strings.Repeat("x", 1<<20)
	for name, node := range map[string]string{
		"node ids":     `{"node_id":"` + large + `"}`,
		"function ids": `{"function_execution_id":"` + large + `"}`,
		"outputs":      `{"output":"` + large + `"}`,
		"statuses":     `{"status":"` + large + `"}`,
		"times":        `{"begin_time":"` + large + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			var answer []io.Reader
			for i := range executions {
				answer = append(answer,
					strings.NewReader(fmt.Sprintf(`%c{"execution_id":"%d","execution_result_list":[%s`, "[,"[min(i, 1)], i, strings.Repeat(`{"node_id":"a"},`, executions-i))),
					strings.NewReader(node), strings.NewReader("]}"))
			}
			body := io.MultiReader(append(answer, strings.NewReader("]"))...)
			before, kept, read := heapInUse(), int64(0), 0
			err := readList(&exchange.Reply{Body: body}, func(x *executionItem) error {
				if x.execution(history.Ref{Workflow: "flow"}); read%16 == 15 {
					kept = max(kept, heapInUse()-before)
				}
				read++
				return nil
			})
			if err != nil || read != executions || kept > most {
				t.Errorf("%d executions, at most %d KiB kept, error %v; want %d, at most %d KiB", read, kept>>10, err, executions, most>>10)
			}
		})
	}
}

func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
