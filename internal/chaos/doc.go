// SPDX-License-Identifier: Apache-2.0

// Command chaos shows with figures that walks over histories lose nothing when everything around them goes wrong.
//
//	go run ./internal/chaos                       the table
//	go run ./internal/chaos -only '5..|throttled' some of its rows
//	go run ./internal/chaos -load 60s             64 goroutines for each cloud, and what stays behind
//
// It drives the clients of both clouds against the fake clouds, over loopback HTTP. For each request a plan draws whether it
// goes wrong and how; the transport marks it in a header, and the fake cloud does to it what the header says. A connection
// is refused by dialling a port at which nobody listens. What a walk delivers is held, event by event and byte by byte,
// against what the fake cloud holds, which both sides make from the same description. The same walks are then done by a
// plain loop over the official SDK.
//
// # What a walk does about an error
//
// What a user would do. Most faults never show: the client asks again. An error that is final by contract (throttling beyond
// all attempts, expired credentials, a wrong clock, an answer that is no JSON, tokens that lead in a circle) ends the
// sequence; the walk then gets new credentials, say, and goes on from the error's cursor. It is counted as resumed. Any
// other error ends the walk, and breaks a promise.
//
// # What the figures mean
//
// Waits are short, so that a run is: Retry.MinWait is 1 ms, MaxWait 20 ms, AttemptTimeout 150 ms; and rate limits are off,
// but for the rows that are about them. Everything else is the default. An execution that is read from a list on Huawei
// counts as its events. The SDK's walks are judged by what the SDK's types can hold: on Huawei by each execution's JSON.
//
// The exit code is 1 when a promise is broken: anything lost, repeated or wrong, more heap than allowed, a leak, a service
// hammered while it is out.
package main
