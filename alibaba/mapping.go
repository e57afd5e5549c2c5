// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// event maps one event. Without a usable id or time an event has no place in a history, so that is an error; everything
// else is taken as it comes.
func (i eventItem) event(ref history.Ref) (history.Event, *history.Error) {
	id, ok := integer(i.EventID)
	if !ok || id < 1 {
		return history.Event{}, unreadable("an event's EventId is %s; want a positive integer (its Type is %q)", shown(i.EventID), clip(string(i.Type)))
	}
	at, err := time.Parse(time.RFC3339, string(i.Time))
	if err != nil {
		return history.Event{}, unreadable("event %d: its Time is %q; want RFC 3339, e.g. 2019-01-01T01:01:01.001Z", id, clip(string(i.Time)))
	}
	cause, _ := integer(i.ScheduleEventID) // without it the event is still in its place
	return history.Event{
		Ref:    ref,
		ID:     id,
		Cause:  cause,
		Type:   history.EventType(i.Type),
		Time:   at.UTC(),
		Step:   string(i.StepName),
		Detail: history.Detail(i.EventDetail),
	}, nil
}

// integer reads a whole number, also from a string or in a float's form ("8", 8.0, 1e3), as the official SDK does.
func integer(raw json.RawMessage) (int64, bool) {
	s := string(raw)
	if len(s) > 1 && s[0] == '"' {
		if json.Unmarshal(raw, &s) != nil {
			return 0, false
		}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	const exact = 1 << 53 // beyond it a float does not tell neighbours apart
	f, err := strconv.ParseFloat(s, 64)
	n := int64(f)
	return n, err == nil && f > -exact && f < exact && float64(n) == f
}

func shown(raw json.RawMessage) string {
	if raw == nil {
		return "missing"
	}
	return clip(string(raw))
}

// execution maps what DescribeExecution and ListExecutions say of an execution.
func (i executionItem) execution(ref history.Ref) history.Execution {
	e := history.Execution{
		Ref:          ref,
		NativeStatus: string(i.Status),
		Input:        history.Detail(i.Input),
		Output:       history.Detail(i.Output),
		Definition:   string(i.FlowDefinition),
	}
	var known bool
	if e.Status, known = statuses[e.NativeStatus]; !known {
		e.Diagnostics = append(e.Diagnostics, history.Diagnostic{Code: "unknown_status", Severity: history.Warning,
			Text: fmt.Sprintf("the status %q is in no document", clip(e.NativeStatus))})
	}
	e.Started = i.time("StartedTime", i.StartedTime, &e)
	e.Ended = i.time("StoppedTime", i.StoppedTime, &e)
	for _, a := range []struct {
		name  string
		value text
	}{
		{"ExternalInputUri", i.ExternalInputURI}, {"ExternalOutputUri", i.ExternalOutputURI}, {"Environment", i.Environment},
		{"FlowVersion", i.FlowVersion}, {"FlowType", i.FlowType}, {"Qualifier", i.Qualifier},
	} {
		if a.value != "" {
			if e.Attributes == nil {
				e.Attributes = make(map[string]string)
			}
			e.Attributes[a.name] = string(a.value)
		}
	}
	return e
}

// time reads a time; "not yet" is "" in newer answers and 1970 in older ones. One that cannot be read is noted.
func (executionItem) time(name string, value text, e *history.Execution) time.Time {
	if value == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, string(value))
	switch {
	case err != nil:
		e.Diagnostics = append(e.Diagnostics, history.Diagnostic{Code: "unreadable_time", Severity: history.Defect,
			Text: fmt.Sprintf("%s is %q; want RFC 3339", name, clip(string(value)))})
		return time.Time{}
	case t.Unix() == 0:
		return time.Time{}
	}
	return t.UTC()
}

// bare is an execution without what OmitDetail leaves out.
func bare(e history.Execution) history.Execution {
	e.Input, e.Output, e.Definition = "", "", ""
	return e
}
