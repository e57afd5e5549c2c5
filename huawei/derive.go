// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"cmp"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// AOM records no events, so they are made of what it says about an execution and its nodes. An event's ID is
//
//	unix milliseconds << 12 | phase << 10 | index of the node in execution_result_list
//
// which orders the events and stays the same however often the execution is read.
//
// Assumption: while an execution runs, the list grows at its end only, and a node that is tried again is added to it.
const (
	phaseBegin    = 0 // the execution's start
	phaseStart    = 1 // a node's start
	phaseEnd      = 2 // a node's end
	phaseTerminal = 3 // the execution's end

	phaseShift = 10
	timeShift  = 12
	maxNodes   = 1 << phaseShift // five times what the document allows
)

func eventID(at time.Time, phase, index int) int64 {
	return at.UnixMilli()<<timeShift | int64(phase)<<phaseShift | int64(index)
}

// fact is an event with its slot: a small number that says which fact about the execution it is, whenever it happened.
type fact struct {
	slot  int
	event history.Event
}

// The slots. Those of nodes follow, two for each.
const (
	slotBegin = iota
	slotTerminal
	slotNodes
)

func slotStart(index int) int { return slotNodes + 2*index }
func slotEnd(index int) int   { return slotNodes + 2*index + 1 }

// facts derives the events there are so far, in order of their IDs. What has not happened yet, or has no time yet, has
// none. A time that is there and cannot be read is an error: its event would have no place.
func (x *executionItem) facts(ref history.Ref) ([]fact, error) {
	if len(x.Nodes) > maxNodes {
		return nil, wire.Unreadable("the execution has %d node results; the document says at most 200, and IDs have room for %d", len(x.Nodes), maxNodes)
	}
	d := derivation{ref: ref, item: x}
	if err := d.bounds(); err != nil {
		return nil, err
	}
	d.addBegin()
	for i := range x.Nodes {
		if x.Nodes[i].missing {
			continue
		}
		if err := d.addNode(i, &x.Nodes[i]); err != nil {
			return nil, err
		}
	}
	if err := d.addTerminal(); err != nil {
		return nil, err
	}
	slices.SortFunc(d.facts, func(a, b fact) int { return cmp.Compare(a.event.ID, b.event.ID) })
	return d.facts, nil
}

// derivation is the state of deriving one execution's events.
type derivation struct {
	ref   history.Ref
	item  *executionItem
	facts []fact

	began  time.Time
	ended  time.Time // zero unless the execution has ended and it is known when
	latest time.Time // of all that nodes say
	origin int64     // ID of ExecutionStarted, 0 if there is none
}

// bounds finds out when the execution began and ended.
//
// Assumption: without an end_time, an execution that has ended did so when it was last updated.
func (d *derivation) bounds() (err error) {
	if d.began, err = d.item.BeginTime.required("begin_time"); err != nil {
		return err
	}
	if !status(string(d.item.Status)).Terminal() {
		return nil
	}
	if d.ended, err = d.item.EndTime.required("end_time"); err != nil || !d.ended.IsZero() {
		return err
	}
	d.ended, err = d.item.UpdateTime.required("last_update_time")
	return err
}

func (d *derivation) add(slot, phase, index int, at time.Time, e history.Event) int64 {
	e.Ref, e.ID, e.Time, e.Derived = d.ref, eventID(at, phase, index), at, true
	d.facts = append(d.facts, fact{slot, e})
	return e.ID
}

func (d *derivation) addBegin() {
	if !d.began.IsZero() {
		d.origin = d.add(slotBegin, phaseBegin, 0, d.began, history.Event{Type: history.ExecutionStarted})
	}
}

// addNode adds the start and the end of a node.
func (d *derivation) addNode(index int, node *nodeItem) error {
	begin, err := node.BeginTime.required("begin_time of node " + wire.Clip(string(node.NodeID)))
	if err != nil {
		return err
	}
	end, err := node.EndTime.required("end_time of node " + wire.Clip(string(node.NodeID)))
	if err != nil {
		return err
	}
	cause := d.origin
	if !begin.IsZero() {
		cause = d.add(slotStart(index), phaseStart, index, begin, history.Event{
			Cause: cause, Type: history.StepStarted, Step: string(node.NodeID),
		})
		d.latest = later(d.latest, begin)
	}
	kind := endType(node, end)
	if kind == "" {
		return nil
	}
	if end.IsZero() {
		// Assumption: a node that has ended and does not say when did so with its execution. While that runs, the time
		// may still come.
		if end = d.ended; end.IsZero() {
			return nil
		}
	}
	d.latest = later(d.latest, end)
	d.add(slotEnd(index), phaseEnd, index, end, history.Event{
		Cause: cause, Type: kind, Step: string(node.NodeID), Detail: history.Detail(node.raw),
	})
	return nil
}

// endType is the type of a node's end, "" while it has none. The status decides; only for a word that is not known does
// an end_time say that there was an end.
func endType(node *nodeItem, end time.Time) history.EventType {
	switch s := status(string(node.Status)); {
	case s == history.Succeeded:
		return history.StepSucceeded
	case s == history.Failed || s == history.TimedOut:
		return history.StepFailed
	case s == history.Stopped, s == "" && !end.IsZero():
		return history.StepExited
	}
	return ""
}

// addTerminal adds the end of the execution. Its ID is above all others, also when a node claims to have ended later.
func (d *derivation) addTerminal() error {
	kind := terminalType(status(string(d.item.Status)))
	if kind == "" {
		return nil
	}
	at := cmp.Or(d.ended, d.latest, d.began)
	if at.IsZero() {
		return wire.Unreadable("the execution has ended (%q) and has no time at all", wire.Clip(string(d.item.Status)))
	}
	place := later(at, later(d.latest, d.began))
	d.add(slotTerminal, phaseTerminal, 0, place, history.Event{Cause: d.origin, Type: kind})
	d.facts[len(d.facts)-1].event.Time = at
	return nil
}

func terminalType(s history.Status) history.EventType {
	switch s {
	case history.Succeeded:
		return history.ExecutionSucceeded
	case history.Failed:
		return history.ExecutionFailed
	case history.TimedOut:
		return history.ExecutionTimedOut
	case history.Stopped:
		return history.ExecutionStopped
	}
	return ""
}

// required is a stamp's time, zero if it has not come; one that cannot be read is an error that quotes it.
func (s stamp) required(name string) (time.Time, error) {
	t, ok := s.time()
	if !ok {
		return t, wire.Unreadable("%s is %s; want UTC milliseconds", name, wire.Clip(s.String()))
	}
	return t, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
