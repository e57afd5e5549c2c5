// SPDX-License-Identifier: Apache-2.0

// Package fakecloud holds what the fake clouds of this module share: a loopback
// HTTP server that closes cleanly, faults that bend its answers, a log of the
// requests it got, and a token bucket. It knows no cloud.
//
// A cloud package answers one request in four steps:
//
//	entry := log.Add(fakecloud.Record(r, op, body, now))
//	fault := faults.For(r, op)
//	answer, replaced := fault.Replacement(encodeError)
//	if !replaced {
//		answer = theRealAnswer(r)
//	}
//	fakecloud.Write(w, r, entry, fault, answer)
//
// Everything here uses real time for waiting, because the waits are those of a
// network. Where a clock decides something (the bucket), the caller brings it.
package fakecloud

// TB is the part of testing.TB that a fake server needs. It is an interface of
// our own so that no program that starts a fake links package testing.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}
