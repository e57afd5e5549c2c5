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
	piece []T
	used  int // the values behind are free
}

// new returns a value that is zero.
func (s *slab[T]) new() *T {
	if s.used == len(s.piece) {
		s.piece, s.used = make([]T, min(max(8, 2*len(s.piece)), mostInSlab)), 0
	}
	s.used++
	return &s.piece[s.used-1]
}

// room is memory for lists. When everything is built, all lists are in one array. When a part is built again, nothing is
// prepared and each list has its own: one that stays longer than the others would keep their memory.
type room[T any] struct {
	all  []T
	used int
}

func (r *room[T]) prepare(n int) { r.all, r.used = make([]T, n), 0 }

// take returns n values that are zero.
func (r *room[T]) take(n int32) []T {
	from, to := r.used, r.used+int(n)
	if to > len(r.all) {
		return make([]T, n)
	}
	r.used = to
	return r.all[from:to:to]
}

// rows are values by number, for what only some have: number 0, which all others have, is a zero value.
type rows[T any] []T

// begin makes the value of number 0.
func (r *rows[T]) begin() { *r = append((*r)[:0], *new(T)) }

// ensure returns the value of a number, to be changed. If the number is 0, it becomes that of another value, which is zero.
func (r *rows[T]) ensure(number *int32) *T {
	if *number == 0 {
		if len(*r) == cap(*r) {
			*r = slices.Grow(*r, len(*r)) // twice: append copies many values more often
		}
		*number = int32(len(*r))
		*r = append(*r, *new(T))
	}
	return &(*r)[*number]
}

// mostKept is about how many values of a kind are kept for the next execution, more than one has events.
const mostKept = 8192

// kept is the memory of a list, unless it is large.
func kept[L ~[]T, T any](list L) L {
	clear(list)
	if cap(list) > 2*mostKept {
		return nil
	}
	return list[:0]
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
