// SPDX-License-Identifier: Apache-2.0

// Package group reads from many clients, of several accounts, regions and clouds, as if they were one.
//
//	g, err := group.New([]*history.Client{shanghai, hangzhou, huawei}, &group.Options{
//		Ignore: []error{history.ErrPermission}, // accounts that do not use workflows
//	})
//	…
//	failed := history.ExecutionQuery{Status: []history.Status{history.Failed}, StartedAfter: yesterday}
//	for result, err := range g.ReadAll(ctx, failed) {
//		if err != nil {
//			return err // ctx ended
//		}
//		if result.Err != nil {
//			log.Print(result.Target, result.Err) // the other targets go on
//			continue
//		}
//		cause, _ := result.Value.RootCause()
//		…
//	}
//
// # Results
//
// A [Result] is a value, or the error that ended the reading of one target: a client, a workflow of a client, or an
// execution. The error of a pair comes once, as the last pair: the caller's context ended before everything was read, or the
// goroutine that looked for targets was ended by runtime.Goexit. A request for which the deadline leaves no time fails its own target only.
//
// Results come as they are read: those of one target in their own order, those of different targets in none.
//
// # Sequences
//
// The sequences are as lazy as a client's: nothing is asked for before the loop, and ranging again starts over. Inside
// the loop targets are read at the same time, a few at once (see [Options]), each no further than one page beyond what
// the loop took. So a slow loop slows the reading down, and memory does not grow with what there is to read. Leaving the
// loop ends what is under way and leaves no goroutine behind. The loop body may use the group and its clients.
//
// # Rate limits
//
// A client keeps to its account's quotas by itself. When several clients are of one account, give them the limiters of a
// [Limiters], so that they keep to the quotas together.
//
// This package imports the standard library and package history only.
package group
