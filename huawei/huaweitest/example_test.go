// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

func Example() {
	srv, err := huaweitest.Start(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	srv.ServeRaw("wf", huaweitest.SeedAnswer())
	srv.Inject(huaweitest.Fault{Code: "AOM.31001405"})

	for range 2 {
		req, _ := http.NewRequest(http.MethodGet, srv.URL()+"/v1/"+srv.ProjectID()+"/cms/workflow/wf/executions", nil)
		req.Header.Set("X-Auth-Token", srv.Token())
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			fmt.Println(err)
			return
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		fmt.Println(resp.StatusCode, strings.Contains(string(body), `"node_id" : "delete-workload-pod"`))
	}
	fmt.Println(srv.Count(huaweitest.OpListWorkflowExecutions), "requests")
	// Output:
	// 500 false
	// 200 true
	// 2 requests
}
