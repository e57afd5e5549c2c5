// SPDX-License-Identifier: Apache-2.0

// Package policy holds the habits of this source tree as tests: which package may import which, which modules are
// linked, what every file and every exported name carries, and that the README says what is so.
//
// It exports nothing and no program imports it. A test that fails says what to change; a habit that has to change is
// changed in its test, in the same commit.
//
//	go test ./internal/policy                          # look
//	go test ./internal/policy -run TestLedger -update  # write the ledger of linked modules anew
package policy
