// SPDX-License-Identifier: Apache-2.0

package main

import "strconv"

// The AOM answer that is read: executions of ten nodes each, 41 MB in all.
const (
	nodesEach   = 10
	answerBytes = 41 << 20
)

// encodeExecutions writes executions until the answer has a size, and returns how many there are. It is flat, since the
// official SDK can decode no other.
func encodeExecutions(size int) (answer []byte, executions int) {
	answer = make([]byte, 0, size+16<<10)
	answer = append(answer, '[')
	for len(answer) < size {
		if executions > 0 {
			answer = append(answer, ',')
		}
		answer = appendExecution(answer, executions)
		executions++
	}
	return append(answer, ']'), executions
}

// appendExecution writes one execution. Times are unix milliseconds.
func appendExecution(out []byte, i int) []byte {
	began := int64(1_793_606_400_000) + int64(i)*60_000
	out = append(out, `{"workflow_id":"wf-restart","execution_id":"exec-`...)
	out = strconv.AppendInt(out, int64(i), 10)
	out = append(out, `","status":"success","begin_time":`...)
	out = strconv.AppendInt(out, began, 10)
	out = append(out, `,"end_time":`...)
	out = strconv.AppendInt(out, began+20_000, 10)
	out = append(out, `,"last_update_time":`...)
	out = strconv.AppendInt(out, began+20_000, 10)
	out = append(out, `,"created_by":"operator","approve_user_name_list":["first","second"],"execution_result_list":[`...)
	for k := range nodesEach {
		if k > 0 {
			out = append(out, ',')
		}
		out = appendNode(out, i, k, began)
	}
	return append(out, `],"project_id":"0123456789abcdef0123456789abcdef","workflow_edit_time":1793606400000,"last_record_id_with_snapshot":""}`...)
}

// appendNode writes the result of one node, with an output as in the document's example. Of every third node it tells of two
// applications.
func appendNode(out []byte, i, k int, began int64) []byte {
	out = append(out, `{"node_id":"node-`...)
	out = strconv.AppendInt(out, int64(k), 10)
	out = append(out, `","begin_time":`...)
	out = strconv.AppendInt(out, began+int64(k)*1000, 10)
	out = append(out, `,"end_time":`...)
	out = strconv.AppendInt(out, began+int64(k)*1000+900, 10)
	out = append(out, `,"status":"success","function_execution_id":"fn-`...)
	out = strconv.AppendInt(out, int64(i*nodesEach+k), 10)
	out = append(out, `","output":{"fail":[],"in_execution":[],"success":[`...)
	out = appendApplication(out, i+k)
	if k%3 == 2 {
		out = append(out, ',')
		out = appendApplication(out, i+k+1)
	}
	return append(out, `],"not_performed":[]}}`...)
}

// appendApplication writes what became of one application.
func appendApplication(out []byte, i int) []byte {
	names := [...]string{"shop-web", "shop-cart", "billing", "search-front", "mail"}
	out = append(out, `{"app":"shop","code":"0","matchLabels":"{\"app\":\"shop\",\"version\":\"v14\"}",`+
		`"current_project":true,"log":"Restart Success.","replicas":1,"cmdb_work_load_id":"w-`...)
	out = strconv.AppendInt(out, int64(2000+i%97), 10)
	out = append(out, `","type":"manual","availableReplicas":1,"execute_time":"`...)
	out = strconv.AppendInt(out, int64(30000+7*i), 10)
	out = append(out, `","creationTimestamp":" ","name":"`...)
	out = append(out, names[i%len(names)]...)
	return append(out, `","namespace":"default","cceWorkloadCluster":"east","id":"w-17","cceWorkloadType":"deployments"}`...)
}
