// SPDX-License-Identifier: Apache-2.0

// Package canary looks for secrets in what the module lets out. A Set knows the planted secrets and finds them in whatever
// form they are written; Prints and Chain write a value and an error in every form that a program may.
//
// The tests plant secrets in every way to get into both clouds, collect at the server what the requests carried on top of
// them (signatures, nonces, tokens), provoke every error and log path, and look through all that comes out. A new exported
// type must be entered in the list of types_test.go.
//
// What is not searched is the user's own data. What a service sends as a detail, an input, a name or a page token comes
// through as it was sent, also when a service puts a secret of the request there: to change it would be to lose data. Nor is
// the error with which a caller ends a context: it can be found in ours as it is, and only the text of ours, once there was a
// request, has no secret. The promise is about errors, log records, metrics and what prints of the module's own values.
package canary
