// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

// flowServer has the flows a … e, of which only "c" is described.
func flowServer(t *testing.T) (*alibabatest.Server, *fnf.Client) {
	t.Helper()
	srv := alibabatest.NewServer(t, nil)
	for _, name := range []string{"d", "b", "a"} {
		srv.AddFlow(alibabatest.Flow{Name: name})
	}
	srv.AddFlow(alibabatest.Flow{
		Name: "c", ID: "id-c", Description: "the third", Mode: "Express", RoleARN: "acs:ram::1:role/r", Definition: "type: flow",
		Created: time.Date(2026, 11, 1, 8, 0, 0, 1e6, time.UTC), Modified: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC),
	})
	srv.AddExecution(alibabatest.Execution{Flow: "e", Name: "run"})
	return srv, newClient(t, srv)
}

func TestFlows(t *testing.T) {
	t.Parallel()
	srv, client := flowServer(t)
	tests := []struct {
		name, token string
		limit       requests.Integer
		want        []string
		next, code  string
	}{
		{"all, by name", "", "", []string{"a", "b", "c", "d", "e"}, "", ""},
		{"first page", "", "2", []string{"a", "b"}, "c", ""},
		{"second page", "c", "2", []string{"c", "d"}, "e", ""},
		{"last page", "e", "2", []string{"e"}, "", ""},
		{"the whole limit", "", "5", []string{"a", "b", "c", "d", "e"}, "", ""},
		{"largest limit", "", "999", []string{"a", "b", "c", "d", "e"}, "", ""},
		{"limit 0", "", "0", nil, "", "InvalidArgument"},
		{"limit 1000", "", "1000", nil, "", "InvalidArgument"},
		{"unknown token", "bb", "", nil, "", "InvalidArgument"},
	}
	for _, tt := range tests {
		request := fnf.CreateListFlowsRequest()
		request.NextToken, request.Limit = tt.token, tt.limit
		response, err := client.ListFlows(request)
		if _, code := answerOf(t, err); code != tt.code || response.NextToken != tt.next {
			t.Errorf("%s: code %q, token %q, want %q, %q", tt.name, code, response.NextToken, tt.code, tt.next)
		}
		var got []string
		for _, f := range response.Flows {
			got = append(got, f.Name)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: flows mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
	if got := srv.Count(alibabatest.OpListFlows); got != len(tests) {
		t.Errorf("Count = %d, want %d", got, len(tests))
	}
}

func TestFlowFields(t *testing.T) {
	t.Parallel()
	_, client := flowServer(t)
	request := fnf.CreateListFlowsRequest()
	request.NextToken, request.Limit = "c", "2"
	response, err := client.ListFlows(request)
	if err != nil {
		t.Fatal(err)
	}
	want := []fnf.FlowsItem{
		{
			Type: "FDL", Definition: "type: flow", RoleArn: "acs:ram::1:role/r", Description: "the third", Name: "c",
			CreatedTime: "2026-11-01T08:00:00.001Z", LastModifiedTime: "2026-11-02T08:00:00.000Z", Id: "id-c", ExecutionMode: "Express",
		},
		{Type: "FDL", Name: "d", ExecutionMode: "Standard"},
	}
	if diff := cmp.Diff(want, response.Flows); diff != "" {
		t.Errorf("flows mismatch (-want +got):\n%s", diff)
	}
}

// Faults and expired tokens do what they do to the other operations.
func TestFlowsGoWrong(t *testing.T) {
	t.Parallel()
	srv, client := flowServer(t)
	request := func(token string) *fnf.ListFlowsRequest {
		r := fnf.CreateListFlowsRequest()
		r.NextToken, r.Limit = token, "2"
		return r
	}
	srv.Inject(alibabatest.Fault{Op: alibabatest.OpListFlows, Code: "AccessDenied"})
	if status, code := answerOf(t, errorOf(client.ListFlows(request("")))); status != http.StatusForbidden || code != "AccessDenied" {
		t.Errorf("answer = %d %s, want 403 AccessDenied", status, code)
	}
	srv.Inject(alibabatest.Fault{Op: alibabatest.OpListFlows, Overlap: 1})
	response, err := client.ListFlows(request("c"))
	if err != nil || len(response.Flows) != 3 || response.Flows[0].Name != "b" {
		t.Errorf("with an overlap: %+v, %v; want three flows, b first", response.Flows, err)
	}
	srv.ExpireTokens()
	if _, code := answerOf(t, errorOf(client.ListFlows(request("e")))); code != "InvalidArgument" {
		t.Errorf("code = %q with an expired token, want InvalidArgument", code)
	}
}

// errorOf is the error of a call.
func errorOf[T any](_ T, err error) error { return err }
