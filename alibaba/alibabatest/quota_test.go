// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

// TestQuotasOfTheDocument uses up the quota of each operation, which takes nothing from the others, and again a second
// later.
func TestQuotasOfTheDocument(t *testing.T) {
	t.Parallel()
	clock := &clock{now: time.Now()} // signatures carry the real date
	srv := alibabatest.NewServer(t, &alibabatest.Options{Quotas: true, Now: clock.Now})
	srv.AddExecution(alibabatest.SeedExecution())
	client := newClient(t, srv)
	operations := []struct {
		name string
		ask  func() error
	}{
		{alibabatest.OpGetExecutionHistory, func() error {
			return errorOf(client.GetExecutionHistory(historyOf("flow", "exec", "", 0)))
		}},
		{alibabatest.OpDescribeExecution, func() error {
			request := fnf.CreateDescribeExecutionRequest()
			request.FlowName, request.ExecutionName = "flow", "exec"
			return errorOf(client.DescribeExecution(request))
		}},
		{alibabatest.OpListExecutions, func() error {
			return errorOf(client.ListExecutions(list(func(r *fnf.ListExecutionsRequest) { r.FlowName = "flow" })))
		}},
		{alibabatest.OpListFlows, func() error { return errorOf(client.ListFlows(fnf.CreateListFlowsRequest())) }},
	}
	within := func(ask func() error) (n int) {
		for n < 100 {
			if _, code := answerOf(t, ask()); code != "" {
				return n
			}
			n++
		}
		return n
	}
	var got []string
	for range 2 {
		for _, op := range operations {
			got = append(got, fmt.Sprint(op.name, " ", within(op.ask)))
		}
		clock.advance(time.Second)
	}
	want := []string{
		"GetExecutionHistory 50", "DescribeExecution 50", "ListExecutions 10", "ListFlows 10",
		"GetExecutionHistory 5", "DescribeExecution 5", "ListExecutions 2", "ListFlows 2",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requests within the quota mismatch (-want +got):\n%s", diff)
	}
}
