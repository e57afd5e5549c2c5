// SPDX-License-Identifier: Apache-2.0

package history

import (
	"slices"
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

// reusable allocates values many at a time, as a slab does, and can take all of them back.
type reusable[T any] struct {
	pieces [][]T
	used   int // how many pieces are in use
	free   []T // of the last of those
	size   int // of the last piece
}

// mostKept is how many pieces are kept for the next time: 8,192 values, more than a history has events.
const mostKept = 64

// new returns a value that is zero.
func (r *reusable[T]) new() *T {
	if len(r.free) == 0 {
		r.grow()
	}
	v := &r.free[0]
	r.free = r.free[1:]
	return v
}

func (r *reusable[T]) grow() {
	if r.pieces == nil {
		r.pieces = make([][]T, 0, 16) // enough for most
	}
	if r.used == len(r.pieces) {
		r.size = min(max(8, 2*r.size), mostInSlab)
		r.pieces = append(r.pieces, make([]T, r.size))
	}
	r.free = r.pieces[r.used]
	r.used++
}

// reset takes all values back, which are not to be used any more.
func (r *reusable[T]) reset() {
	r.pieces = slices.Delete(r.pieces, min(len(r.pieces), mostKept), len(r.pieces))
	for _, piece := range r.pieces[:min(r.used, len(r.pieces))] {
		clear(piece)
	}
	r.used, r.free = 0, nil
}

// idSlab makes the IDs of steps, many of which share one string.
type idSlab struct{ text strings.Builder }

// make is a name with a number behind it, between two texts.
func (s *idSlab) make(name, before string, number int, after string) string {
	const size, usual = 1024, 64
	id := append(make([]byte, 0, usual), name...)
	id = append(id, before...)
	id = strconv.AppendInt(id, int64(number), 10)
	id = append(id, after...)
	if s.text.Cap()-s.text.Len() < len(id) {
		s.text = strings.Builder{}
		s.text.Grow(max(size, len(id)))
	}
	start := s.text.Len()
	s.text.Write(id)
	return s.text.String()[start:]
}
