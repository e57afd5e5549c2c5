// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/flowhistory/flowhistory/history"
)

// showEvents lists the events of an execution, as the cloud recorded them or as they are derived from its steps.
func (c *call) showEvents(ctx context.Context, it found) error {
	told := c.progress("reading " + it.ref.Execution)
	defer told.end()
	events := []history.Event{} // in JSON [] rather than null
	t := newTable("event", "cause", "after", "type", "step", "detail")
	var first history.Event
	read, derived := 0, false
	for event, err := range it.client.Events(ctx, history.EventQuery{Ref: it.ref}) {
		if err != nil {
			return err
		}
		if read++; read == 1 {
			first = event
		}
		derived = derived || event.Derived
		told.say("%d events", read)
		switch c.format {
		case linesFormat:
			err = writeLine(c.out, event)
		case nameFormat:
			err = c.println(strconv.FormatInt(event.ID, 10))
		case jsonFormat:
			events = append(events, event)
		default:
			t.row(strconv.FormatInt(event.ID, 10), number(event.Cause), fmt.Sprintf("%.3fs", event.Time.Sub(first.Time).Seconds()),
				string(event.Type), event.Step, c.detail(event.Detail))
		}
		if err != nil {
			return err
		}
	}
	told.end()
	if derived {
		c.note("This cloud records no events: these are derived from the steps.")
	}
	switch c.format {
	case jsonFormat:
		return writeJSON(c.out, events)
	case tableFormat, wideFormat:
		return c.printTable(t)
	}
	return nil
}

// detail is a detail as far as a table has room for it.
func (c *call) detail(d history.Detail) string {
	if c.format == wideFormat {
		return string(d)
	}
	return cut(string(d), 100)
}

// number is a number, "" for 0.
func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// eventRange names the first and last event of a step, "" if it was not made of events.
func eventRange(s *history.Step) string {
	if s.FirstEvent == 0 {
		return ""
	}
	return number(s.FirstEvent) + "-" + number(s.LastEvent)
}
