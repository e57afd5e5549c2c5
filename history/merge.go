// SPDX-License-Identifier: Apache-2.0

package history

import (
	"cmp"
	"container/heap"
	"errors"
	"fmt"
	"iter"
)

// Merge makes one sequence of the events of several finished histories, also of different clouds, in order of
// Event.Time. Events of one time come in the order of their sequences, those of one sequence always in their own order,
// also where that is not the order of their times. Event.Ref says where each comes from.
//
// It holds one event of each sequence, and asks a sequence for the next one only after the one before was consumed; at
// the start it asks each for its first. A sequence that waits, as Follow does, holds all the others up.
//
// The first error ends it and says which sequence it came from: its place among the arguments, counted from 0, and its
// last event. It is otherwise that sequence's own error, and its Cursor goes on with that sequence; the others go on
// behind the last event that was delivered of each (see After). Leaving the loop stops all sequences.
func Merge(seqs ...iter.Seq2[Event, error]) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		var heads mergeHeap
		for i, seq := range seqs {
			next, stop := iter.Pull2(seq)
			defer stop() // one defer for each, so that a panic of one does not keep the others
			s := &mergeSequence{index: i, next: next}
			if more, err := s.advance(); err != nil {
				yield(Event{}, err)
				return
			} else if more {
				heads = append(heads, s)
			}
		}
		heap.Init(&heads)
		for len(heads) > 0 {
			s := heads[0]
			if !yield(s.head, nil) {
				return
			}
			switch more, err := s.advance(); {
			case err != nil:
				yield(Event{}, err)
				return
			case more:
				heap.Fix(&heads, 0)
			default:
				heap.Pop(&heads)
			}
		}
	}
}

// mergeSequence is one of the sequences that are merged.
type mergeSequence struct {
	index int
	next  func() (Event, error, bool)
	head  Event // the next event to deliver, or the last one when there are no more
	begun bool  // there is, or was, a head
}

// advance puts the next event into head and reports whether there is one.
func (s *mergeSequence) advance() (bool, error) {
	e, err, more := s.next()
	if err != nil {
		return false, s.name(err)
	}
	if more {
		s.head, s.begun = e, true
	}
	return more, nil
}

// name adds to an error which sequence it came from.
func (s *mergeSequence) name(err error) error {
	out := &Error{Op: "Merge"}
	if e, ok := errors.AsType[*Error](err); ok {
		copied := *e
		out = &copied
		if err != error(e) {
			out.Message, out.Err = "", err // somebody added to it: that is to be seen, and to be matched
		}
	} else {
		out.Kind, _ = errors.AsType[Kind](err)
		if out.Kind == "" && !isContext(err) {
			out.Kind = ErrUnknown
		}
		out.Err = err
	}
	where := fmt.Sprintf("merged sequence %d, before its first event", s.index)
	if s.begun {
		where = fmt.Sprintf("merged sequence %d, behind event %d of %s", s.index, s.head.ID, FormatRef(s.head.Ref))
	}
	if out.Message != "" {
		where += ": " + out.Message
	}
	out.Message = where
	return out
}

// mergeHeap has the sequence whose head comes next on top.
type mergeHeap []*mergeSequence

func (h mergeHeap) Len() int { return len(h) }

func (h mergeHeap) Less(i, j int) bool {
	a, b := h[i], h[j]
	return cmp.Or(a.head.Time.Compare(b.head.Time), a.index-b.index) < 0
}

func (h mergeHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push completes heap.Interface; all sequences are there from the start.
func (h *mergeHeap) Push(x any) { *h = append(*h, x.(*mergeSequence)) }

// Pop drops the last one.
func (h *mergeHeap) Pop() any {
	last := len(*h) - 1
	s := (*h)[last]
	(*h)[last], *h = nil, (*h)[:last]
	return s
}
