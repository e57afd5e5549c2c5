// SPDX-License-Identifier: Apache-2.0

package history

import (
	"slices"
	"strings"
)

// The functions of this file are predicates for Filter. Executions are filtered by ExecutionQuery.Status instead, which
// the provider can do where it has such a filter.

// FailedOnly keeps the events that tell of a failure, of whatever scope: something failed, could not be submitted, or
// took longer than it may. For Filter:
//
//	failures := history.Filter(client.Events(ctx, q), history.FailedOnly)
//
// A failure that was retried or caught is one too; Execution.RootCause finds the one that counts. That somebody stopped
// the execution is none. A type that no document lists is judged by its name, as the documented ones can be.
func FailedOnly(e Event) bool {
	for _, ending := range []string{"Failed", "TimedOut"} {
		if strings.HasSuffix(string(e.Type), ending) {
			return true
		}
	}
	return false
}

// ByStep makes a predicate for Filter that keeps the events of the steps with any of these names. The name "" stands for
// the events of the execution itself. Without names everything passes.
func ByStep(names ...string) func(Event) bool {
	names = slices.Clone(names)
	return func(e Event) bool { return len(names) == 0 || slices.Contains(names, e.Step) }
}

// ByType makes a predicate for Filter that keeps the events of any of these types. Without types everything passes.
func ByType(types ...EventType) func(Event) bool {
	types = slices.Clone(types)
	return func(e Event) bool { return len(types) == 0 || slices.Contains(types, e.Type) }
}
