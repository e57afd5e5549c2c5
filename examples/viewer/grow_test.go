// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// growing are executions that happen in three parts, 0, 1 and 2, as a test wants them to.
func growing() map[string]func(s *site, part int) {
	return map[string]func(*site, int){onAlibaba("order-3001"): growOnAlibaba, onHuawei("c001"): growOnHuawei}
}

// growOnAlibaba lets a third of an execution happen: of the events of one that fails.
func growOnAlibaba(s *site, part int) {
	e := alibabatest.DemoExecutions()[1]
	third := len(e.Events) / 3
	events := [][]alibabatest.Event{e.Events[:third], e.Events[third : 2*third], e.Events[2*third:]}[part]
	if part == 0 {
		s.alibaba.AddExecution(alibabatest.Execution{Flow: e.Flow, Name: "order-3001", Input: e.Input, Started: e.Started})
	}
	s.alibaba.Append(e.Flow, "order-3001", events...)
}

// growOnHuawei does the same with the nodes of one that succeeds.
func growOnHuawei(s *site, part int) {
	e := huaweitest.DemoExecutions()[0]
	id := strings.TrimSuffix(e.ID, "a001") + "c001"
	third := len(e.Nodes) / 3
	for _, node := range [][]huaweitest.Node{e.Nodes[:third], e.Nodes[third : 2*third], e.Nodes[2*third:]}[part] {
		s.huawei.AddNode(e.Workflow, id, node)
	}
	if part == 2 {
		s.huawei.Finish(e.Workflow, id, e.Status, e.End)
	}
}
