// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

func describe(t *testing.T, client *fnf.Client, flow, execution, wait string) (*fnf.DescribeExecutionResponse, string) {
	t.Helper()
	request := fnf.CreateDescribeExecutionRequest()
	request.FlowName, request.ExecutionName, request.WaitTimeSeconds = flow, execution, requests.Integer(wait)
	response, err := client.DescribeExecution(request)
	_, code := answerOf(t, err)
	return response, code
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name      string
		opts      alibabatest.Options
		execution alibabatest.Execution
		want      fnf.DescribeExecutionResponse
	}{
		{
			"as given",
			alibabatest.Options{},
			alibabatest.Execution{
				Flow: "f", Name: "e", Status: "Failed", Input: `{"a":1}`, Output: `{"b":2}`, Definition: "own",
				Started: start, Stopped: start.Add(time.Second),
				ExternalInputURI: "oss://in", ExternalOutputURI: "oss://out",
			},
			fnf.DescribeExecutionResponse{
				FlowName: "f", Name: "e", Status: "Failed", Input: `{"a":1}`, Output: `{"b":2}`, FlowDefinition: "own",
				StartedTime: "2026-11-01T00:00:00.000Z", StoppedTime: "2026-11-01T00:00:01.000Z",
				ExternalInputUri: "oss://in", ExternalOutputUri: "oss://out",
			},
		},
		{
			"from its events",
			alibabatest.Options{},
			alibabatest.Execution{Flow: "f", Name: "e", Events: []alibabatest.Event{
				{Type: "ExecutionStarted", Time: start, Detail: `{"input":{"a":1}}`},
				{Type: "ExecutionSucceeded", Time: start.Add(time.Minute), Detail: `{"output":{"b":2}}`},
			}},
			fnf.DescribeExecutionResponse{
				FlowName: "f", Name: "e", Status: "Succeeded", Input: `{"a":1}`, Output: `{"b":2}`, FlowDefinition: "of the flow",
				StartedTime: "2026-11-01T00:00:00.000Z", StoppedTime: "2026-11-01T00:01:00.000Z",
			},
		},
		{
			"another status than its events say",
			alibabatest.Options{},
			alibabatest.Execution{Flow: "f", Name: "e", Status: "Paused", Events: []alibabatest.Event{{Type: "ExecutionFailed", Time: start}}},
			fnf.DescribeExecutionResponse{
				FlowName: "f", Name: "e", Status: "Paused", FlowDefinition: "of the flow",
				StartedTime: "2026-11-01T00:00:00.000Z", StoppedTime: "2026-11-01T00:00:00.000Z",
			},
		},
		{
			"not ended",
			alibabatest.Options{},
			alibabatest.Execution{Flow: "f", Name: "e", Started: start},
			fnf.DescribeExecutionResponse{
				FlowName: "f", Name: "e", Status: "Running", FlowDefinition: "of the flow",
				StartedTime: "2026-11-01T00:00:00.000Z",
			},
		},
		{
			"not ended, 2019",
			alibabatest.Options{UnsetEnd: alibabatest.UnsetEpoch},
			alibabatest.Execution{Flow: "f", Name: "e", Started: start, Status: "Starting"},
			fnf.DescribeExecutionResponse{
				FlowName: "f", Name: "e", Status: "Starting", FlowDefinition: "of the flow",
				StartedTime: "2026-11-01T00:00:00.000Z", StoppedTime: "1970-01-01T00:00:00Z",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := alibabatest.NewServer(t, &tt.opts)
			srv.AddFlow(alibabatest.Flow{Name: "f", Definition: "of the flow"})
			srv.AddExecution(tt.execution)
			got, code := describe(t, newClient(t, srv), "f", "e", "")
			if code != "" || got.RequestId == "" {
				t.Fatalf("code %q, request id %q", code, got.RequestId)
			}
			ignored := cmpopts.IgnoreFields(fnf.DescribeExecutionResponse{}, "BaseResponse", "RequestId")
			if diff := cmp.Diff(&tt.want, got, ignored); diff != "" {
				t.Errorf("execution mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDescribeWaits(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(alibabatest.Execution{Flow: "f", Name: "e", Status: alibabatest.StatusStarting})
	client := newClient(t, srv)
	go func() {
		if srv.Wait(t.Context(), alibabatest.OpDescribeExecution, 1) == nil {
			srv.Append("f", "e", alibabatest.Event{Type: "ExecutionStopped"})
		}
	}()
	if got, code := describe(t, client, "f", "e", "8"); got.Status != "Stopped" || got.StoppedTime == "" {
		t.Errorf("got %q, stopped at %q, code %q, want it ended", got.Status, got.StoppedTime, code)
	}
	// One that has ended is answered at once, or the client would give up.
	if got, code := describe(t, client, "f", "e", "60"); got.Status != "Stopped" {
		t.Errorf("got %q, code %q", got.Status, code)
	}
	srv.AddExecution(alibabatest.Execution{Flow: "f", Name: "slow"})
	if got, code := describe(t, client, "f", "slow", "1"); got.Status != "Running" {
		t.Errorf("got %q, code %q after the wait, want it running", got.Status, code)
	}
}

func TestDescribeHoldsUntilClose(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(alibabatest.Execution{Flow: "f", Name: "e"})
	client := newClient(t, srv)
	done := make(chan error)
	go func() {
		request := fnf.CreateDescribeExecutionRequest()
		request.FlowName, request.ExecutionName, request.WaitTimeSeconds = "f", "e", "60"
		_, err := client.DescribeExecution(request)
		done <- err
	}()
	if err := srv.Wait(t.Context(), alibabatest.OpDescribeExecution, 1); err != nil {
		t.Fatal(err)
	}
	srv.Close()
	if err := <-done; err == nil {
		t.Error("a held request got an answer at Close")
	}
}
