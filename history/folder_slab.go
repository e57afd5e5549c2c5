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

// slab allocates values many at a time, at first a few. What it gives out it counts, rather than to cut it off: to write a
// pointer is dear while the garbage collector is at work.
type slab[T any] struct {
	piece []T
	start int // of what take returned last
	used  int // the values behind are free
}

// take returns n values that are zero. Appending to them does not reach the values behind.
func (s *slab[T]) take(n int) []T {
	if len(s.piece)-s.used < n {
		size := min(max(8, 2*len(s.piece)), mostInSlab)
		s.piece, s.used = make([]T, max(size, n)), 0
	}
	s.start, s.used = s.used, s.used+n
	return s.piece[s.start:s.used:s.used]
}

// grow is append of a value that is zero. It copies only if others were taken since.
func (s *slab[T]) grow(run []T) []T {
	n := len(run)
	switch {
	case n < cap(run):
		return run[:n+1]
	case n > 0 && n == s.used-s.start && s.used < len(s.piece) && &run[0] == &s.piece[s.start]:
		s.used++
		return s.piece[s.start:s.used:s.used]
	}
	return append(s.take(max(1, 2*n))[:0], run...)[:n+1]
}

// new returns a value that is zero.
func (s *slab[T]) new() *T { return &s.take(1)[0] }

// reusable allocates values many at a time, as a slab does, and can take all of them back.
type reusable[T any] struct {
	pieces [][]T
	used   int // how many pieces are in use
	piece  []T // the last of those
	taken  int // how many values of that
	size   int // of the last of all pieces
}

// mostKept is how many pieces are kept for the next time: 8,192 values, more than a history has events.
const mostKept = 64

// new returns a value that is zero.
func (r *reusable[T]) new() *T {
	if r.taken == len(r.piece) {
		r.grow()
	}
	r.taken++
	return &r.piece[r.taken-1]
}

func (r *reusable[T]) grow() {
	if r.pieces == nil {
		r.pieces = make([][]T, 0, 16) // enough for most
	}
	if r.used == len(r.pieces) {
		r.size = min(max(8, 2*r.size), mostInSlab)
		r.pieces = append(r.pieces, make([]T, r.size))
	}
	r.piece, r.taken = r.pieces[r.used], 0
	r.used++
}

// reset takes all values back, which are not to be used any more.
func (r *reusable[T]) reset() {
	r.pieces = slices.Delete(r.pieces, min(len(r.pieces), mostKept), len(r.pieces))
	for _, piece := range r.pieces[:min(r.used, len(r.pieces))] {
		clear(piece)
	}
	r.used, r.piece, r.taken = 0, nil, 0
}

// idSlab makes the IDs of steps, many of which share one string.
type idSlab struct{ text strings.Builder }

// make is a name with a number behind it, and texts before and behind that.
func (s *idSlab) make(name string, before byte, number int, after string) string {
	const size, usual = 1024, 32
	end := append(make([]byte, 0, usual), before)
	end = append(strconv.AppendInt(end, int64(number), 10), after...)
	if need := len(name) + len(end); s.text.Cap()-s.text.Len() < need {
		s.text = strings.Builder{}
		s.text.Grow(max(size, need))
	}
	start := s.text.Len()
	s.text.WriteString(name)
	s.text.Write(end)
	return s.text.String()[start:]
}
