// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"slices"
	"strconv"
)

// defaultLimit is how many items a page has without a Limit.
const defaultLimit = 60

// getExecutionHistory answers with a page of events, preceded by overlap events
// that were on the page before.
func (s *Server) getExecutionHistory(rq *request, overlap int) ([]byte, *apiError) {
	execution, bad := s.find(rq)
	if bad != nil {
		return nil, bad
	}
	limit, bad := rq.number("Limit", 1, s.opts.MaxLimit, min(defaultLimit, s.opts.MaxLimit))
	if bad != nil {
		return nil, bad
	}
	start, bad := s.startOfPage(rq, execution)
	if bad != nil {
		return nil, bad
	}
	events := execution.Events
	end := min(start+limit, len(events))
	next := s.nextToken(events, end)
	s.tokens.issue(rq, next)
	page := events[max(start-overlap, 0):end]
	return encode(func(o *object) {
		o.optional("NextToken", next)
		o.text("RequestId", rq.id)
		o.list("Events", len(page), func(i int) { o.event(page[i]) })
	}), nil
}

// startOfPage returns the index of the event that a request's NextToken begins with.
//
// Model: a token is the decimal ID of an event, which need not exist. One behind the
// end begins an empty page, so that a running execution can be read on.
func (s *Server) startOfPage(rq *request, e Execution) (int, *apiError) {
	token := rq.param("NextToken")
	good := s.tokens.accept(rq, token)
	if token == "" {
		return 0, nil
	}
	first, named := e.Tokens[token]
	if !named {
		id, err := strconv.ParseInt(token, 10, 63) // so that one more is still a number
		if !good || err != nil || id < 0 {
			return 0, rq.invalid("NextToken %q is not valid", token)
		}
		first = id
		if s.opts.ExclusiveToken {
			first++
		}
	}
	i, _ := slices.BinarySearchFunc(e.Events, Event{ID: first}, byID)
	return i, nil
}

// nextToken returns the token of the page that begins with index i, "" when there is
// nothing there.
//
// Model: it names the first event of that page. The two examples there are agree
// with it, the text ("the returned ScheduleEventId") does not.
func (s *Server) nextToken(events []Event, i int) string {
	if i >= len(events) {
		return ""
	}
	if s.opts.ExclusiveToken {
		i--
	}
	return strconv.FormatInt(events[i].ID, 10)
}
