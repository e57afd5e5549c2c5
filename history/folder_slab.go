// SPDX-License-Identifier: Apache-2.0

package history

import (
	"strconv"
	"strings"
)

// mostInSlab is how many values a slab allocates at once, at most: what is left of the last ones is wasted, and one that
// somebody keeps keeps the others.
const mostInSlab = 128

// slab allocates values many at a time, at first a few.
type slab[T any] struct {
	free []T
	size int
}

// take returns n values that are zero. Appending to them does not reach the values behind.
func (s *slab[T]) take(n int) []T {
	if len(s.free) < n {
		s.size = min(max(8, 2*s.size), mostInSlab)
		s.free = make([]T, max(s.size, n))
	}
	run := s.free[:n:n]
	s.free = s.free[n:]
	return run
}

// new returns a value that is zero.
func (s *slab[T]) new() *T { return &s.take(1)[0] }

// idSlab makes the IDs of steps, many of which share one string.
type idSlab struct{ text strings.Builder }

// make is a name with a number behind it, between two texts.
func (s *idSlab) make(name, before string, number int, after string) string {
	const size, mostDigits = 1024, 20
	if need := len(name) + len(before) + mostDigits + len(after); s.text.Cap()-s.text.Len() < need {
		s.text = strings.Builder{}
		s.text.Grow(max(size, need))
	}
	start := s.text.Len()
	s.text.WriteString(name)
	s.text.WriteString(before)
	var digits [mostDigits]byte
	s.text.Write(strconv.AppendInt(digits[:0], int64(number), 10))
	s.text.WriteString(after)
	return s.text.String()[start:]
}
