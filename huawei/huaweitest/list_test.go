// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

func TestSeedIsServedByteForByte(t *testing.T) {
	t.Parallel()
	t.Run("raw", func(t *testing.T) {
		t.Parallel()
		srv := huaweitest.NewServer(t, nil)
		srv.ServeRaw("wf", huaweitest.SeedAnswer())
		if diff := cmp.Diff(string(huaweitest.SeedAnswer()), get(t, srv, "workflow/wf/executions").Body); diff != "" {
			t.Errorf("answer mismatch (-want +got):\n%s", diff)
		}
		srv.ServeRaw("wf", nil)
		if got := get(t, srv, "workflow/wf/executions").Body; got != "[ ]" {
			t.Errorf("answer = %s, want an empty list", got)
		}
	})
	t.Run("encoded", func(t *testing.T) {
		t.Parallel()
		srv := huaweitest.NewServer(t, &huaweitest.Options{
			ProjectID: huaweitest.SeedProjectID, OldKeys: true, Times: huaweitest.Seconds,
		})
		srv.AddExecution(huaweitest.SeedExecution())
		got := get(t, srv, "workflow/"+huaweitest.SeedWorkflow+"/executions").Body
		if diff := cmp.Diff(string(huaweitest.SeedAnswer()), got); diff != "" {
			t.Errorf("answer mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestListWithTheSDK(t *testing.T) {
	t.Parallel()
	begin := time.UnixMilli(1793498400123)
	srv := huaweitest.NewServer(t, nil)
	srv.AddExecution(huaweitest.Execution{Workflow: "wf", ID: "old", Begin: begin.Add(-time.Hour), End: begin})
	srv.AddExecution(huaweitest.Execution{
		Workflow: "wf", ID: "new", Status: huaweitest.StatusFail, CreatedBy: "someone", Approvers: []string{"a", "b"},
		Begin: begin, End: begin.Add(2 * time.Second), Updated: begin.Add(3 * time.Second),
		EditTime: begin.Add(-time.Minute), LastRecordID: "record",
		Nodes: []huaweitest.Node{
			{ID: "one", Begin: begin, FunctionExecutionID: "f1"},
			{ID: "two", Status: huaweitest.StatusFail, Begin: begin, End: begin.Add(time.Second), Output: json.RawMessage(`"text"`)},
		},
	})
	ms := func(d time.Duration) *int64 { return new(begin.Add(d).UnixMilli()) }
	want := []model.WorkflowExecutionBrief{{
		WorkflowId: new("wf"), ExecutionId: new("new"), Status: new("fail"), ProjectId: new(srv.ProjectID()),
		BeginTime: ms(0), EndTime: ms(2 * time.Second), LastUpdateTime: ms(3 * time.Second),
		CreatedBy: new("someone"), ApproveUserNameList: &[]string{"a", "b"},
		WorkflowEditTime: ms(-time.Minute), LastRecordIdWithSnapshot: new("record"),
		ExecutionResultList: &[]model.ExecutionResultList{
			{NodeId: new("one"), Status: new("executing"), BeginTime: ms(0), FunctionExecutionId: new("f1")},
			{NodeId: new("two"), Status: new("fail"), BeginTime: ms(0), EndTime: ms(time.Second), Output: new(any("text"))},
		},
	}, {
		WorkflowId: new("wf"), ExecutionId: new("old"), Status: new("success"), ProjectId: new(srv.ProjectID()),
		BeginTime: ms(-time.Hour), EndTime: ms(0), ApproveUserNameList: &[]string{},
		WorkflowEditTime: new(int64(0)), ExecutionResultList: &[]model.ExecutionResultList{},
	}}
	if diff := cmp.Diff(want, sdkList(t, srv, "wf")); diff != "" {
		t.Errorf("executions mismatch (-want +got):\n%s", diff)
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		opts huaweitest.Options
		want string
	}{
		"milliseconds": {huaweitest.Options{}, `"begin_time" : 1600073877378, "created_by" : "u", "execution_id"`},
		"seconds":      {huaweitest.Options{Times: huaweitest.Seconds}, `"begin_time" : 1600073877,`},
		"strings":      {huaweitest.Options{Times: huaweitest.MillisecondStrings}, `"begin_time" : "1600073877378",`},
		"RFC 3339":     {huaweitest.Options{Times: huaweitest.RFC3339Strings}, `"begin_time" : "2020-09-14T08:57:57Z",`},
		"unset 0":      {huaweitest.Options{UnsetEnd: huaweitest.UnsetZero}, `"end_time" : 0,`},
		"unset null":   {huaweitest.Options{UnsetEnd: huaweitest.UnsetNull}, `"end_time" : null,`},
		"unset string 0": {huaweitest.Options{
			UnsetEnd: huaweitest.UnsetZero, Times: huaweitest.MillisecondStrings,
		}, `"end_time" : "0",`},
		"unset empty string": {huaweitest.Options{
			UnsetEnd: huaweitest.UnsetZero, Times: huaweitest.RFC3339Strings,
		}, `"end_time" : "",`},
		"table keys":   {huaweitest.Options{}, `"created_by" : "u",`},
		"example keys": {huaweitest.Options{OldKeys: true}, `"create_by" : "u",`},
		"table edit":   {huaweitest.Options{}, `"workflow_edit_time" : 0,`},
		"example edit": {huaweitest.Options{OldKeys: true}, `"workflowEditTime" : 0,`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := huaweitest.NewServer(t, &test.opts)
			srv.AddExecution(huaweitest.Execution{
				Workflow: "wf", ID: "exec", CreatedBy: "u", Begin: time.UnixMilli(1600073877378),
			})
			got := get(t, srv, "workflow/wf/executions").Body
			if !strings.Contains(got, test.want) {
				t.Errorf("answer = %s\nwant %s in it", got, test.want)
			}
			if !json.Valid([]byte(got)) {
				t.Errorf("answer is no JSON: %s", got)
			}
		})
	}
}

func TestNested(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][]int{0: {}, 1: {1}, 10: {10}, 23: {10, 10, 3}} {
		srv := huaweitest.NewServer(t, &huaweitest.Options{Nested: true})
		srv.AddWorkflow(huaweitest.Workflow{ID: "wf"})
		srv.AddGenerated("wf", n, func(i int) huaweitest.Execution {
			return huaweitest.Execution{ID: fmt.Sprint(i), Workflow: "of the generator's"}
		})
		var list [][]struct {
			Workflow string `json:"workflow_id"`
		}
		if err := json.Unmarshal([]byte(get(t, srv, "workflow/wf/executions").Body), &list); err != nil {
			t.Fatal(err)
		}
		got := []int{}
		for _, inner := range list {
			got = append(got, len(inner))
			for _, e := range inner {
				if e.Workflow != "wf" {
					t.Errorf("%d executions: one is of %q, want wf", n, e.Workflow)
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d executions: lengths of the inner arrays mismatch (-want +got):\n%s", n, diff)
		}
	}
}

// TestLargeAnswer reads 40 MB and more, and looks at what that costs in memory.
func TestLargeAnswer(t *testing.T) {
	const n, want = 40_000, 40 << 20
	srv := huaweitest.NewServer(t, nil)
	output := json.RawMessage(`{"log":"` + strings.Repeat("x", 1000) + `"}`)
	srv.AddGenerated("wf", n, func(i int) huaweitest.Execution {
		begin := time.UnixMilli(1793498400000 - int64(i))
		return huaweitest.Execution{
			ID: fmt.Sprintf("exec-%05d", i), Begin: begin, End: begin.Add(time.Second),
			Nodes: []huaweitest.Node{{ID: "node", Begin: begin, End: begin.Add(time.Second), Output: output}},
		}
	})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		srv.URL()+"/v1/"+srv.ProjectID()+"/cms/workflow/wf/executions", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", srv.Token())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, buf := int64(0), make([]byte, 4<<20)
	before, peak := liveHeap(), uint64(0)
	for {
		read, err := io.ReadFull(resp.Body, buf)
		got += int64(read)
		peak = max(peak, liveHeap())
		if err != nil {
			break
		}
	}
	if got < want {
		t.Errorf("answer = %d bytes, want at least %d", got, want)
	}
	if grown := int64(peak) - int64(before); grown > 4<<20 {
		t.Errorf("the heap grew by %d bytes for an answer of %d, want at most 4 MiB", grown, got)
	}
	if status := get(t, srv, "workflow/wf/executions/exec-39999/status").Status; status != http.StatusOK {
		t.Errorf("detail of a generated execution: status = %d, want 200", status)
	}
}

func liveHeap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func TestListOfAnUnknownWorkflow(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	_, err := sdkClient(t, srv).ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{WorkflowId: "none"})
	if got := sdkStatus(err); got != http.StatusNotFound {
		t.Errorf("status = %d, want 404 (%v)", got, err)
	}
}

func BenchmarkList(b *testing.B) {
	srv, err := huaweitest.Start(nil)
	if err != nil {
		b.Fatal(err)
	}
	defer srv.Close()
	demo := huaweitest.DemoExecutions()[0]
	srv.AddGenerated("wf", 1000, func(int) huaweitest.Execution { return demo })
	req, err := http.NewRequest(http.MethodGet, srv.URL()+"/v1/"+srv.ProjectID()+"/cms/workflow/wf/executions", nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", srv.Token())
	for b.Loop() {
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		n, _ := io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		b.SetBytes(n)
	}
}
