// SPDX-License-Identifier: Apache-2.0

// Package history is one model and one way of reading for what cloud workflows did: their executions, the steps of
// each, and the events that each recorded.
//
// A [Client] reads from a [Source], which stands for one cloud account in one region. The packages alibaba and huawei
// make clients; so does [NewClient] from any Source. Everything is read as a sequence for range:
//
//	for event, err := range client.Events(ctx, history.EventQuery{Ref: ref}) {
//		if err != nil {
//			return err // *history.Error; its Cursor goes on from here
//		}
//		fmt.Println(event.Time, event.Type, event.Step)
//	}
//
// # Calls
//
//   - [Client.Workflows]: the workflows that there are, where the source can list them
//   - [Client.Executions]: the executions of a workflow, with filters
//   - [Client.Execution]: one execution with the tree of its steps
//   - [Client.Describe]: one execution's status, times, input and output, with one call
//   - [Client.Wait]: the same, when it has ended
//   - [Client.Events]: the events of one execution
//   - [Client.Follow]: the same as they come while the execution runs, to its end
//   - [Client.WorkflowPages], [Client.ExecutionPages], [Client.EventPages], [Client.FollowPages]: the same page by page,
//     each with the cursor to go on from
//   - [Client.WorkflowPage], [Client.ExecutionPage], [Client.EventPage]: one page with one request, for services
//   - [Client.Provider], [Client.Scope]: the cloud, and the account and region in it, of all that the client reads
//   - [Client.Capabilities]: what the source behind the client can do
//
// # Sequences
//
// A sequence asks for nothing before it is ranged over, and for the next page only after the last item of the one before
// was consumed. Its state lives in the range: ranging again starts over, and several ranges at once are independent. A
// pair is a value or an error, never both; an error comes once and ends the sequence. Leaving the loop, in whatever way,
// leaves no goroutine and no open connection body behind, and the loop body may use the same client.
//
// # Errors
//
// Every error is an [*Error]. Its [Kind] is the same for all clouds and works with errors.Is; its Code is the cloud's
// own. Only the caller's context makes an error match context.Canceled or context.DeadlineExceeded.
//
// # Cursors
//
// A [Cursor] is a place between two items, as text that may be stored and used in another process on another day:
// [Page.Next], [Page.Resume], [Error.Cursor], [After]. It belongs to one provider, scope, target and set of filters.
//
// # Dependencies
//
// This package imports the standard library only.
package history
