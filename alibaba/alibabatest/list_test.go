// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

// listed adds run-0 … run-4, an hour apart, the even ones succeeded.
func listed(t *testing.T) (*alibabatest.Server, *fnf.Client) {
	t.Helper()
	srv := alibabatest.NewServer(t, nil)
	for i := range 5 {
		start := time.Date(2026, 11, 1, i, 0, 0, 0, time.UTC)
		e := alibabatest.Execution{Flow: "f", Name: fmt.Sprint("run-", i), Started: start, Input: "{}", Definition: "d"}
		if i%2 == 0 {
			e.Status, e.Stopped = "Succeeded", start.Add(time.Minute)
		}
		srv.AddExecution(e)
	}
	srv.AddExecution(alibabatest.Execution{Flow: "other", Name: "run-9"})
	return srv, newClient(t, srv)
}

func list(fill func(r *fnf.ListExecutionsRequest)) *fnf.ListExecutionsRequest {
	request := fnf.CreateListExecutionsRequest()
	request.FlowName = "f"
	fill(request)
	return request
}

func names(response *fnf.ListExecutionsResponse) []string {
	var list []string
	for _, e := range response.Executions {
		list = append(list, e.Name)
	}
	return list
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	srv, client := listed(t)
	tests := []struct {
		name string
		fill func(r *fnf.ListExecutionsRequest)
		want []string
		next string
		code string
	}{
		{"all, newest first", func(*fnf.ListExecutionsRequest) {}, []string{"run-4", "run-3", "run-2", "run-1", "run-0"}, "", ""},
		{"limit", func(r *fnf.ListExecutionsRequest) { r.Limit = "2" }, []string{"run-4", "run-3"}, "run-2", ""},
		{"token", func(r *fnf.ListExecutionsRequest) { r.Limit, r.NextToken = "2", "run-2" }, []string{"run-2", "run-1"}, "run-0", ""},
		{"status", func(r *fnf.ListExecutionsRequest) { r.Status = "Succeeded" }, []string{"run-4", "run-2", "run-0"}, "", ""},
		{"status and limit", func(r *fnf.ListExecutionsRequest) { r.Status, r.Limit = "Succeeded", "1" }, []string{"run-4"}, "run-2", ""},
		{"status without any", func(r *fnf.ListExecutionsRequest) { r.Status = "TimedOut" }, nil, "", ""},
		{"begin", func(r *fnf.ListExecutionsRequest) { r.StartedTimeBegin = "2026-11-01T03:00:00Z" }, []string{"run-4", "run-3"}, "", ""},
		{"end", func(r *fnf.ListExecutionsRequest) { r.StartedTimeEnd = "2026-11-01T01:00:00.000Z" }, []string{"run-1", "run-0"}, "", ""},
		{"prefix", func(r *fnf.ListExecutionsRequest) { r.ExecutionNamePrefix = "run-3" }, []string{"run-3"}, "", ""},
		{"limit 0", func(r *fnf.ListExecutionsRequest) { r.Limit = "0" }, nil, "", "InvalidArgument"},
		{"limit 101", func(r *fnf.ListExecutionsRequest) { r.Limit = requests.NewInteger(101) }, nil, "", "InvalidArgument"},
		{"limit no whole number", func(r *fnf.ListExecutionsRequest) { r.Limit = "1.5" }, nil, "", "InvalidArgument"},
		{"wrong status", func(r *fnf.ListExecutionsRequest) { r.Status = "done" }, nil, "", "InvalidArgument"},
		{"wrong begin", func(r *fnf.ListExecutionsRequest) { r.StartedTimeBegin = "yesterday" }, nil, "", "InvalidArgument"},
		{"wrong end", func(r *fnf.ListExecutionsRequest) { r.StartedTimeEnd = "1" }, nil, "", "InvalidArgument"},
		{"wrong token", func(r *fnf.ListExecutionsRequest) { r.NextToken = "run-7" }, nil, "", "InvalidArgument"},
		{"wrong flag", func(r *fnf.ListExecutionsRequest) { r.QueryParams["MetadataOnly"] = "maybe" }, nil, "", "InvalidArgument"},
		{"unknown flow", func(r *fnf.ListExecutionsRequest) { r.FlowName = "nowhere" }, nil, "", "FlowNotExists"},
		{"no flow", func(r *fnf.ListExecutionsRequest) { r.FlowName = "" }, nil, "", "MissingRequiredParams"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			response, err := client.ListExecutions(list(tt.fill))
			if _, code := answerOf(t, err); code != tt.code || response.NextToken != tt.next {
				t.Errorf("code %q, token %q, want %q, %q", code, response.NextToken, tt.code, tt.next)
			}
			if diff := cmp.Diff(tt.want, names(response)); diff != "" {
				t.Errorf("names mismatch (-want +got):\n%s", diff)
			}
		})
	}
	if got := srv.Count(alibabatest.OpListExecutions); got != len(tests) {
		t.Errorf("Count = %d, want %d", got, len(tests))
	}
}

func TestListDetails(t *testing.T) {
	t.Parallel()
	_, client := listed(t)
	for _, only := range []string{"", "true"} {
		response, err := client.ListExecutions(list(func(r *fnf.ListExecutionsRequest) {
			r.ExecutionNamePrefix = "run-2"
			r.QueryParams["MetadataOnly"] = only
		}))
		if err != nil {
			t.Fatal(err)
		}
		want := fnf.ExecutionsItem{
			FlowName: "f", Name: "run-2", Status: "Succeeded",
			StartedTime: "2026-11-01T02:00:00.000Z", StoppedTime: "2026-11-01T02:01:00.000Z",
		}
		if only == "" {
			want.FlowDefinition, want.Input = "d", "{}"
		}
		if diff := cmp.Diff([]fnf.ExecutionsItem{want}, response.Executions); diff != "" {
			t.Errorf("MetadataOnly %q: executions mismatch (-want +got):\n%s", only, diff)
		}
	}
}

func TestListOverlap(t *testing.T) {
	t.Parallel()
	srv, client := listed(t)
	srv.Inject(alibabatest.Fault{Overlap: 1})
	response, err := client.ListExecutions(list(func(r *fnf.ListExecutionsRequest) {
		r.Status, r.NextToken = "Succeeded", "run-2"
	}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"run-4", "run-2", "run-0"}, names(response)); diff != "" {
		t.Errorf("names mismatch (-want +got):\n%s", diff)
	}
}
