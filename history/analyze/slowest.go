// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"slices"

	"github.com/flowhistory/flowhistory/history"
)

// Slowest returns the n leaf steps that took longest, waiting included (history.Step.Duration), the slowest first; of
// equal ones the one that comes first in the execution. Steps that have not ended, or whose times are not known, are left
// out, so there may be fewer than n. For n below 1 there are none.
//
// The pointers point into e.Steps.
func Slowest(e history.Execution, n int) []*history.Step {
	var leaves []*history.Step
	each(e.Steps, func(s *history.Step) {
		if _, ok := timed(s); ok && isLeaf(s) {
			leaves = append(leaves, s)
		}
	})
	slices.SortStableFunc(leaves, byDuration)
	return slices.Clip(leaves[:min(max(n, 0), len(leaves))])
}
