// SPDX-License-Identifier: Apache-2.0

// Package exchange makes one HTTP exchange with a cloud: it waits for the rate limit, has a fresh request signed, sends it
// under the caller's context, hands the answer to a decoder, and does all of that again when the failure may pass. It knows
// nothing of a particular cloud; a Service tells it what it must know.
//
// All exchanges of one client share what holds requests back: a rate limiter for each operation (quota), which slows down
// when the cloud throttles; the pause that a Retry-After asks for (lane); and a budget of retries, which becomes a gate for
// every request while the cloud is out (budget). An attempt passes all three before it is signed (admit), and tells them
// how it went (learn).
//
// The retries are driven by go-retryablehttp. That library gets a placeholder request without a secret in it, and a
// transport of ours that signs and sends the real one: so neither its texts nor net/http's can hold a signed URL.
//
// # What a caller can rely on
//
//   - Do returns nil or a *history.Error, and the error holds no secret of any attempt.
//   - The error matches context.Canceled or context.DeadlineExceeded only when the caller's context ended the exchange, or
//     when a wait could not have ended before its deadline. Its Kind is "" then, and it matches context.Cause too.
//   - Every body is closed when Do returns, also when Read panics; the panic passes through.
//   - Nothing is started on a context that is over. A context that ends while a request is under way ends Do at once.
//
// # Tests
//
// Everything that depends on time uses the package time in a way that testing/synctest can drive.
package exchange
