// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"slices"

	"github.com/flowhistory/flowhistory/history"
)

// movedSteps says of each step of after whether it ran at another place among the steps beside it than its partner did.
// As few as possible are said to have moved: all but a longest list of steps that kept their order.
//
// Nodes that ran side by side have no order, although one is listed first (AOM). So a step has moved only if the times
// prove it against one of the steps next to it that kept their order. Branches and iterations never move.
func movedSteps(before, after []history.Step, partner []int) []bool {
	moved := make([]bool, len(after))
	var order []int // indexes in after of the steps that are in both
	for i, p := range partner {
		if p != none && after[i].Kind == history.StepNode {
			order = append(order, i)
		}
	}
	if slices.IsSortedFunc(order, func(i, j int) int { return partner[i] - partner[j] }) {
		return moved
	}
	kept := longestRising(order, partner)
	next := 0 // the first of kept that is behind i
	for _, i := range order {
		if next < len(kept) && kept[next] == i {
			next++
			continue
		}
		swapped := func(k int) bool {
			return proven(&before[partner[i]], &before[partner[k]], &after[i], &after[k]) ||
				proven(&before[partner[k]], &before[partner[i]], &after[k], &after[i])
		}
		moved[i] = next > 0 && swapped(kept[next-1]) || next < len(kept) && swapped(kept[next])
	}
	return moved
}

// proven reports whether x ended before y began in the first execution, and began after y had ended in the second.
func proven(x1, y1, x2, y2 *history.Step) bool {
	return ranBefore(x1, y1) && ranBefore(y2, x2)
}

func ranBefore(x, y *history.Step) bool {
	began := earliest(y)
	return !x.Ended.IsZero() && !began.IsZero() && !x.Ended.After(began)
}

// longestRising is a longest part of order whose partners rise, found by keeping for each length the part that ends
// lowest.
func longestRising(order, partner []int) []int {
	var ends []int                        // for each length - 1, the index in after with which the best part of that length ends
	previous := make([]int, len(partner)) // of each index, the one before it in the best part that ends with it
	for _, i := range order {
		at, _ := slices.BinarySearchFunc(ends, partner[i], func(end, want int) int { return partner[end] - want })
		if at > 0 {
			previous[i] = ends[at-1]
		}
		if at == len(ends) {
			ends = append(ends, i)
		}
		ends[at] = i
	}
	for n := len(ends) - 1; n > 0; n-- {
		ends[n-1] = previous[ends[n]]
	}
	return ends
}
