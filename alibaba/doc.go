// SPDX-License-Identifier: Apache-2.0

// Package alibaba reads what the flows of Alibaba Cloud Serverless Workflow did (FnF, now CloudFlow; API version
// 2019-03-15): GetExecutionHistory, DescribeExecution, ListExecutions and ListFlows.
//
//	client, err := alibaba.New(alibaba.Config{Region: "cn-hangzhou"}, nil)
//	if err != nil {
//		return err
//	}
//	query := history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: "execution"}}
//	for event, err := range client.Events(ctx, query) {
//		…
//	}
//
// # Credentials
//
// Config takes a fixed key, an STS key with its token, a function that is asked before each attempt, or a client of the
// official SDK that is already set up. With none of them New reads ALIBABA_CLOUD_ACCESS_KEY_ID,
// ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN. A key or token with white space around it, as it comes
// from a file with its line end, is refused with the name of the field or variable: the service would only say that the
// signature does not match.
//
// # What the official SDK does here
//
// It holds the credentials, fills the typed request and signs it (RPC signature v1). Everything else, from the connection
// to the decoder, is this module's: see the README for why.
//
// # What the service does
//
// Events and flows come in pages of at most 999 (the documents disagree on 1000), executions in pages of at most 99. The
// quotas are per operation: GetExecutionHistory and DescribeExecution 50 at once and 5 a second, ListExecutions and
// ListFlows 10 and 2; they are the client's default rate limits. An execution has at most 5,000 events. Express flows
// have no history.
//
// # Errors
//
// Every error is a *history.Error whose Op is the operation's name and whose Code is the service's own.
package alibaba
