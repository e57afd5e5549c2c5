// SPDX-License-Identifier: Apache-2.0

// Package historytest helps to test programs that read histories, and sources that serve them.
//
// # A scripted source
//
// [Source] is a source without a cloud. It holds executions and events that a test puts there, serves them with real
// pages and cursors, fails where the test says so and remembers what it was asked for:
//
//	src := &historytest.Source{}
//	src.Add(history.Execution{Ref: ref, Status: history.Running}, history.Event{Type: history.ExecutionStarted})
//	src.Inject(historytest.Fault{Err: history.ErrThrottled, After: 1})
//	client := history.NewClient(src, nil)
//
// [Pages] makes a sequence of pages outright, for [Source.OnEventPages] and [Source.OnExecutionPages]: for sequences that
// no honest source would make.
//
// # The conformance suite
//
// [TestClient] checks every promise that iteration makes, each in a subtest named for it, on a client and the source
// behind it. [TestSource] checks the shorter list of a source's own duties, and what history.Options asks of one that
// speaks HTTP. What a source can do beyond, listing workflows and waiting, is checked where its Capabilities say so. A
// package with a source of its own runs both from its tests; what they need to know is a [Harness].
//
// The suite measures time (an abort within 50 ms), so call it from a test that is not parallel.
//
// # Generated executions
//
// [Generate] makes the history of a synthetic execution from a seed, with every construct of the service's flow language
// and in every reading that its documents allow, and the truth about it: the steps, their times, the root cause. [Damage]
// spoils such a history on purpose and says what it did. [Gallery] is ten executions, the same each time, for those who draw
// or export histories.
//
// # Bodies
//
// [BodyCounter] is an http.RoundTripper that counts the requests and answers that pass through it, and the bodies that
// nobody has closed.
package historytest
