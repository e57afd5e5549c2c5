// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// clock is a clock that a test sets. It is safe for concurrent use.
type clock struct{ offset atomic.Int64 }

var epoch = time.UnixMilli(1793498400000)

func (c *clock) Now() time.Time          { return epoch.Add(time.Duration(c.offset.Load())) }
func (c *clock) advance(d time.Duration) { c.offset.Add(int64(d)) }

// summary is an execution as "status end | node status end, …", with the times as
// seconds from epoch and "-" for none.
func summary(e model.WorkflowExecutionBrief) string {
	end := func(ms *int64) string {
		if ms == nil {
			return "-"
		}
		return time.UnixMilli(*ms).Sub(epoch).String()
	}
	nodes := []string{}
	for _, n := range *e.ExecutionResultList {
		nodes = append(nodes, *n.NodeId+" "+*n.Status+" "+end(n.EndTime))
	}
	return *e.Status + " " + end(e.EndTime) + " | " + strings.Join(nodes, ", ")
}

// list returns the summaries of a workflow's executions, read with the token,
// because the test's clock is not the SDK's.
func list(t *testing.T, srv *huaweitest.Server, workflow string) []string {
	t.Helper()
	var executions []model.WorkflowExecutionBrief
	body := get(t, srv, "workflow/"+workflow+"/executions").Body
	if err := json.Unmarshal([]byte(body), &executions); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	summaries := []string{}
	for _, e := range executions {
		summaries = append(summaries, summary(e))
	}
	return summaries
}

func TestLive(t *testing.T) {
	t.Parallel()
	var now clock
	srv := huaweitest.NewServer(t, &huaweitest.Options{Now: now.Now})
	at := func(seconds int) time.Time { return epoch.Add(time.Duration(seconds) * time.Second) }
	srv.AddExecution(huaweitest.Execution{
		Workflow: "wf", ID: "exec", Status: huaweitest.StatusFail, Live: true, Begin: at(1), End: at(7),
		Nodes: []huaweitest.Node{
			{ID: "a", Begin: at(2), End: at(4), Output: json.RawMessage(`{}`)},
			{ID: "b", Status: huaweitest.StatusFail, Begin: at(3), End: at(6)},
			{ID: "c", Status: huaweitest.StatusWaitApproval, Begin: at(5)},
		},
	})
	for _, want := range []string{
		"",
		"executing - | ",
		"executing - | a executing -",
		"executing - | a executing -, b executing -",
		"executing - | a success 4s, b executing -",
		"executing - | a success 4s, b executing -, c waitApproval -",
		"executing - | a success 4s, b fail 6s, c waitApproval -",
		"fail 7s | a success 4s, b fail 6s, c waitApproval -",
	} {
		got := strings.Join(list(t, srv, "wf"), "\n")
		if got != want {
			t.Errorf("after %s: %q, want %q", now.Now().Sub(epoch), got, want)
		}
		if status := get(t, srv, "workflow/wf/executions/exec/status").Status; (status == 404) != (want == "") {
			t.Errorf("after %s: detail has status %d", now.Now().Sub(epoch), status)
		}
		now.advance(time.Second)
	}
}

func TestGrow(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	at := func(seconds int) time.Time { return epoch.Add(time.Duration(seconds) * time.Second) }
	steps := []struct {
		do   func()
		want string
	}{
		{func() { srv.AddNode("wf", "exec", huaweitest.Node{ID: "a", Begin: at(0)}) }, "executing - | a executing -"},
		{func() {
			srv.AddNode("wf", "exec", huaweitest.Node{ID: "a", Begin: at(0), End: at(1), Status: huaweitest.StatusFail})
		}, "executing - | a fail 1s"},
		{func() {
			srv.AddNode("wf", "exec", huaweitest.Node{ID: "a", Begin: at(2), End: at(3), FunctionExecutionID: "again"})
		}, "executing - | a fail 1s, a success 3s"},
		{func() { srv.Finish("wf", "exec", "", at(4)) }, "success 4s | a fail 1s, a success 3s"},
		{func() {
			srv.AddExecution(huaweitest.Execution{Workflow: "wf", ID: "exec", Status: "odd", Begin: at(0)})
		}, "odd - | "},
		{func() { srv.Finish("wf", "exec", huaweitest.StatusCancel, at(9)) }, "cancel 9s | "},
	}
	for i, step := range steps {
		step.do()
		if diff := cmp.Diff([]string{step.want}, list(t, srv, "wf")); diff != "" {
			t.Errorf("step %d: executions mismatch (-want +got):\n%s", i, diff)
		}
	}
}

// What changes an execution moves the time of its last update, and what is not over has no output yet.
func TestGrowthIsAnUpdate(t *testing.T) {
	t.Parallel()
	var now clock
	srv := huaweitest.NewServer(t, &huaweitest.Options{Now: now.Now})
	at := func(seconds int) time.Time { return epoch.Add(time.Duration(seconds) * time.Second) }
	type seen struct{ Updated, Output string }
	look := func(workflow string) seen {
		body := get(t, srv, "workflow/"+workflow+"/executions/exec/status").Body
		var execution struct {
			Updated int64 `json:"last_update_time"`
			Nodes   []struct {
				Output json.RawMessage `json:"output"`
			} `json:"execution_result_list"`
		}
		if err := json.Unmarshal([]byte(body), &execution); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		found := seen{Updated: time.UnixMilli(execution.Updated).Sub(epoch).String()}
		for _, n := range execution.Nodes {
			found.Output += string(n.Output)
		}
		return found
	}
	srv.AddExecution(huaweitest.Execution{
		Workflow: "live", ID: "exec", Live: true, Begin: at(0), End: at(4), Updated: at(5),
		Nodes: []huaweitest.Node{{ID: "a", Begin: at(1), End: at(3), Output: json.RawMessage(`{}`)}},
	})
	got := []seen{}
	for range 5 {
		got = append(got, look("live"))
		now.advance(time.Second)
	}
	srv.AddNode("pushed", "exec", huaweitest.Node{ID: "a", Begin: at(1)})
	got = append(got, look("pushed"))
	srv.AddNode("pushed", "exec", huaweitest.Node{ID: "a", Begin: at(1), End: at(2), Output: json.RawMessage(`[]`)})
	got = append(got, look("pushed"))
	srv.Finish("pushed", "exec", "", at(9))
	got = append(got, look("pushed"))
	want := []seen{{"0s", ""}, {"1s", ""}, {"1s", ""}, {"3s", "{}"}, {"5s", "{}"}, {"1s", ""}, {"2s", "[]"}, {"9s", "[]"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("updates mismatch (-want +got):\n%s", diff)
	}
}

func TestACopyIsKept(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	tags, raw := map[string]string{"env": "kept"}, []byte("[ ]")
	srv.AddWorkflow(huaweitest.Workflow{ID: "tagged", Tags: tags})
	srv.ServeRaw("raw", raw)
	tags["env"], raw[1] = "changed", '1'
	if got := get(t, srv, "workflow/raw/executions").Body; got != "[ ]" {
		t.Errorf("the caller's change came through: %s", got)
	}
	sorted := `{"sort_field":"create_time","sort_type":"ASC","tags":{"env":"kept"}}`
	if got := send(t, srv, http.MethodPost, "/v1/"+srv.ProjectID()+"/cms/workflow-list", nil, sorted); !strings.Contains(got.Body, "tagged") {
		t.Errorf("the caller's change came through: %s", got.Body)
	}
	e := huaweitest.Execution{
		Workflow: "wf", ID: "exec", Approvers: []string{"a"},
		Nodes: []huaweitest.Node{{ID: "node", Output: json.RawMessage(`"kept"`)}},
	}
	srv.AddExecution(e)
	before := get(t, srv, "workflow/wf/executions").Body
	e.Approvers[0], e.Nodes[0].ID = "changed", "changed"
	copy(e.Nodes[0].Output, `"gone"`)
	if diff := cmp.Diff(before, get(t, srv, "workflow/wf/executions").Body); diff != "" {
		t.Errorf("the caller's change came through (-want +got):\n%s", diff)
	}
}
