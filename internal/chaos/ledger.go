// SPDX-License-Identifier: Apache-2.0

package main

// ledger checks what one walk delivers against what there is. It keeps a bit for each item.
type ledger struct {
	size    int  // items there are
	weight  int  // events that one item stands for
	ordered bool // items must come in order
	highest int  // index of the last item that came, -1 before the first
	seen    []uint64
	tally
}

// tally counts events.
type tally struct {
	Delivered int // all that came, repeated and wrong ones included
	Lost      int // never came
	Repeated  int // came again
	Wrong     int // not what the server holds, not there at all, or out of order
}

func newLedger(j job) *ledger {
	return &ledger{size: j.size, weight: j.weight, ordered: j.event != nil, highest: -1, seen: make([]uint64, (j.size+63)/64)}
}

// note counts an item that came. known is false for one that the server does not have; right is whether it is, to the byte,
// what the server has.
func (l *ledger) note(index int, known, right bool) {
	l.Delivered += l.weight
	if !known || index < 0 || index >= l.size {
		l.Wrong += l.weight
		return
	}
	word, bit := index/64, uint64(1)<<(index%64)
	switch {
	case l.seen[word]&bit != 0:
		l.Repeated += l.weight
	case !right || l.ordered && index < l.highest:
		l.Wrong += l.weight
	}
	l.seen[word] |= bit
	l.highest = max(l.highest, index)
}

// close counts what never came. A wrong item did come.
func (l *ledger) close() tally {
	l.Lost = 0
	for i := range l.size {
		if l.seen[i/64]&(1<<(i%64)) == 0 {
			l.Lost += l.weight
		}
	}
	return l.tally
}

// add adds up tallies.
func (t *tally) add(other tally) {
	t.Delivered += other.Delivered
	t.Lost += other.Lost
	t.Repeated += other.Repeated
	t.Wrong += other.Wrong
}

// perfect reports whether everything came, once and as it is.
func (t tally) perfect(expected int) bool {
	return t.Delivered == expected && t.Lost == 0 && t.Repeated == 0 && t.Wrong == 0
}
