// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// each is how large the answer to one of the large executions is, in bytes.
const each = 20_000

// large makes executions whose answer has a given size in all.
func large(srv *huaweitest.Server, bytes int) (executions int) {
	output := []byte(`{"log":"` + strings.Repeat("x", each-400) + `"}`)
	n := bytes / each
	srv.AddGenerated("large", n, func(i int) huaweitest.Execution {
		return huaweitest.Execution{
			ID: fmt.Sprintf("exec-%d", i), Begin: after(i), End: after(i + 1),
			Nodes: []huaweitest.Node{{ID: "node", Begin: after(i), End: after(i + 1), Output: output}},
		}
	})
	return n
}

// An answer of 40 MB is read in the memory of one page, and so is a compressed one. The test runs alone, so that the heap
// is its own.
func TestLargeAnswerInLittleMemory(t *testing.T) {
	const page, allowed = 20, 20*each + 2<<20 // a MiB of it for the server, which is in this process
	for gzip, size := range map[bool]int{false: 40 << 20, true: 10 << 20} {
		srv, client := start(t, nil)
		n := large(srv, size)
		srv.Inject(huaweitest.Fault{Gzip: gzip})
		before, most, read, bytes := liveHeap(), uint64(0), 0, 0
		for e, err := range client.Executions(t.Context(), history.ExecutionQuery{Workflow: "large", PageSize: page}) {
			if err != nil {
				t.Fatal(err)
			}
			bytes += len(e.Steps[0].Output)
			if read++; read%250 == 0 {
				most = max(most, liveHeap())
			}
		}
		if read != n || bytes < size*9/10 {
			t.Errorf("%d executions of %d bytes, want %d of %d", read, bytes, n, size)
		}
		if most > before+allowed {
			t.Errorf("gzip %v: %d KiB more in use while reading, want %d at most", gzip, (most-before)>>10, allowed>>10)
		}
		t.Logf("gzip %v: %d KiB more in use while reading %d MiB", gzip, (int64(most)-int64(before))>>10, size>>20)
	}
}

func liveHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A walk that stops early does not read the rest.
func TestLargeAnswerLeftEarly(t *testing.T) {
	t.Parallel()
	srv, _ := start(t, nil)
	large(srv, 40<<20)
	var read int64
	o := quick()
	o.Observe = observeBytes(&read)
	client := open(t, configOf(srv), o)
	got, err := history.Collect(history.Limit(client.Executions(t.Context(), history.ExecutionQuery{Workflow: "large", PageSize: 5}), 5))
	if err != nil || len(got) != 5 {
		t.Fatalf("%d executions, %v", len(got), err)
	}
	if read > 1<<20 {
		t.Errorf("%d bytes were read for five executions", read)
	}
}
