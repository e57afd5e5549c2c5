// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"fmt"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

// The fake serves the official client, outside a test too.
func ExampleStart() {
	srv, err := alibabatest.Start(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.AddExecution(alibabatest.SeedExecution())

	client, err := fnf.NewClientWithAccessKey(srv.Region(), srv.AccessKeyID(), srv.AccessKeySecret())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Shutdown()
	client.Domain = strings.TrimPrefix(srv.URL(), "http://")

	request := fnf.CreateGetExecutionHistoryRequest()
	request.FlowName, request.ExecutionName = alibabatest.SeedFlow, alibabatest.SeedExecName
	page, err := client.GetExecutionHistory(request)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range page.Events {
		fmt.Println(strings.TrimSpace(fmt.Sprint(e.EventId, " ", e.Type, " ", e.StepName)))
	}
	// Output:
	// 1 ExecutionStarted
	// 2 TaskSucceeded passStep
	// 3 ExecutionSucceeded
}
