// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/scan"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// listing is a list of the service that is paged by a token and whose items go by a name: the executions of a flow, the
// flows. It holds no place: that is in the cursors, so it may be ranged over concurrently.
type listing[I, T any] struct {
	op   string           // the operation
	what string           // an item, in words
	pos  history.Position // of the whole list
	get  func(ctx context.Context, token string) (listed[I], error)
	name func(I) wire.Text
	item func(I) T
}

// mostListed bounds what a list takes in memory before anything else is made of it: "{}," is three bytes of an answer and a
// hundred times that as an item. It is ten times the largest page that a document speaks of, 1,000 items.
const mostListed = 10_000

// itemList is the list of an answer. One of more than mostListed items is not decoded.
type itemList[I any] []I

// UnmarshalJSON counts the items first.
func (l *itemList[I]) UnmarshalJSON(data []byte) error {
	var s scan.Scanner
	s.Reset(data)
	n := 0
	for s.Array(); n <= mostListed && s.Next(); n++ {
		s.Skip()
	}
	if n > mostListed {
		return fmt.Errorf("the list has more than %d items; no document has a page of more than 1000", mostListed)
	}
	return json.Unmarshal(data, (*[]I)(l))
}

// listed is one answer.
type listed[I any] struct {
	items     []I
	next      wire.Text // the token of the next page, "" on the last
	requestID wire.Text
}

// pages reads the list page by page.
func (l listing[I, T]) pages(ctx context.Context, from history.Cursor) iter.Seq2[history.Page[T], error] {
	return history.Paged(ctx, from, func(ctx context.Context, at history.Cursor) (history.Page[T], error) {
		place := listPlace{}
		if at != "" {
			pos, err := at.Position()
			if err != nil {
				return history.Page[T]{}, err
			}
			place = parsePlace(pos.Token)
		}
		answer, err := l.get(ctx, place.token)
		if place.token != "" && refused(err) {
			err = lostPlace(err)
		}
		if err != nil {
			return history.Page[T]{}, err
		}
		return l.page(place, answer)
	})
}

// page makes a page of an answer, behind the place's last item if it has one. An item without a name ends it with an
// error behind what came before: there is nothing to ask for it with.
func (l listing[I, T]) page(place listPlace, answer listed[I]) (history.Page[T], error) {
	page := history.Page[T]{RequestID: string(answer.requestID)}
	pos := l.pos
	goOn := func(at listPlace) {
		pos.Token = at.String()
		page.Next = history.NewCursor(pos)
		page.Resume = page.Next
	}
	items := answer.items
	if place.after != "" {
		i := slices.IndexFunc(items, func(i I) bool { return string(l.name(i)) == place.after })
		switch {
		case i < 0 && answer.next == "":
			return page, &history.Error{Op: l.op, Kind: history.ErrCursor, RequestID: page.RequestID, Message: fmt.Sprintf(
				"the %s %q at the cursor's place is no longer in the list behind it; start from \"\"", l.what, wire.Clip(place.after))}
		case i < 0:
			// Pages are smaller than they were, or new items have come before it: it is looked for further on.
			goOn(listPlace{token: string(answer.next), after: place.after})
			return page, nil
		}
		items = items[i+1:]
	}
	for i, item := range items {
		name := string(l.name(item))
		if name == "" {
			goOn(place)
			return page, &history.Error{Op: l.op, Kind: history.ErrDecode, RequestID: page.RequestID,
				Message: fmt.Sprintf("%s %d of the answer has no Name", l.what, len(answer.items)-len(items)+i+1)}
		}
		page.Items = append(page.Items, l.item(item))
		place.after = name
	}
	if answer.next != "" {
		goOn(listPlace{token: string(answer.next)})
		return page, nil
	}
	pos.Token, pos.End = place.String(), true
	page.Resume = history.NewCursor(pos)
	return page, nil
}

// lostPlace says of a refused token what the caller can do about it. Events are found again by their ID; a list has nothing
// of the kind.
func lostPlace(err error) error {
	e, ok := errors.AsType[*history.Error](err)
	if !ok {
		return err
	}
	lost := *e
	lost.Kind = history.ErrCursor
	lost.Message = "the service refused the page token of the cursor's place; start from \"\"; it says: " + e.Message
	return &lost
}

// listPlace is where a list goes on: the service's token of a page, and the name of the last item of that page that was
// delivered, "" for none. It is looked for on that page and on those behind it.
type listPlace struct{ token, after string }

// String writes the place for Position.Token. A name has no slash, so the first one ends it.
func (p listPlace) String() string { return p.after + "/" + p.token }

func parsePlace(s string) listPlace {
	after, token, _ := strings.Cut(s, "/")
	return listPlace{token: token, after: after}
}

// limit is the Limit of a request for pages of a size that the caller may have left open.
func limit(size, most int) int {
	if size > 0 {
		return min(size, most)
	}
	return most
}
