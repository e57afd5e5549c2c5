// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// Status words. Huawei documents these nine for workflows and lists none for
// executions and nodes.
//
// Model: executions and nodes use the same words.
const (
	StatusSuccess        = "success"
	StatusFail           = "fail"
	StatusExecuting      = "executing"
	StatusCancel         = "cancel"
	StatusWaitExecute    = "waitExecute"
	StatusWaitApproval   = "waitApproval"
	StatusApprovalFailed = "approvalFailed"
	StatusPausing        = "pausing"
	StatusCanceling      = "canceling"
)

// Workflow is one workflow, the way ListWorkflow names it. Every field but ID may
// be left empty.
type Workflow struct {
	ID                  string            // workflow_id, 1 to 64 characters
	Name                string            // default: the ID
	Description         string            // free text
	Type                string            // "cron", "event" or "manual"; default "manual"
	CreatedBy           string            // create_by
	EnterpriseProjectID string            // default "0"
	Tags                map[string]string // at most 10 can be asked for
	Created, Updated    time.Time         // zero: the field is left out
}

// Execution is one run of a workflow with the results of its nodes.
type Execution struct {
	Workflow     string    // workflow_id
	ID           string    // execution_id
	Status       string    // "" stands for "executing" without an End and for "success" with one
	Begin, End   time.Time // begin_time and end_time; a zero one is written as Options.UnsetEnd says
	Updated      time.Time // last_update_time; zero: left out
	CreatedBy    string    // created_by; "": left out
	Approvers    []string  // approve_user_name_list
	Nodes        []Node    // execution_result_list, in this order
	EditTime     time.Time // workflow_edit_time; zero: written as 0
	LastRecordID string    // last_record_id_with_snapshot; "": left out

	// Live makes the execution happen while it is watched: a node appears when Now
	// reaches its Begin and ends when Now reaches its End, and so does the
	// execution itself. Before that it is "executing".
	Live bool
}

// Node is the result of one node of an execution.
//
// Model: a node that was tried again is there once for each try, with the same ID
// and another FunctionExecutionID.
type Node struct {
	ID                  string          // node_id
	Status              string          // "" stands for "executing" without an End and for "success" with one
	Begin, End          time.Time       // a zero one is written as Options.UnsetEnd says
	FunctionExecutionID string          // function_execution_id; "": left out
	Output              json.RawMessage // written as it is; nil: left out
}

// clone returns a copy of w that shares nothing with it, with the defaults filled in.
func (w Workflow) clone() Workflow {
	if w.Name == "" {
		w.Name = w.ID
	}
	if w.Type == "" {
		w.Type = "manual"
	}
	if w.EnterpriseProjectID == "" {
		w.EnterpriseProjectID = "0"
	}
	w.Tags = maps.Clone(w.Tags)
	return w
}

// clone returns a copy of e that shares nothing with it, with the defaults filled in.
func (e Execution) clone() Execution {
	e.Status = statusOr(e.Status, e.End)
	e.Approvers = slices.Clone(e.Approvers)
	nodes := make([]Node, len(e.Nodes))
	for i, n := range e.Nodes {
		nodes[i] = n.clone()
	}
	e.Nodes = nodes
	return e
}

func (n Node) clone() Node {
	n.Status = statusOr(n.Status, n.End)
	n.Output = slices.Clone(n.Output)
	return n
}

func statusOr(status string, end time.Time) string {
	switch {
	case status != "":
		return status
	case end.IsZero():
		return StatusExecuting
	default:
		return StatusSuccess
	}
}
