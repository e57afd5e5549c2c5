// SPDX-License-Identifier: Apache-2.0

// Package archive keeps histories as JSON Lines and reads them again as a source, without a cloud.
//
// [Sync] keeps an archive of a workflow up to date: it reads what is new or was not finished, and can be killed at any
// moment. [Open] makes a [Source] of what is there, so that everything that works on a cloud works on an archive. A
// [Writer] and [Records] do the same for a stream of one's own.
//
//	_, err := archive.Sync(ctx, client, history.ExecutionQuery{Workflow: "order-flow"}, archive.NewDir("histories"), nil)
//	…
//	a, err := archive.Open("histories", nil)
//	…
//	for _, src := range a.Sources() {
//		offline := history.NewClient(src, nil)
//		…
//	}
//
// # The format
//
// A file is UTF-8 text, one JSON object a line. The first line says what it is; each line behind it is an execution or an
// event, in the JSON form of history.Execution and history.Event:
//
//	{"archive":"flowhistory","schema":1}
//	{"id":"alibaba://cn-hangzhou/order-flow/order-1","execution":{"provider":"alibaba",…}}
//	{"id":"alibaba://cn-hangzhou/order-flow/order-1#1","event":{"provider":"alibaba",…,"id":1,…}}
//
// In a [Dir] the first line also counts the lines behind it ("records":2), so that a file that was cut at the end of a line is
// a [LineError] and not a shorter history. A Writer's first line does not, since nobody knows then how many will come: a stream
// of its records that was cut between two lines looks whole, and so does a file from before there was a count.
//
// The id is made of what the record is about (see [Record.ID]) and nothing else, so that it is the same whenever and
// however often the record is written. Of two records with one id the later counts. Files may be put together with cat:
// a first line in the middle is fine. "cut":true marks a record whose texts a [DetailPolicy] shortened or left out.
//
// A reader ignores fields that it does not know. The schema's number grows when that would not be enough; a reader
// refuses a number above its own.
//
// # A directory
//
// [Dir] keeps one file for each execution, at provider/scope/workflow/execution.jsonl, with the execution in front of its
// events and those in order of ID. In names all but letters, digits, "-" and "_" is written as % and two hex digits, and so
// is the first letter of a name that Windows keeps for a device; the end of a very long one becomes %- and a hash. Files
// and directories are made for their owner alone (0600, 0700), since details may hold secrets. Beside them lies checkpoints.sync, what Sync knows, and, of an execution whose reading was interrupted, a file that ends in
// .part. A reader takes the .jsonl files only.
package archive
