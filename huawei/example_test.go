// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// demo is a fake AOM with a workflow in it, and a configuration for it.
func demo() (*huaweitest.Server, huawei.Config, error) {
	srv, err := huaweitest.Start(nil)
	if err != nil {
		return nil, huawei.Config{}, err
	}
	for _, e := range huaweitest.DemoExecutions() {
		srv.AddExecution(e)
	}
	return srv, huawei.Config{Region: srv.Region(), Endpoint: srv.URL(), ProjectID: srv.ProjectID(), Token: srv.Token()}, nil
}

// The executions of a workflow, with their steps.
func ExampleNew() {
	srv, cfg, err := demo()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	client, err := huawei.New(cfg, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for e, err := range client.Executions(context.Background(), history.ExecutionQuery{Workflow: huaweitest.DemoWorkflow}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(e.Started.Format("2006-01-02"), e.Status, e.CreatedBy, len(e.Steps), "steps")
	}
	// Output:
	// 2026-11-03 running ops-nightly 4 steps
	// 2026-11-02 failed ops-nightly 4 steps
	// 2026-11-01 succeeded ops-nightly 7 steps
}

// The events of one execution, derived from its node results.
func ExampleNew_events() {
	srv, cfg, err := demo()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	client, err := huawei.New(cfg, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	failed := huaweitest.DemoExecutions()[1]
	query := history.EventQuery{Ref: history.Ref{Workflow: failed.Workflow, Execution: failed.ID}}
	for event, err := range client.Events(context.Background(), query) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(event.Time.Format("15:04:05"), event.Type, cmp.Or(event.Step, "(execution)"))
	}
	// Output:
	// 02:00:00 ExecutionStarted (execution)
	// 02:00:00 StepStarted query-workloads
	// 02:00:02 StepSucceeded query-workloads
	// 02:00:03 StepStarted check-alarms
	// 02:00:04 StepSucceeded check-alarms
	// 02:00:05 StepStarted restart-frontend
	// 02:00:05 StepStarted restart-backend
	// 02:00:39 StepSucceeded restart-frontend
	// 02:01:05 StepFailed restart-backend
	// 02:01:05 ExecutionFailed (execution)
}

// A token that is renewed now and then, and an error that says what to do about it.
func ExampleConfig_credentials() {
	srv, cfg, err := demo()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	cfg.Token = ""
	cfg.Credentials = func(context.Context) (huawei.Credentials, error) {
		return huawei.Credentials{Token: "a token that has expired"}, nil
	}
	client, err := huawei.New(cfg, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Describe(context.Background(), history.Ref{Workflow: huaweitest.DemoWorkflow, Execution: "any"})
	if e, ok := errors.AsType[*history.Error](err); ok && errors.Is(err, history.ErrUnauthenticated) {
		fmt.Println(e.Op, e.Code, e.Message)
	}
	// Output: SearchWorkflowExecutionDetail AOM.31009004 auth failed.
}
