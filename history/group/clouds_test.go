// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// quick are options whose retries and limits do not keep a test waiting.
func quick() *history.Options {
	return &history.Options{
		Retry:     history.Retry{MinWait: time.Microsecond, MaxWait: time.Millisecond},
		RateLimit: history.RateLimit{Off: true},
	}
}

// alibabaClient is a client of a fake account, as a scope.
func alibabaClient(t *testing.T, srv *alibabatest.Server, scope string, o *history.Options) *history.Client {
	t.Helper()
	client, err := alibaba.New(alibaba.Config{
		Region: srv.Region(), Endpoint: srv.URL(), Scope: scope,
		AccessKeyID: srv.AccessKeyID(), AccessKeySecret: srv.AccessKeySecret(),
	}, o)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func huaweiClient(t *testing.T, srv *huaweitest.Server) *history.Client {
	t.Helper()
	client, err := huawei.New(huawei.Config{
		Region: srv.Region(), Endpoint: srv.URL(), ProjectID: srv.ProjectID(), Scope: "project",
		AccessKeyID: srv.AccessKeyID(), SecretAccessKey: srv.SecretAccessKey(),
	}, quick())
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// clouds are two accounts of Alibaba Cloud and a project of Huawei Cloud, which all hold the demo executions.
func clouds(t *testing.T, opts *group.Options) (*group.Group, *alibabatest.Server, *huaweitest.Server) {
	t.Helper()
	one, two, project := alibabatest.NewServer(t, nil), alibabatest.NewServer(t, nil), huaweitest.NewServer(t, nil)
	for _, e := range alibabatest.DemoExecutions() {
		one.AddExecution(e)
		two.AddExecution(e)
	}
	for _, e := range huaweitest.DemoExecutions() {
		project.AddExecution(e)
	}
	g, err := group.New([]*history.Client{
		alibabaClient(t, one, "one", quick()), alibabaClient(t, two, "two", quick()), huaweiClient(t, project),
	}, opts)
	if err != nil {
		t.Fatal(err)
	}
	return g, two, project
}

// All that failed, on both clouds, without a name or id of anything.
func TestGroupOfBothClouds(t *testing.T) {
	t.Parallel()
	g, _, project := clouds(t, nil)
	steps := func(e history.Execution) string { return fmt.Sprintf("%s %v", e.Status, len(e.Steps) > 0) }
	got := outcomes(t, g.ReadAll(t.Context(), failed()), steps)
	equal(t, "number of results", 3, len(got))
	equal(t, "results of Alibaba Cloud", []string{
		"alibaba://one/order-flow/order-1002: failed true", "alibaba://two/order-flow/order-1002: failed true",
	}, got[:2])
	equal(t, "counts", map[string]group.Counts{"ReadAll": {Read: 3}}, g.Counts())
	equal(t, "requests for a single AOM execution, which the list has in full", 0, project.Count(huaweitest.OpSearchWorkflowExecutionDetail))
}

func TestGroupOfBothCloudsWithOneThatRefuses(t *testing.T) {
	t.Parallel()
	g, two, _ := clouds(t, &group.Options{Ignore: []error{history.ErrPermission}})
	two.Inject(alibabatest.Fault{Times: -1, Code: "NoPermission"})
	equal(t, "number of results", 2, len(outcomes(t, g.ReadAll(t.Context(), failed()), executionName)))
	equal(t, "counts", map[string]group.Counts{"ReadAll": {Read: 2, Skipped: 1}}, g.Counts())
}

// Two clients of one account would overrun its quotas, each with limits of its own. With shared ones they do not.
func TestClientsOfOneAccountShareItsQuotas(t *testing.T) {
	t.Parallel()
	const executions, scale = 40, 100
	srv := alibabatest.NewServer(t, &alibabatest.Options{Quotas: true, QuotaScale: scale})
	for i := range executions {
		e := alibabatest.DemoExecutions()[1]
		e.Name = fmt.Sprintf("order-%d", i)
		srv.AddExecution(e)
	}
	// Below the quotas by a fifth, since requests do not arrive as evenly as they are sent.
	limiters := group.NewLimiters(func(_, operation string) history.Limiter {
		if operation == alibabatest.OpGetExecutionHistory || operation == alibabatest.OpDescribeExecution {
			return rate.NewLimiter(4*scale, 40)
		}
		return rate.NewLimiter(1.6*scale, 8)
	})
	var clients []*history.Client
	for _, scope := range []string{"one", "two"} {
		o := quick()
		o.RateLimit = limiters.RateLimit("account")
		clients = append(clients, alibabaClient(t, srv, scope, o))
	}
	g, err := group.New(clients, nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "number of results", 2*executions, len(outcomes(t, g.ReadAll(t.Context(), history.ExecutionQuery{}), executionName)))
	for _, r := range srv.Requests() {
		if r.Status != 200 {
			t.Errorf("%s was answered with %d %s", r.Op, r.Status, r.Code)
		}
	}
	equal(t, "requests for histories, one for each execution", 2*executions, srv.Count(alibabatest.OpGetExecutionHistory))
}
