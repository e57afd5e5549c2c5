// SPDX-License-Identifier: Apache-2.0

// Package seeding puts generated executions into the fake clouds. The generator knows no cloud and the fakes know
// nothing of the history package, so that neither can hide a mistake of the other; what lies between is here.
package seeding
