// SPDX-License-Identifier: Apache-2.0

// Package alibabatest is a fake of Alibaba Cloud Serverless Workflow (FnF, now
// CloudFlow), API version 2019-03-15, for tests and for trying things out: the part
// that reads executions.
//
// In a test:
//
//	srv := alibabatest.NewServer(t, nil)
//	srv.AddExecution(alibabatest.SeedExecution())
//	// srv.URL() is the endpoint; srv.Region(), srv.AccessKeyID() and
//	// srv.AccessKeySecret() get in.
//
// It is a real HTTP server on loopback and knows no client code of this module, so
// any client of the service can talk to it. It has these operations:
//
//   - GetExecutionHistory: the events of one execution, in pages
//   - DescribeExecution: one execution, at once or when it has ended
//   - ListExecutions: the executions of a flow, in pages
//   - ListFlows: the flows there are, in pages
//
// # Rules
//
// A request is a GET or a POST of "/", with its parameters in the query, in a form
// body, or in both. It is signed in one of two ways: as RPC calls are, with the
// signature among the parameters (HMAC-SHA1 or HMAC-SHA256), or with
// ACS3-HMAC-SHA256 in the header. A nonce works once, a date may be off by 15
// minutes. Answers of success are laid out like the example of the document.
//
// # What no document says
//
// Much of the service is not documented. What the fake does there is marked with
// "Model:" in its code, and where documents disagree [Options] has a switch.
//
// # Faults
//
// [Server.Inject] bends answers: see [Fault]. A Fault with one of the codes of
// [DocumentedErrors] needs neither status nor message; [ErrorBody] makes a body of
// the same form with anything in it. Fault.Overlap repeats events or executions
// from before the page.
package alibabatest
