// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"cmp"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/internal/ends"
)

// Slowest returns the n leaf steps that took longest, waiting included (history.Step.Duration), the slowest first; of
// equal ones the one that comes first in the execution. Steps that never began, that succeeded at a time that is not
// known, or whose begin is not, are left out, so there may be fewer than n. For n below 1 there are none.
//
// A step that has not ended took until what it is in ended, at last the execution: so the step that an execution timed out
// in, or was stopped in, is there as well. Its Ended is zero and its Duration 0; Execution.RootCause says whether it is to
// blame. Where the execution has no end either, such steps took until the last time that is known of any step; set e.Ended
// to the time now to count until then.
//
// The pointers point into e.Steps.
func Slowest(e history.Execution, n int) []*history.Step {
	_, over := window(e)
	untold := ends.Untold(e.Steps, over)
	type leaf struct {
		step *history.Step
		took time.Duration
	}
	var leaves []leaf
	each(e.Steps, func(s *history.Step) {
		took, ok := timed(s)
		if end := untold[s]; !end.IsZero() && s.Status != history.Succeeded {
			began := earliest(s)
			took, ok = elapsed(began, end), !began.IsZero()
		}
		if ok && isLeaf(s) {
			leaves = append(leaves, leaf{s, took})
		}
	})
	slices.SortStableFunc(leaves, func(a, b leaf) int { return cmp.Compare(b.took, a.took) })
	var slowest []*history.Step
	for _, l := range leaves[:min(max(n, 0), len(leaves))] {
		slowest = append(slowest, l.step)
	}
	return slowest
}
