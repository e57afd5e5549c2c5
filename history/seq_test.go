// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"errors"
	"iter"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

var errBroken = errors.New("broken")

// numbers yields 1 … n, then err if it is not nil, and counts in asked how often it was asked for one.
func numbers(n int, err error, asked *int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for i := range n {
			if *asked++; !yield(i+1, nil) {
				return
			}
		}
		*asked++
		if err != nil {
			yield(0, err)
		}
	}
}

func odd(i int) bool { return i%2 == 1 }

func TestSequenceHelpers(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		err   error // behind the five numbers
		wrap  func(iter.Seq2[int, error]) iter.Seq2[int, error]
		want  []int
		fails bool
		asked int
	}{
		{"Collect", nil, nil, []int{1, 2, 3, 4, 5}, false, 6},
		{"Collect with an error", errBroken, nil, []int{1, 2, 3, 4, 5}, true, 6},
		{"Limit 0", errBroken, limit(0), nil, false, 0},
		{"Limit -1", errBroken, limit(-1), nil, false, 0},
		{"Limit 1", errBroken, limit(1), []int{1}, false, 1},
		{"Limit 4", errBroken, limit(4), []int{1, 2, 3, 4}, false, 4},
		{"Limit of all asks no further", errBroken, limit(5), []int{1, 2, 3, 4, 5}, false, 5},
		{"Limit of more", nil, limit(6), []int{1, 2, 3, 4, 5}, false, 6},
		{"Limit of more with an error", errBroken, limit(6), []int{1, 2, 3, 4, 5}, true, 6},
		{"Filter", nil, filter(odd), []int{1, 3, 5}, false, 6},
		{"Filter with an error", errBroken, filter(odd), []int{1, 3, 5}, true, 6},
		{"Filter of nothing", errBroken, filter(func(int) bool { return false }), nil, true, 6},
		{"Limit of Filter", errBroken, func(s iter.Seq2[int, error]) iter.Seq2[int, error] { return limit(2)(filter(odd)(s)) },
			[]int{1, 3}, false, 3},
		{"Filter of Limit", errBroken, func(s iter.Seq2[int, error]) iter.Seq2[int, error] { return filter(odd)(limit(2)(s)) },
			[]int{1}, false, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var asked int
			seq := numbers(5, tc.err, &asked)
			if tc.wrap != nil {
				seq = tc.wrap(seq)
			}
			equal(t, "numbers asked for before the range", 0, asked)
			got, err := history.Collect(seq)
			equal(t, "items", tc.want, got)
			equal(t, "failed", tc.fails, errors.Is(err, errBroken))
			equal(t, "numbers asked for", tc.asked, asked)
		})
	}
}

func limit(n int) func(iter.Seq2[int, error]) iter.Seq2[int, error] {
	return func(s iter.Seq2[int, error]) iter.Seq2[int, error] { return history.Limit(s, n) }
}

func filter(keep func(int) bool) func(iter.Seq2[int, error]) iter.Seq2[int, error] {
	return func(s iter.Seq2[int, error]) iter.Seq2[int, error] { return history.Filter(s, keep) }
}

func TestSequenceHelpersMayBeLeft(t *testing.T) {
	t.Parallel()
	for name, wrap := range map[string]func(iter.Seq2[int, error]) iter.Seq2[int, error]{"Limit": limit(4), "Filter": filter(odd)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked int
			for range wrap(numbers(5, errBroken, &asked)) {
				break
			}
			equal(t, "numbers asked for", 1, asked)
		})
	}
}

func TestLimitRangesAgain(t *testing.T) {
	t.Parallel()
	var asked int
	seq := history.Limit(numbers(5, nil, &asked), 2)
	for range 2 {
		got, err := history.Collect(seq)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "items", []int{1, 2}, got)
	}
}

// A sequence that goes on behind its error would be wrong, but must not make a helper go on too.
func TestHelpersEndAtTheFirstError(t *testing.T) {
	t.Parallel()
	wrong := func(yield func(int, error) bool) {
		_ = yield(0, errBroken) && yield(1, nil)
	}
	for name, seq := range map[string]iter.Seq2[int, error]{"Limit": history.Limit(wrong, 9), "Filter": history.Filter(wrong, odd)} {
		pairs := 0
		for range seq {
			pairs++
		}
		if pairs != 1 {
			t.Errorf("%s yielded %d pairs, want the error alone", name, pairs)
		}
	}
}
