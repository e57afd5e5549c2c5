// SPDX-License-Identifier: Apache-2.0

// Package analyze answers questions about executions that were read with their steps (history.Client.Execution,
// history.Fold, or a cloud that lists steps itself):
//
//   - where the time went in one: [Slowest], [IdleGaps], [Summarize];
//   - what is different between two: [Diff];
//   - what is usual among many: [Aggregate].
//
// All of it is computed from the values given: nothing is read, nothing is kept, the clock is not asked. The functions
// change nothing and may run at the same time on the same execution; what they return points into its steps where it
// says so.
//
// A step without children is a leaf. Only leaves work; a parallel or foreach step, a branch or an iteration lasts as long
// as what is in it, so that adding its time to theirs would count the same time twice.
//
// Times that are missing, and clocks that went backwards, make a duration 0, never a negative one.
//
// # JSON
//
// Every result is stable as JSON, with names in snake_case. Durations are whole nanoseconds, as Go writes them.
//
// # Dependencies
//
// This package imports the standard library and package history only.
package analyze
