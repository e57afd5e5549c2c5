// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"iter"
	"math"
	"math/bits"
	"time"
)

// The shape of a sketch. A bucket holds the durations (in nanoseconds) whose first precision binary digits are the same, so
// it is at most 2^-(precision-1) of its durations wide, and its middle is off by half of that: 1/128. Durations of up to
// precision digits have a bucket each.
const (
	precision  = 7
	half       = 1 << (precision - 1)
	maxBuckets = (63-precision)*half + 2*half // for all durations from 0 to the longest
)

// sketch is what is remembered of any number of durations: how many fell into each bucket, and the shortest and longest.
// It is counted in whole numbers only, so that sketches of the same durations are the same in whatever order, and on
// whatever machine, they were added and merged. The zero value is empty.
type sketch struct {
	// rows hold the counts of the buckets, half of them each, nil if they are empty: a step that takes no time today and
	// an hour tomorrow does not need all that is in between.
	rows [maxBuckets / half]*[half]int64
	n    int64
	min  time.Duration
	max  time.Duration
}

// bucketOf is the number of the bucket of a duration that is not negative.
func bucketOf(d time.Duration) int {
	shift := max(0, bits.Len64(uint64(d))-precision)
	return shift*half + int(d>>shift)
}

// middleOf is the duration that stands for those in a bucket.
func middleOf(bucket int) time.Duration {
	if bucket < 2*half {
		return time.Duration(bucket)
	}
	shift := bucket/half - 1
	first := time.Duration(bucket-shift*half) << shift
	return first + time.Duration(1)<<(shift-1)
}

// add counts a duration.
func (s *sketch) add(d time.Duration) {
	d = max(d, 0)
	if s.n == 0 || d < s.min {
		s.min = d
	}
	s.max = max(s.max, d)
	s.n++
	s.count(bucketOf(d), 1)
}

// count adds to a bucket.
func (s *sketch) count(bucket int, by int64) {
	row := &s.rows[bucket/half]
	if *row == nil {
		*row = new([half]int64)
	}
	(*row)[bucket%half] += by
}

// buckets are the buckets that are not empty, in order, with their counts.
func (s *sketch) buckets() iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		for r, row := range &s.rows {
			if row == nil {
				continue
			}
			for i, count := range row {
				if count > 0 && !yield(r*half+i, count) {
					return
				}
			}
		}
	}
}

// merge counts what other has counted.
func (s *sketch) merge(other *sketch) {
	if other.n == 0 {
		return
	}
	if s.n == 0 || other.min < s.min {
		s.min = other.min
	}
	s.max = max(s.max, other.max)
	s.n += other.n
	for bucket, count := range other.buckets() {
		s.count(bucket, count)
	}
}

// quantile is the duration that the share q of all durations does not exceed: the one at the rank ⌈q·n⌉ when they are
// sorted, off by at most 1/128 of itself. The first and the last rank are exact. 0 when nothing was added.
func (s *sketch) quantile(q float64) time.Duration {
	rank := nearestRank(q, s.n)
	switch {
	case s.n == 0:
		return 0
	case rank == s.n:
		return s.max
	case rank == 1:
		return s.min
	}
	for bucket, count := range s.buckets() {
		if rank -= count; rank <= 0 {
			return min(max(middleOf(bucket), s.min), s.max)
		}
	}
	return s.max
}

// nearestRank is ⌈q·n⌉, at least 1 and at most n. A product that is whole but for its rounding counts as whole: 7 of 100
// are the share 0.07, although 0.07*100 is a little more than 7.
func nearestRank(q float64, n int64) int64 {
	product := q * float64(n)
	rank := math.Ceil(product - product*0x1p-50)
	return min(max(int64(rank), 1), n)
}
