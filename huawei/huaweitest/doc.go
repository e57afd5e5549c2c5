// SPDX-License-Identifier: Apache-2.0

// Package huaweitest is a fake of Huawei Cloud Application Operations Management
// (AOM) for tests and for trying things out: the part of its workflow API v1 that
// reads executions.
//
// In a test:
//
//	srv := huaweitest.NewServer(t, nil)
//	srv.AddExecution(huaweitest.SeedExecution())
//	// srv.URL() is the endpoint; srv.ProjectID(), srv.AccessKeyID() and
//	// srv.SecretAccessKey(), or srv.Token(), get in.
//
// It is a real HTTP server on loopback and knows no client code of this module, so
// any client of the service can talk to it. It has these operations:
//
//   - ListWorkflowExecutions: GET /v1/{project_id}/cms/workflow/{workflow_id}/executions
//   - SearchWorkflowExecutionDetail: GET …/executions/{execution_id}/status
//   - ListWorkflow: POST /v1/{project_id}/cms/workflow-list
//
// # Rules
//
// A request needs an X-Auth-Token or an SDK-HMAC-SHA256 signature, which is
// calculated anew for whatever headers the client signed. Its X-Sdk-Date may be
// off by 15 minutes. The project has to be the server's, ids have 1 to 64
// characters, and the path is taken as it was sent. Every answer has an
// X-Request-Id.
//
// # What no document says
//
// Much of the service is not documented. What the fake does there is marked with
// "Model:" in its code, and where documents disagree [Options] has a switch.
//
// # Faults
//
// [Server.Inject] bends answers: see [Fault]. A Fault with one of the codes of
// [DocumentedErrors] needs neither status nor message; [ErrorBody] makes the body
// of any other form. AOM's answers have no pages, so Fault.Overlap does nothing.
package huaweitest
