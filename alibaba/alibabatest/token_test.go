// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

// A strict server takes a token only where it gave it: the tokens of one list are not those of another.
func TestTokensBelongToTheirList(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, &alibabatest.Options{StrictTokens: true})
	for _, name := range []string{"e", "e2"} {
		execution := withEvents(3)
		execution.Name = name
		srv.AddExecution(execution)
		other := withEvents(3)
		other.Flow, other.Name = "f2", name
		srv.AddExecution(other)
	}
	client := newClient(t, srv)
	history := func(flow, execution, token string) error {
		return errorOf(client.GetExecutionHistory(historyOf(flow, execution, token, 1)))
	}
	executions := func(flow, token string) error {
		return errorOf(client.ListExecutions(list(func(r *fnf.ListExecutionsRequest) { r.FlowName, r.NextToken, r.Limit = flow, token, "1" })))
	}
	flows := func(token string) error {
		request := fnf.CreateListFlowsRequest()
		request.NextToken, request.Limit = token, "1"
		return errorOf(client.ListFlows(request))
	}
	const refused = "InvalidArgument"
	for _, step := range []struct {
		name string
		err  error
		want string
	}{
		{"history, token of nobody", history("f", "e", "2"), refused},
		{"history, first page", history("f", "e", ""), ""},
		{"history, its token", history("f", "e", "2"), ""},
		{"history, token of another execution", history("f", "e2", "2"), refused},
		{"history, token of another flow", history("f2", "e", "2"), refused},
		{"executions, token of nobody", executions("f", "e2"), refused},
		{"executions, first page", executions("f", ""), ""},
		{"executions, its token", executions("f", "e2"), ""},
		{"executions, token of another flow", executions("f2", "e2"), refused},
		{"flows, token of nobody", flows("f2"), refused},
		{"flows, first page", flows(""), ""},
		{"flows, its token", flows("f2"), ""},
	} {
		if _, code := answerOf(t, step.err); code != step.want {
			t.Errorf("%s: code %q, want %q", step.name, code, step.want)
		}
	}
}

// The lifetime of a token counts for each list alike.
func TestTokensOfListsExpire(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, &alibabatest.Options{TokenLifetime: 1})
	for _, name := range []string{"run-1", "run-2"} {
		srv.AddExecution(alibabatest.Execution{Flow: "f", Name: name})
	}
	client := newClient(t, srv)
	var got []string
	for _, token := range []string{"", "run-2", "run-2"} {
		_, code := answerOf(t, errorOf(client.ListExecutions(list(func(r *fnf.ListExecutionsRequest) { r.NextToken, r.Limit = token, "1" }))))
		got = append(got, code)
	}
	if diff := cmp.Diff([]string{"", "", "InvalidArgument"}, got); diff != "" {
		t.Errorf("codes mismatch (-want +got):\n%s", diff)
	}
}
