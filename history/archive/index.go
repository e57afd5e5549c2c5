// SPDX-License-Identifier: Apache-2.0

package archive

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// workflow is the executions of one workflow.
type workflow struct {
	byName map[string]*entry
	sorted []*entry // by start, then name, so that what begins later comes behind
}

// entry is the places of one execution's records, and what filters ask for.
type entry struct {
	name     string
	started  time.Time
	status   history.Status
	record   span
	recorded bool // an execution's record was there, not only events
	events   []eventSpan
}

// eventSpan is the place of one event's record.
type eventSpan struct {
	id int64
	at span
}

// entry is where a record of an execution belongs.
func (s *Source) entry(ref history.Ref) *entry {
	w, ok := s.workflows[ref.Workflow]
	if !ok {
		w = &workflow{byName: map[string]*entry{}}
		s.workflows[ref.Workflow] = w
	}
	e, ok := w.byName[ref.Execution]
	if !ok {
		e = &entry{name: ref.Execution}
		w.byName[ref.Execution] = e
	}
	return e
}

// sort puts everything in order; of events with one ID the one written last stays.
func (w *workflow) sort() {
	for _, e := range w.byName {
		w.sorted = append(w.sorted, e)
		slices.SortStableFunc(e.events, func(a, b eventSpan) int { return cmp.Compare(a.id, b.id) })
		e.events = slices.Clip(lastOfEach(e.events))
	}
	slices.SortFunc(w.sorted, func(a, b *entry) int { return a.place().compare(b.place()) })
}

func lastOfEach(events []eventSpan) []eventSpan {
	kept := events[:0]
	for i, e := range events {
		if i+1 == len(events) || events[i+1].id != e.id {
			kept = append(kept, e)
		}
	}
	return kept
}

// behind is the events with an ID above this one.
func (e *entry) behind(id int64) []eventSpan {
	i, found := slices.BinarySearchFunc(e.events, id, func(s eventSpan, id int64) int { return cmp.Compare(s.id, id) })
	if found {
		i++
	}
	return e.events[i:]
}

// place is where an execution stands in the list, for cursors: it is found again also when the list has grown.
type place struct {
	started time.Time
	name    string
}

func (e *entry) place() place { return place{e.started, e.name} }

func (p place) compare(q place) int {
	return cmp.Or(p.started.Compare(q.started), cmp.Compare(p.name, q.name))
}

// placeForm begins a Position.Token with such a place.
const placeForm = "archive/"

// token writes the place for Position.Token. A time has no slash, so the first one behind the form ends it.
func (p place) token() string {
	return placeForm + p.started.UTC().Format(time.RFC3339Nano) + "/" + p.name
}

// parsePlace reads what token writes.
func parsePlace(token string) (p place, ok bool) {
	text, ok := strings.CutPrefix(token, placeForm)
	if !ok {
		return p, false
	}
	started, name, ok := strings.Cut(text, "/")
	if !ok {
		return p, false
	}
	at, err := time.Parse(time.RFC3339Nano, started)
	return place{at.UTC(), name}, err == nil
}

// behind is the executions behind a place.
func (w *workflow) behind(p place) []*entry {
	i, found := slices.BinarySearchFunc(w.sorted, p, func(e *entry, p place) int { return e.place().compare(p) })
	if found {
		i++
	}
	return w.sorted[i:]
}
