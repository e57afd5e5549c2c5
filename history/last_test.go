// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

func TestLast(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		length, n int
		want      []int
		asked     int
	}{
		{5, -1, nil, 0},
		{5, 0, nil, 0},
		{5, 1, []int{5}, 6},
		{5, 3, []int{3, 4, 5}, 6},
		{5, 4, []int{2, 3, 4, 5}, 6},
		{5, 5, []int{1, 2, 3, 4, 5}, 6},
		{5, math.MaxInt, []int{1, 2, 3, 4, 5}, 6},
		{6, 3, []int{4, 5, 6}, 7},
		{0, 3, nil, 1},
	} {
		for _, fails := range []error{nil, errBroken} {
			t.Run(fmt.Sprintf("%d of %d, error %v", tt.n, tt.length, fails), func(t *testing.T) {
				t.Parallel()
				asked := 0
				got, err := history.Last(numbers(tt.length, fails, &asked), tt.n)
				equal(t, "items", tt.want, got)
				equal(t, "numbers asked for", tt.asked, asked)
				if tt.n > 0 && !errors.Is(err, fails) || tt.n < 1 && err != nil {
					t.Errorf("error is %v, want %v", err, fails)
				}
			})
		}
	}
}

// Of a long history nothing but the end is held. (Allocations cannot be counted beside other tests.)
func TestLastHoldsNoMoreThanItReturns(t *testing.T) {
	asked := 0
	allocations := testing.AllocsPerRun(3, func() {
		got, err := history.Last(numbers(100_000, nil, &asked), 3)
		if err != nil {
			t.Error(err)
		}
		equal(t, "items", []int{99_998, 99_999, 100_000}, got)
	})
	if allocations > 100 {
		t.Errorf("the last 3 of 100,000 items took %v allocations", allocations)
	}
}
