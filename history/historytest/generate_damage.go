// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// DamageKind is a way to damage a history.
type DamageKind string

// The ways to damage a history.
const (
	Dropped     DamageKind = "dropped"      // the event is missing
	Doubled     DamageKind = "doubled"      // the event comes a second time, at once or a little later
	Moved       DamageKind = "moved"        // the event comes behind some that it should come before
	CauseLost   DamageKind = "cause_lost"   // the event has no cause
	ClockBack   DamageKind = "clock_back"   // the event has a time long before the one in front of it
	UnknownType DamageKind = "unknown_type" // the event has a type that is in no document
)

// DamageKinds returns all ways to damage a history. The slice is the caller's own.
func DamageKinds() []DamageKind {
	return []DamageKind{Dropped, Doubled, Moved, CauseLost, ClockBack, UnknownType}
}

// Damaged is one thing that [Damage] did.
type Damaged struct {
	Kind  DamageKind    // what was done
	Event history.Event // as it was before
	// Code is the Diagnostic.Code by which a fold has to name the damage, perhaps among others. It is empty where the
	// events show nothing of it: when the last ones are missing. Of several kinds in one history, one may hide another:
	// an event without a cause whose step was never entered belongs nowhere in any case.
	Code string
}

// Damage returns a damaged copy of a history and what was done to it, in order of the events. Without kinds it uses all.
// About one event in twenty is damaged, one at least if any can be. No event is damaged twice. The first event is only
// ever dropped; the one that ends the execution is dropped or stays as it is.
func Damage(events []history.Event, seed uint64, kinds ...DamageKind) ([]history.Event, []Damaged) {
	if len(kinds) == 0 {
		kinds = DamageKinds()
	}
	d := damager{rng: source(seed, 4), late: map[int][]history.Event{}}
	var done []Damaged
	sure := d.sure(events, kinds)
	for i, e := range events {
		kind := pick(d.rng, kinds)
		chosen := d.rng.IntN(20) == 0
		if i == sure && len(done) == 0 {
			chosen, kind = true, pick(d.rng, ableKinds(kinds, events, i))
		}
		if chosen && i >= d.untouched && able(kind, events, i) {
			done = append(done, d.damage(kind, events, i))
		} else {
			d.out = append(d.out, e)
		}
		d.out = append(d.out, d.late[i]...)
	}
	return d.out, d.name(done)
}

// damager is the state of damaging a history.
type damager struct {
	rng       *rand.Rand
	out       []history.Event
	late      map[int][]history.Event // what comes behind the event of an index
	untouched int                     // the events below this index must stay as they are
}

// sure draws the index of an event that can be damaged, -1 if there is none.
func (d *damager) sure(events []history.Event, kinds []DamageKind) int {
	var indices []int
	for i := range events {
		if len(ableKinds(kinds, events, i)) > 0 {
			indices = append(indices, i)
		}
	}
	if len(indices) == 0 {
		return -1
	}
	return pick(d.rng, indices)
}

// ableKinds are the kinds of damage that can be done to the event of an index.
func ableKinds(kinds []DamageKind, events []history.Event, i int) []DamageKind {
	return slices.DeleteFunc(slices.Clone(kinds), func(k DamageKind) bool { return !able(k, events, i) })
}

// able reports whether the event of an index can be damaged in a way.
func able(kind DamageKind, events []history.Event, i int) bool {
	e := events[i]
	switch kind {
	case Dropped:
		return true
	case Moved:
		return i > 0 && i+1 < len(events) && !e.Type.Terminal() && !events[i+1].Type.Terminal()
	case CauseLost:
		return i > 0 && !e.Type.Terminal() && e.Cause != 0
	}
	return i > 0 && !e.Type.Terminal()
}

// damage damages the event of an index.
func (d *damager) damage(kind DamageKind, events []history.Event, i int) Damaged {
	e := events[i]
	done := Damaged{Kind: kind, Event: e}
	switch kind {
	case Dropped:
		if i == 0 { // without it, nothing would show that the clock of the next one is wrong
			d.untouched = 2
		}
		return done
	case Doubled:
		d.later(events, i, d.rng.IntN(4))
	case Moved:
		d.later(events, i, 1+d.rng.IntN(4))
		return done
	case CauseLost:
		e.Cause = 0
	case ClockBack:
		e.Time = e.Time.Add(-24 * time.Hour * time.Duration(1+d.rng.IntN(400)))
	case UnknownType:
		e.Type = "MapRunStarted"
	}
	d.out = append(d.out, e)
	return done
}

// later has the event of an index come up to so many events later, but in front of the one that ends the execution. The
// events in between stay as they are, so that it does come too late.
func (d *damager) later(events []history.Event, i, by int) {
	to := min(i+by, len(events)-1)
	if events[to].Type.Terminal() {
		to--
	}
	d.late[to] = append(d.late[to], events[i])
	d.untouched = to + 1
}

// name says what each damage shows up as.
func (d *damager) name(done []Damaged) []Damaged {
	codes := map[DamageKind]string{
		Dropped: "missing_events", Doubled: "repeated_event", Moved: "out_of_order",
		CauseLost: "broken_chain", ClockBack: "clock_backwards", UnknownType: "unknown_type",
	}
	last := int64(0)
	if len(d.out) > 0 {
		last = slices.MaxFunc(d.out, func(a, b history.Event) int { return int(a.ID - b.ID) }).ID
	}
	for i := range done {
		done[i].Code = codes[done[i].Kind]
		switch e := done[i].Event; {
		case done[i].Kind != Dropped:
		case e.Type == history.ExecutionStarted:
			done[i].Code = "missing_start"
		case e.ID > last:
			done[i].Code = ""
		}
	}
	return done
}
