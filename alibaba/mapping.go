// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// event maps one event. Without a usable id or time an event has no place in a history, so that is an error; everything
// else is taken as it comes.
func (i eventItem) event(ref history.Ref) (history.Event, *history.Error) {
	id, ok := integer(i.EventID)
	if !ok || id < 1 {
		return history.Event{}, wire.Unreadable("an event's EventId is %s; want a positive integer (its Type is %q)", shown(i.EventID), wire.Clip(string(i.Type)))
	}
	at, ok := parseTime(i.Time)
	if !ok {
		return history.Event{}, wire.Unreadable("event %d: its Time is %q; want RFC 3339, e.g. 2019-01-01T01:01:01.001Z", id, wire.Clip(string(i.Time)))
	}
	cause, _ := integer(i.ScheduleEventID) // without it the event is still in its place
	return history.Event{
		Ref:    ref,
		ID:     id,
		Cause:  cause,
		Type:   history.EventType(i.Type),
		Time:   at,
		Step:   string(i.StepName),
		Detail: history.Detail(i.EventDetail),
	}, nil
}

// parseTime reads RFC 3339. A zone may put a time beyond the years that can be written so again.
func parseTime(value wire.Text) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, string(value))
	t = t.UTC()
	return t, err == nil && t.Year() >= 0 && t.Year() <= 9999
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
	return wire.Clip(string(raw))
}

// execution maps what DescribeExecution and ListExecutions say of an execution.
func (i executionItem) execution(ref history.Ref) history.Execution {
	n := notes{}
	e := history.Execution{
		Ref:          ref,
		Status:       n.status(i.Status),
		NativeStatus: string(i.Status),
		Started:      n.time("StartedTime", i.StartedTime),
		Ended:        n.time("StoppedTime", i.StoppedTime),
		Input:        history.Detail(i.Input),
		Output:       history.Detail(i.Output),
		Definition:   string(i.FlowDefinition),
		Attributes:   i.attributes(),
	}
	e.Diagnostics = n.list
	return e
}

// attributes are the fields of the service without a home in the neutral model.
func (i executionItem) attributes() map[string]string {
	out := map[string]string{
		"ExternalInputUri":  string(i.ExternalInputURI),
		"ExternalOutputUri": string(i.ExternalOutputURI),
		"Environment":       string(i.Environment),
		"FlowVersion":       string(i.FlowVersion),
		"FlowType":          string(i.FlowType),
		"Qualifier":         string(i.Qualifier),
	}
	maps.DeleteFunc(out, func(_, value string) bool { return value == "" })
	if len(out) == 0 {
		return nil
	}
	return out
}

// notes collects what was uncertain while an execution was mapped.
type notes struct{ list []history.Diagnostic }

func (n *notes) add(code string, severity history.Severity, format string, args ...any) {
	n.list = append(n.list, history.Diagnostic{Code: code, Severity: severity, Text: fmt.Sprintf(format, args...)})
}

// status is the meaning of a word; one that is not known is noted.
func (n *notes) status(word wire.Text) history.Status {
	s := status(string(word))
	if s == "" {
		n.add("unknown_status", history.Warning, "the status %q is in no document", wire.Clip(string(word)))
	}
	return s
}

// time reads a time; "not yet" is "" in newer answers and 1970 in older ones. One that cannot be read is noted.
func (n *notes) time(name string, value wire.Text) time.Time {
	if value == "" {
		return time.Time{}
	}
	t, ok := parseTime(value)
	switch {
	case !ok:
		n.add("unreadable_time", history.Defect, "%s is %q; want RFC 3339", name, wire.Clip(string(value)))
		return time.Time{}
	case t.Unix() == 0:
		return time.Time{}
	}
	return t
}

// bare is an execution without what OmitDetail leaves out.
func bare(e history.Execution) history.Execution {
	e.Input, e.Output, e.Definition = "", "", ""
	return e
}
