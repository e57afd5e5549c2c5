// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

// crowd streams a list of n executions, exec-0 …, of so many nodes each.
func crowd(n, nodes int) io.Reader {
	list := "[" + strings.TrimSuffix(strings.Repeat(`{"node_id":"n"},`, nodes), ",") + "]"
	var parts []io.Reader
	for i := range n {
		opening := map[bool]string{true: "[", false: ","}[i == 0]
		parts = append(parts, strings.NewReader(fmt.Sprintf(`%s{"execution_id":"exec-%d","execution_result_list":`, opening, i)), strings.NewReader(list), strings.NewReader("}"))
	}
	return io.MultiReader(append(parts, strings.NewReader("]"))...)
}

// A page ends early where executions have more nodes than the documents allow, so that small values do not fill the memory. No
// execution is lost by it, also behind a cursor.
func TestHostilePagesOfManyNodes(t *testing.T) {
	for _, tt := range []struct {
		executions, nodes, pageSize int
		want                        []int // executions of each page
	}{
		{150, 200, 0, []int{100, 50}},
		{5, 10_000, 0, []int{2, 2, 1}},
		{5, 9_999, 0, []int{3, 2}},
		{4, 10_000, 1, []int{1, 1, 1, 1}},
		{4, 10_000, 1000, []int{4}},
	} {
		client := local(t, streaming(func(*http.Request) io.Reader { return crowd(tt.executions, tt.nodes) }))
		var sizes []int
		var found []string
		var from history.Cursor
		for more := true; more; more = from != "" {
			page, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: tt.pageSize, From: from})
			if err != nil {
				t.Fatal(err)
			}
			sizes, found, from = append(sizes, len(page.Items)), append(found, names(page.Items)...), page.Next
		}
		if diff := cmp.Diff(tt.want, sizes); diff != "" {
			t.Errorf("%+v: page sizes mismatch (-want +got):\n%s", tt, diff)
		}
		if diff := cmp.Diff(execs(0, tt.executions-1), found); diff != "" {
			t.Errorf("%+v: executions mismatch (-want +got):\n%s", tt, diff)
		}
	}
}

// What a page holds is bounded, however many nodes there are.
func TestHostilePageIsBoundedInMemory(t *testing.T) {
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	client := local(t, streaming(func(*http.Request) io.Reader { return crowd(100, 9_999) }))
	before := heap()
	page, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow"})
	if err != nil {
		t.Fatal(err)
	}
	took := int64(heap() - before)
	if took > 24<<20 {
		t.Errorf("a page of %d executions holds %d bytes", len(page.Items), took)
	}
	runtime.KeepAlive(page)
}
