// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/scan"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// historyAnswer is an answer of GetExecutionHistory.
type historyAnswer struct {
	nextToken wire.Text
	requestID wire.Text
	events    []history.Event // nil: the answer has none, and is not what the document says. An ID of 0 could not be read
	failed    *history.Error  // why the first event that has no place in a history has none, nil if all have one
	failedAt  int             // which one it is
	redact    func(string) string
}

// decoders are used again, for the memory they have and for what they learnt, and so are pages that were read to their end. The
// zero value is ready, and safe for concurrent use.
type decoders struct {
	pool  sync.Pool // of *historyDecoder
	pages sync.Pool // of *[]history.Event
}

// recycle takes the memory of a page back.
func (p *decoders) recycle(events []history.Event) {
	if cap(events) > 0 && cap(events) <= 2*maxEventPage {
		p.pages.Put(&events)
	}
}

// read reads an answer to a query for at most limit events and makes sure that it is one, as the read of the other operations
// does.
func (p *decoders) read(reply *exchange.Reply, q history.EventQuery, limit int) (answer historyAnswer, err error) {
	d, ok := p.pool.Get().(*historyDecoder)
	if !ok {
		d = newHistoryDecoder()
	}
	var memory []history.Event
	if page, ok := p.pages.Get().(*[]history.Event); ok {
		memory = *page
	}
	err = reply.Borrow(func(data []byte) error {
		var err error
		if answer, err = d.decode(data, q, limit, memory); err != nil {
			return err
		}
		return verify(reply, data, &answer.requestID, answer.events != nil, "Events")
	})
	answer.redact = reply.Redact
	p.pool.Put(d)
	return answer, err
}

// historyDecoder reads answers of GetExecutionHistory as json.Unmarshal would read them into structs, several times as
// fast: it takes and refuses the same, also where keys are repeated. It is not safe for concurrent use.
type historyDecoder struct {
	scan      scan.Scanner
	keys      *scan.Keys
	eventKeys *scan.Keys
	words     scan.Words
	types     scan.Sequence
	steps     scan.Sequence
	clock     clock
	details   scan.Texts
	page      pageDecoding
}

// pageDecoding is the answer at hand.
type pageDecoding struct {
	query  history.EventQuery
	memory []history.Event // for the events of the answer
	answer historyAnswer
	used   int           // how many elements of the events' memory were in use since it was new
	astray map[int]place // the events without a place in a history, nil while there is none
	odd    string        // what is said of the first value that is of no use where it stands
}

// place is what an event needs to have a place in a history.
type place struct {
	id      []byte // as it was sent, nil for none
	time    string // likewise, if it is no time
	hasID   bool
	hasTime bool
}

// The places of the fields in the decoder's lists of keys.
const (
	keyNextToken = iota
	keyRequestID
	keyEvents
)

const (
	keyType = iota
	keyEventID
	keyTime
	keyScheduleEventID
	keyEventDetail
	keyStepName
)

func newHistoryDecoder() *historyDecoder {
	return &historyDecoder{
		keys:      scan.NewKeys("NextToken", "RequestId", "Events"),
		eventKeys: scan.NewKeys("Type", "EventId", "Time", "ScheduleEventId", "EventDetail", "StepName"),
	}
}

// decode reads an answer to a query for at most limit events: a JSON object and nothing behind it. An answer that ends early is
// one that broke off. Nothing of data is kept. The events go into memory if it is large enough.
func (d *historyDecoder) decode(data []byte, q history.EventQuery, limit int, memory []history.Event) (historyAnswer, error) {
	if err := crowded(data); err != nil {
		return historyAnswer{}, err
	}
	const least = 100 // bytes of an event
	if limit = min(limit, len(data)/least); cap(memory) < limit || memory == nil {
		memory = make([]history.Event, 0, limit)
	}
	d.page = pageDecoding{query: q, memory: memory[:0]}
	d.scan.Reset(data)
	d.readAnswer()
	d.scan.End()
	page, err := d.page, d.scan.Err()
	d.page = pageDecoding{}
	d.scan.Reset(nil)
	switch {
	case errors.Is(err, io.EOF):
		return historyAnswer{}, wire.Unreadable("the answer is empty; want a JSON object")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return historyAnswer{}, exchange.Broken(err)
	case err != nil:
		return historyAnswer{}, wire.Unreadable("%v; the answer %s", err, beginning(data))
	case page.odd != "":
		return historyAnswer{}, wire.Unreadable("%s; the answer %s", page.odd, beginning(data))
	}
	page.fail()
	return page.answer, nil
}

func (d *historyDecoder) readAnswer() {
	if !d.scan.Object() {
		d.skipOdd("the answer")
		return
	}
	answer := &d.page.answer
	for field, ok := d.scan.Field(d.keys); ok; field, ok = d.scan.Field(d.keys) {
		switch field {
		case keyNextToken:
			answer.nextToken = wire.Text(d.text(string(answer.nextToken)))
		case keyRequestID:
			answer.requestID = wire.Text(d.text(string(answer.requestID)))
		case keyEvents:
			d.readEvents()
		default:
			d.scan.Skip()
		}
	}
}

// text reads a value as a wire.Text does: what is empty leaves what was there.
func (d *historyDecoder) text(before string) string {
	if text := d.scan.Text(); len(text) > 0 {
		return string(text)
	}
	return before
}

// skipOdd reads a value that is not what is wanted there. A null is nothing; anything else makes the answer unreadable,
// but only if it is JSON to its end.
func (d *historyDecoder) skipOdd(what string) {
	if kind := d.scan.Kind(); kind != scan.Null && d.page.odd == "" {
		d.page.odd = what + " is " + kind.String()
	}
	d.scan.Skip()
}

// readEvents reads the list of events. A second one in the same answer goes over the first, event by event, as with
// json.Unmarshal: what it leaves out stays, in elements beyond the end of a list, too.
func (d *historyDecoder) readEvents() {
	page := &d.page
	if d.scan.Kind() == scan.Null {
		d.scan.Skip()
		page.answer.events, page.used, page.astray = nil, 0, nil
		return
	}
	if !d.scan.Array() {
		d.skipOdd("Events")
		return
	}
	if page.answer.events == nil {
		page.answer.events = page.memory
	}
	events := page.answer.events[:0]
	for d.scan.Next() {
		i, at := len(events), place{hasID: true, hasTime: true}
		if i < page.used {
			events = events[:i+1]
			if before, ok := page.astray[i]; ok {
				at = before
			}
		} else {
			events, at = d.grow(events), place{}
			page.used++
		}
		d.readEvent(&events[i], &at)
		page.keep(i, &at)
	}
	page.answer.events = events
	if len(events) == 0 {
		page.used, page.astray = 0, nil
	}
}

// grow adds an event of which nothing is known but whose it is. The memory may have been used before.
func (d *historyDecoder) grow(events []history.Event) []history.Event {
	n := len(events)
	if n == cap(events) {
		events = slices.Grow(events, 1)
	}
	events = events[:n+1]
	e := &events[n] // field by field, which costs less than a whole event while the garbage collector is at work
	e.Ref, e.ID, e.Cause, e.Type, e.Time, e.Step, e.Detail, e.Derived = d.page.query.Ref, 0, 0, "", time.Time{}, "", "", false
	return events
}

func (d *historyDecoder) readEvent(e *history.Event, at *place) {
	if !d.scan.Object() {
		d.skipOdd("an event")
		return
	}
	for field, ok := d.scan.Field(d.eventKeys); ok; field, ok = d.scan.Field(d.eventKeys) {
		switch field {
		case keyType:
			if word := d.scan.Word(&d.words, &d.types); word != "" {
				e.Type = history.EventType(word)
			}
		case keyEventID:
			if e.ID, at.hasID = d.scan.Whole(); at.hasID {
				continue
			}
			at.id = d.scan.Raw()
			if e.ID, at.hasID = integer(at.id); !at.hasID || e.ID < 1 {
				e.ID, at.hasID = 0, false
			}
		case keyTime:
			if t, ok := d.clock.ahead(&d.scan); ok {
				e.Time, at.hasTime = t, true
			} else if text := d.scan.Text(); len(text) > 0 {
				if e.Time, at.hasTime = d.clock.parse(text); !at.hasTime {
					at.time = string(text)
				}
			}
		case keyScheduleEventID:
			cause, ok := d.scan.Whole()
			if !ok {
				cause, ok = integer(d.scan.Raw())
			}
			if e.Cause = cause; !ok {
				e.Cause = 0 // without it the event is still in its place
			}
		case keyEventDetail:
			if d.page.query.OmitDetail {
				d.scan.Skip()
			} else if text := d.scan.Text(); len(text) > 0 {
				e.Detail = history.Detail(d.details.String(text))
			}
		case keyStepName:
			if word := d.scan.Word(&d.words, &d.steps); word != "" {
				e.Step = word
			}
		default:
			d.scan.Skip()
		}
	}
}

// keep remembers whether an event has a place.
func (p *pageDecoding) keep(i int, at *place) {
	switch {
	case at.hasID && at.hasTime && p.astray == nil: // nearly always
	case at.hasID && at.hasTime:
		delete(p.astray, i)
	case p.astray == nil:
		p.astray = map[int]place{i: *at}
	default:
		p.astray[i] = *at
	}
}

// fail says why the first event without a place has none, if there is one.
func (p *pageDecoding) fail() {
	first := len(p.answer.events)
	for i := range p.astray {
		first = min(first, i)
	}
	if first == len(p.answer.events) {
		return
	}
	at, e := p.astray[first], &p.answer.events[first]
	p.answer.failedAt = first
	if !at.hasID {
		p.answer.failed = wire.Unreadable("an event's EventId is %s; want a positive integer (its Type is %q)", shown(at.id), wire.Clip(string(e.Type)))
		return
	}
	p.answer.failed = wire.Unreadable("event %d: its Time is %q; want RFC 3339, e.g. 2019-01-01T01:01:01.001Z", e.ID, wire.Clip(at.time))
}
