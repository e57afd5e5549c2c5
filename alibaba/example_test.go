// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// The service in these examples is a fake on this machine; a real one needs no Endpoint.
func ExampleNew() {
	srv, err := alibabatest.Start(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.AddExecution(alibabatest.SeedExecution())

	client, err := alibaba.New(alibaba.Config{
		Region:          "cn-hangzhou",
		Endpoint:        srv.URL(),
		AccessKeyID:     srv.AccessKeyID(),
		AccessKeySecret: srv.AccessKeySecret(),
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	query := history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: "exec"}}
	for event, err := range client.Events(context.Background(), query) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d %s %s %q\n", event.ID, event.Time.Format(time.RFC3339Nano), event.Type, event.Step)
	}
	// Output:
	// 1 2019-01-01T01:01:01.001Z ExecutionStarted ""
	// 2 2019-01-01T01:01:01.001Z TaskSucceeded "passStep"
	// 3 2019-01-01T01:01:01.001Z ExecutionSucceeded ""
}

// Every error is a *history.Error: what went wrong in words that all clouds share, and what the cloud itself said.
func ExampleNew_errors() {
	srv, err := alibabatest.Start(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.AddExecution(alibabatest.SeedExecution())

	client, err := alibaba.New(alibaba.Config{
		Region: "cn-hangzhou", Endpoint: srv.URL(), AccessKeyID: srv.AccessKeyID(), AccessKeySecret: srv.AccessKeySecret(),
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Describe(context.Background(), history.Ref{Workflow: "flow", Execution: "nobody"})
	if errors.Is(err, history.ErrNotFound) {
		fmt.Println("there is no such execution")
	}
	if e, ok := errors.AsType[*history.Error](err); ok {
		fmt.Println(e.Op, e.Kind, e.Code, e.HTTPStatus)
		fmt.Println(e.Message)
	}
	// Output:
	// there is no such execution
	// DescribeExecution history: execution not found ExecutionNotExists 404
	// Execution nobody for flow flow does not exist.
}

// Keys that expire come from a function, which is asked before each request.
func ExampleConfig_credentials() {
	cfg := alibaba.Config{
		Region: "cn-hangzhou",
		Credentials: func(context.Context) (alibaba.Credentials, error) {
			return alibaba.Credentials{AccessKeyID: "id", AccessKeySecret: "secret", SecurityToken: "token"}, nil
		},
	}
	client, err := alibaba.New(cfg, nil)
	fmt.Println(client.Provider(), client.Scope(), err)
	fmt.Println(cfg)
	// Output:
	// alibaba cn-hangzhou <nil>
	// alibaba.Config{Region: "cn-hangzhou", Credentials: "set"}
}

// Half a credential, a region that is none: New says what to change before anything is sent.
func ExampleConfig_invalid() {
	_, err := alibaba.New(alibaba.Config{Region: "cn-hangzhou", AccessKeyID: "test-access-key-id"}, nil)
	fmt.Println(err)
	// Output:
	// alibaba: New: invalid argument: AccessKeySecret is missing, the rest of the credential is there; set both AccessKeyID and AccessKeySecret
}
