// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strconv"
	"strings"
)

// largestPage is what the clients ask for, and officialPage what the service sends when nothing is asked for.
const (
	largestPage  = 999
	officialPage = 60
)

// book is the histories that a host serves: ready pages by execution, limit and token.
type book map[string][]byte

// add puts a history of n events with IDs from 1 into the book, in pages of a size.
func (b book) add(execution string, n, size int) {
	for first := 1; first <= n; first += size {
		last := min(first+size-1, n)
		token := ""
		if first > 1 {
			token = strconv.Itoa(first)
		}
		b[pageKey(execution, strconv.Itoa(size), token)] = encodePage(first, last, last < n)
	}
}

// answer is the page that a GetExecutionHistory request asks for.
func (b book) answer(_, query string) []byte {
	limit := parameter(query, "Limit")
	if limit == "" {
		limit = strconv.Itoa(officialPage)
	}
	return b[pageKey(parameter(query, "ExecutionName"), limit, parameter(query, "NextToken"))]
}

func pageKey(execution, limit, token string) string { return execution + "/" + limit + "/" + token }

// encodePage writes the events from one ID to another as an answer of the service.
func encodePage(first, last int, more bool) []byte {
	const aboutAnEvent = 330
	out := make([]byte, 0, (last-first+1)*aboutAnEvent+100)
	out = append(out, '{')
	if more {
		out = append(out, `"NextToken":"`...)
		out = strconv.AppendInt(out, int64(last+1), 10)
		out = append(out, `",`...)
	}
	out = append(out, `"RequestId":"9E1C3B9A-0000-4000-8000-000000000000","Events":[`...)
	for id := first; id <= last; id++ {
		if id > first {
			out = append(out, ',')
		}
		out = appendEvent(out, id)
	}
	return append(out, `]}`...)
}

// appendEvent writes one event of about 320 bytes. Its detail is JSON in a string, with its quotes escaped.
func appendEvent(out []byte, id int) []byte {
	types := [...]string{"StepEntered", "StepStarted", "TaskScheduled", "TaskStarted", "TaskSucceeded", "StepSucceeded", "StepExited"}
	steps := [...]string{"receive-order", "check-stock", "reserve-items", "charge-card", "pack-items", "print-label", "hand-over"}
	details := [...]string{
		`{\"input\":{\"orderId\":\"order-0047118\",\"customer\":\"c-20411\",\"items\":[{\"sku\":\"A-1931\",\"count\":2},{\"sku\":\"B-77\",\"count\":1}],\"note\":\"leave at the door\"}}`,
		`{\"output\":{\"orderId\":\"order-0047118\",\"state\":\"reserved\",\"warehouse\":\"east-3\",\"shelves\":[\"14-2\",\"09-7\"]},\"local\":{\"attempt\":1,\"until\":\"2026-11-02T09:00\"}}`,
		`{\"resource\":\"acs:fc:cn-hangzhou:1000:services/shop/functions/pack\",\"input\":{\"orderId\":\"order-0047118\",\"box\":{\"kind\":\"M\",\"weight\":1.75},\"express\":true,\"fragile\":false}}`,
	}
	out = append(out, `{"Type":"`...)
	out = append(out, types[id%len(types)]...)
	out = append(out, `","EventId":`...)
	out = strconv.AppendInt(out, int64(id), 10)
	out = append(out, `,"Time":"2026-11-02T08:`...)
	out = appendTwo(out, id/60000%60)
	out = append(out, ':')
	out = appendTwo(out, id/1000%60)
	out = append(out, '.', byte('0'+id/100%10))
	out = appendTwo(out, id%100)
	out = append(out, `Z","ScheduleEventId":`...)
	out = strconv.AppendInt(out, int64(id-1), 10)
	out = append(out, `,"EventDetail":"`...)
	out = append(out, details[id%len(details)]...)
	out = append(out, `","StepName":"`...)
	out = append(out, steps[id/len(types)%len(steps)]...)
	return append(out, `"}`...)
}

func appendTwo(out []byte, n int) []byte { return append(out, byte('0'+n/10), byte('0'+n%10)) }

// scroll is a history too long to be kept ready: there is one page of it, whose IDs are written over for each request. So
// it may serve one walk at a time, without Prefetch. All its IDs have eight digits.
type scroll struct {
	events int
	page   []byte // a full page, with a token
	token  int    // where that stands in it
	ids    []int  // where the IDs do …
	causes []int  // … and those of the events before
}

// scrollStart is the ID before the first one.
const scrollStart = 10_000_000

func newScroll(events int) *scroll {
	s := &scroll{events: events, page: encodePage(scrollStart+1, scrollStart+largestPage, true)}
	text := string(s.page)
	s.token = strings.Index(text, `"NextToken":"`) + len(`"NextToken":"`)
	s.ids = indexes(text, `"EventId":`)
	s.causes = indexes(text, `"ScheduleEventId":`)
	return s
}

// indexes are the places behind each occurrence of a mark.
func indexes(text, mark string) []int {
	var out []int
	for at := 0; ; {
		i := strings.Index(text[at:], mark)
		if i < 0 {
			return out
		}
		at += i + len(mark)
		out = append(out, at)
	}
}

// answer is the page that a GetExecutionHistory request asks for, of the largest size whatever the request says.
func (s *scroll) answer(_, query string) []byte {
	first := scrollStart + 1
	if token := parameter(query, "NextToken"); token != "" {
		n, err := strconv.Atoi(token)
		if err != nil {
			return nil
		}
		first = n
	}
	end := scrollStart + s.events
	if first+largestPage > end {
		return encodePage(first, end, false)
	}
	put := func(at, id int) { strconv.AppendInt(s.page[:at], int64(id), 10) }
	put(s.token, first+largestPage)
	for i, at := range s.ids {
		put(at, first+i)
		put(s.causes[i], first+i-1)
	}
	return s.page
}
