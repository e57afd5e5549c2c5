// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"

	"github.com/flowhistory/flowhistory/history"
)

// answer asks for what comes behind a position. The service's own token is the way; a position without one, or with one
// that is refused because it is too old, is found again by the last event's ID.
func (r *eventReader) answer(ctx context.Context, pos history.Position, foretold bool) (historyAnswer, error) {
	if pos.Token != "" || pos.LastEvent == 0 {
		answer, err := r.get(ctx, pos.Token)
		if !refused(err) || pos.Token == "" || foretold {
			return answer, err
		}
	}
	return r.anchored(ctx, pos.LastEvent)
}

// anchored asks for the page that begins with the last event delivered.
//
// Assumption: a token is the ID of the first event of its page. No document says so, nor whether that event is part of
// the page; so the event must be in the answer, or the answer is not used and reading starts over: what was delivered
// before is left out by its ID.
func (r *eventReader) anchored(ctx context.Context, last int64) (historyAnswer, error) {
	if last > 0 {
		answer, err := r.get(ctx, strconv.FormatInt(last, 10))
		if err != nil && !refused(err) {
			return answer, err
		}
		if err == nil && slices.ContainsFunc(answer.events, func(e history.Event) bool { return e.ID == last }) {
			return answer, nil
		}
	}
	return r.restart(ctx, last)
}

// restart reads from the beginning, through the pages of what was delivered, up to the one that goes beyond. It does so
// within one page, because a page for each would come with cursors that were there before, as if going round in circles.
func (r *eventReader) restart(ctx context.Context, last int64) (historyAnswer, error) {
	token, seen := "", int64(0)
	for {
		answer, err := r.get(ctx, token)
		if token != "" && refused(err) {
			return answer, stale(err)
		}
		if err != nil || answer.nextToken == "" {
			return answer, err
		}
		highest := answer.highest()
		if highest > last || highest <= seen { // or the service itself goes round in circles
			return answer, nil
		}
		token, seen = string(answer.nextToken), highest
	}
}

// stale makes the refusal of a token that this very walk got a moment ago an ErrUnavailable: nothing about the query is
// invalid, and another walk from the same cursor may well succeed.
func stale(err error) error {
	e, ok := errors.AsType[*history.Error](err)
	if !ok {
		return err
	}
	out := *e
	out.Kind = history.ErrUnavailable
	out.Message = "the service refuses a token that it has just handed out: " + e.Message
	return &out
}

// highest is the largest ID in an answer; one that cannot be used counts as larger than any, since it is to be told.
func (a historyAnswer) highest() int64 {
	highest := int64(0)
	for i := range a.events {
		if id := a.events[i].ID; id > 0 {
			highest = max(highest, id)
		} else {
			return math.MaxInt64
		}
	}
	return highest
}

// refused reports whether the service may have refused a token. Names and limits were checked before the request, so
// there is little else that could be invalid; and asking once more without the token will tell.
func refused(err error) bool { return errors.Is(err, history.ErrInvalid) }
