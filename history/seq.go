// SPDX-License-Identifier: Apache-2.0

package history

import "iter"

// Collect reads a sequence to its end and returns what it has, and the error if one ended it. What it has is complete up
// to the error.
func Collect[T any](seq iter.Seq2[T, error]) ([]T, error) {
	var out []T
	for item, err := range seq {
		if err != nil {
			return out, err
		}
		out = append(out, item)
	}
	return out, nil
}

// Limit is the first n items of a sequence. It ends right behind the n-th, so it fetches no page that it does not need;
// n < 1 is an empty sequence that asks for nothing. An error passes through and ends it.
func Limit[T any](seq iter.Seq2[T, error], n int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		if n < 1 {
			return
		}
		count := 0
		for item, err := range seq {
			if !yield(item, err) || err != nil {
				return
			}
			if count++; count == n {
				return
			}
		}
	}
}

// Filter is the items of a sequence that keep wants. An error passes through and ends it.
func Filter[T any](seq iter.Seq2[T, error], keep func(T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for item, err := range seq {
			if err != nil {
				yield(item, err)
				return
			}
			if keep(item) && !yield(item, nil) {
				return
			}
		}
	}
}
