// SPDX-License-Identifier: Apache-2.0

package history

import "slices"

// useLate notes what is wrong with an event that has not the largest ID so far, and reports whether to use it.
func (f *Folder) useLate(e *Event) bool {
	if f.owners.get(e.ID) != 0 {
		f.note(noteRepeated, Warning, nil, e, "the ID came before; the event is ignored")
		return false
	}
	if e.Derived {
		return true // a fact about the past may become known late
	}
	if !f.gaps.fill(e.ID) && f.gaps.exact() && e.ID > 0 {
		f.note(noteRepeated, Warning, nil, e, "the ID came before; the event is ignored")
		return false
	}
	f.note(noteOutOfOrder, Warning, nil, e, "it came after event %d", f.last)
	return true
}

// advance takes an event with the largest ID so far.
//
// Assumption: FnF's IDs are contiguous and begin with 1. No document says so, but every sample is.
func (f *Folder) advance(e *Event) {
	if e.ID > f.last+1 && f.last >= 0 && !e.Derived {
		f.gaps.add(f.last+1, e.ID-1)
	}
	switch {
	case !f.now.before(f.clock):
		f.clock = f.now
	case !f.now.isZero():
		f.note(noteClock, Warning, nil, e, "its time is %s before that of event %d", f.clock.time().Sub(e.Time), f.last)
		f.clock = f.now
	}
	f.last = e.ID
	if f.terminal != nil {
		f.note(noteAfterEnd, Warning, nil, e, "event %d (%s) ended the execution", f.terminal.id, f.terminal.kind)
	}
}

// maxGaps bounds the gaps that are remembered; of older ones it is no longer known whether an event in them is late or
// repeated.
const maxGaps = 1024

// gaps are the IDs that were not read, in order.
type gaps struct {
	open   []gap
	lost   int    // how many gaps were forgotten
	events uint64 // how many IDs were in them
}

// gap is the IDs from first to last.
type gap struct{ first, last int64 }

func (g gap) size() uint64 { return uint64(g.last) - uint64(g.first) + 1 }

// add opens a gap above all others.
func (g *gaps) add(first, last int64) {
	g.open = append(g.open, gap{first, last})
	g.trim()
}

// fill takes an ID out of its gap and reports whether it was in one.
func (g *gaps) fill(id int64) bool {
	i, found := slices.BinarySearchFunc(g.open, id, func(x gap, id int64) int {
		switch {
		case x.last < id:
			return -1
		case x.first > id:
			return 1
		}
		return 0
	})
	if !found {
		return false
	}
	switch x := &g.open[i]; {
	case x.first == x.last:
		g.open = slices.Delete(g.open, i, i+1)
	case id == x.first:
		x.first++
	case id == x.last:
		x.last--
	default:
		rest := gap{id + 1, x.last}
		x.last = id - 1
		g.open = slices.Insert(g.open, i+1, rest)
		g.trim()
	}
	return true
}

// trim forgets the lower half of the gaps when there are too many: half of them, so that the cost of one stays constant.
func (g *gaps) trim() {
	if len(g.open) <= maxGaps {
		return
	}
	for _, old := range g.open[:maxGaps/2] {
		g.lost++
		g.events += old.size()
	}
	g.open = slices.Delete(g.open, 0, maxGaps/2)
}

// exact reports whether an ID that is in no gap was certainly read.
func (g *gaps) exact() bool { return g.lost == 0 }

// note names each gap, or of too many the first of those that are remembered and the number of the others.
func (g *gaps) note(notes *noteList) {
	missing := Diagnostic{Code: noteMissingEvents, Severity: Defect}
	named := g.open[:min(len(g.open), maxNotes-1)]
	for _, gap := range named {
		missing.Event = gap.first
		notes.add(missing, nil, "events %d to %d were not read", gap.first, gap.last)
	}
	more, events := g.lost, g.events
	for _, gap := range g.open[len(named):] {
		more++
		events += gap.size()
	}
	if missing.Event = 0; more > 0 {
		notes.add(missing, nil, "%d events in %d more gaps were not read", events, more)
	}
}
