// SPDX-License-Identifier: Apache-2.0

// Package huawei reads what the workflows of Huawei Cloud Application Operations Management did (AOM, "CMS" automation;
// API v1): ListWorkflowExecutions, SearchWorkflowExecutionDetail and ListWorkflow.
//
//	client, err := huawei.New(huawei.Config{Region: "cn-north-4", ProjectID: projectID, Token: token}, nil)
//	if err != nil {
//		return err
//	}
//	for execution, err := range client.Executions(ctx, history.ExecutionQuery{Workflow: workflowID}) {
//		…
//	}
//
// # Credentials
//
// Config takes a fixed key, a temporary key with its token, an IAM token, a function that is asked before each attempt, or
// a credential of the official SDK that is already set up. With none of them New reads HUAWEICLOUD_SDK_AK,
// HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_SECURITY_TOKEN and HUAWEICLOUD_SDK_PROJECT_ID, or else CLOUD_SDK_AK and
// CLOUD_SDK_SK. It asks no metadata service and reads no file. A key or token with white space around it, as it comes from
// a file with its line end, is refused with the name of the field or variable: the service would only say that the
// authentication failed.
//
// # What the official SDK does here
//
// It holds the credentials, knows the regions and signs (SDK-HMAC-SHA256). Everything else, from the connection to the
// decoder, is this module's: see the README for why.
//
// # What the service does
//
// Its list of workflows has numbered pages of at most 100, read from the oldest workflow on. Its list of executions has no
// pages and no filters: one answer holds all executions of a workflow with the results of their nodes. The
// answer is decoded as it comes in and cut into pages, of 100 unless the query says otherwise, so that a whole walk costs
// one request and the memory of one page. Where executions have more than the documented 200 node results on average, pages
// are shorter; one execution may have 10,000 (ErrDecode beyond that) and Options.MaxResponseBytes. A cursor names the last
// execution that was read; going on from it asks for the answer again and skips to that execution. What the list is ordered
// by is not documented.
//
// The service records no events. They are derived from the node results and marked Derived; an event's ID is made of its
// time, of what happened and of the node's place in execution_result_list, so it stays the same while the execution grows.
// The documents list no status words for executions and nodes: a word that is not known maps to "" and is noted as a
// Diagnostic. No rate limit is documented either; the default is the gateway's 200 requests a second.
//
// Huawei's documents of 2025 announce that this API will be taken offline.
//
// # Errors
//
// Every error is a *history.Error whose Op is the operation's name and whose Code is the service's own.
package huawei
