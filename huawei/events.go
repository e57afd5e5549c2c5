// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"context"
	"encoding/base64"
	"iter"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// EventPages reads SearchWorkflowExecutionDetail once, derives the events there are so far and cuts them into pages.
func (s *source) EventPages(ctx context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
	return func(yield func(history.Page[history.Event], error) bool) {
		ref := s.own(q.Ref)
		place, err := placeAt(ref, q.From)
		if err == nil {
			err = checkIDs(ref)
		}
		if err != nil {
			yield(history.Page[history.Event]{}, err)
			return
		}
		if place.pos.End {
			yield(history.Page[history.Event]{Resume: q.From}, nil) // nothing comes behind a terminal event
			return
		}
		var facts []fact
		var requestID string
		err = s.detail(ctx, ref, func(item *executionItem, id string) (err error) {
			requestID = id
			facts, err = item.facts(ref)
			return err
		})
		if err != nil {
			yield(history.Page[history.Event]{}, err)
			return
		}
		facts = place.news(facts)
		walkFacts(ctx, q, place, facts, requestID, yield)
	}
}

// walkFacts yields facts page by page, with a cursor behind each that knows all that was delivered.
func walkFacts(ctx context.Context, q history.EventQuery, place eventPlace, facts []fact, requestID string,
	yield func(history.Page[history.Event], error) bool) {
	size := maxEventPage
	if q.PageSize > 0 {
		size = min(q.PageSize, maxEventPage)
	}
	for {
		n := min(size, len(facts))
		page := history.Page[history.Event]{Items: make([]history.Event, 0, n), RequestID: requestID}
		for _, f := range facts[:n] {
			if q.OmitDetail {
				f.event.Detail = ""
			}
			page.Items = append(page.Items, f.event)
			place.pass(f)
		}
		facts = facts[n:]
		page.Resume = place.cursor()
		if len(facts) > 0 {
			page.Next = page.Resume
		}
		if !yield(page, nil) || len(facts) == 0 {
			return
		}
		if err := ctx.Err(); err != nil {
			yield(history.Page[history.Event]{}, err)
			return
		}
	}
}

// eventPlace is a place between derived events. Since a fact may appear late, with a time that is already past, it is not
// one ID but the set of the facts that were delivered.
type eventPlace struct {
	pos  history.Position
	seen []byte // a bit for each slot
}

// tokenForm begins a Position.Token with such a set.
const tokenForm = "s"

// placeAt reads the place from a cursor. A cursor of history.After has an ID only: everything up to it counts as delivered.
func placeAt(ref history.Ref, from history.Cursor) (eventPlace, error) {
	if from == "" {
		return eventPlace{pos: history.Position{Ref: ref}}, nil
	}
	pos, err := from.Position()
	if err != nil {
		return eventPlace{}, err
	}
	p := eventPlace{pos: pos}
	if pos.Token == "" {
		return p, nil
	}
	set, ok := strings.CutPrefix(pos.Token, tokenForm)
	if ok {
		p.seen, err = base64.RawURLEncoding.DecodeString(set)
	}
	if !ok || err != nil || len(p.seen) > slotStart(maxNodes)/8+1 {
		return eventPlace{}, &history.Error{Kind: history.ErrCursor, Message: "the cursor holds a token that is no place between events; start from \"\""}
	}
	return p, nil
}

// news are the facts that were not delivered. If all that is known is an ID, the facts up to it are noted as delivered, so
// that one which appears later is told from them.
func (p *eventPlace) news(facts []fact) []fact {
	fromID := p.pos.Token == ""
	var out []fact
	for _, f := range facts {
		switch {
		case fromID && f.event.ID <= p.pos.LastEvent:
			p.mark(f.slot)
		case fromID || !p.has(f.slot):
			out = append(out, f)
		}
	}
	return out
}

// pass notes that a fact was delivered.
func (p *eventPlace) pass(f fact) {
	p.mark(f.slot)
	p.pos.LastEvent = max(p.pos.LastEvent, f.event.ID)
	p.pos.End = p.pos.End || f.slot == slotTerminal
}

func (p *eventPlace) has(slot int) bool {
	return slot/8 < len(p.seen) && p.seen[slot/8]&(1<<(slot%8)) != 0
}

func (p *eventPlace) mark(slot int) {
	for slot/8 >= len(p.seen) {
		p.seen = append(p.seen, 0)
	}
	p.seen[slot/8] |= 1 << (slot % 8)
}

func (p *eventPlace) cursor() history.Cursor {
	pos := p.pos
	pos.Token = ""
	if len(p.seen) > 0 {
		pos.Token = tokenForm + base64.RawURLEncoding.EncodeToString(p.seen)
	}
	return history.NewCursor(pos)
}
