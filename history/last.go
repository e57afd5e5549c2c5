// SPDX-License-Identifier: Apache-2.0

package history

import (
	"iter"
	"slices"
)

// Last reads a sequence to its end and returns its last n items in their order, or all when there are fewer. With an
// error it returns the last n before it. It holds n items and no more.
//
// n < 1 is nothing at all and asks for nothing.
func Last[T any](seq iter.Seq2[T, error], n int) ([]T, error) {
	if n < 1 {
		return nil, nil
	}
	var ring []T // grows to n, however large n is; then oldest is where the next item goes
	oldest := 0
	inOrder := func() []T { return slices.Concat(ring[oldest:], ring[:oldest]) }
	for item, err := range seq {
		switch {
		case err != nil:
			return inOrder(), err
		case len(ring) < n:
			ring = append(ring, item)
		default:
			ring[oldest] = item
			oldest = (oldest + 1) % n
		}
	}
	return inOrder(), nil
}
