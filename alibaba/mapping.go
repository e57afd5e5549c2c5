// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/scan"
	"github.com/flowhistory/flowhistory/internal/wire"
)

// parseTime reads RFC 3339. A zone may put a time beyond the years that can be written so again.
func parseTime(value string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, value)
	t = t.UTC()
	return t, err == nil && t.Year() >= 0 && t.Year() <= 9999
}

// clock reads the times of events. The one form that the documents have, 2006-01-02T15:04:05.000Z, costs little more than
// its last digits while the minute is that of the event before.
type clock struct {
	minute [len(`"2006-01-02T15:04:`)]byte // with its quote
	begins time.Time                       // the minute, zero for none
}

// ahead reads a time of the same minute if one comes next, and reports whether it did.
func (c *clock) ahead(s *scan.Scanner) (time.Time, bool) {
	const size = len(timeForm) + 2
	sent := s.Ahead(size)
	if len(sent) < size || c.begins.IsZero() || string(sent[:len(c.minute)]) != string(c.minute[:]) || sent[size-1] != '"' {
		return time.Time{}, false
	}
	after, ok := plainSeconds(sent[1 : size-1])
	if ok {
		s.Pass(size)
	}
	return c.begins.Add(after), ok
}

// parse reads a time as it was sent.
func (c *clock) parse(value []byte) (time.Time, bool) {
	after, ok := plainSeconds(value)
	t, read := parseTime(string(value))
	if ok && read {
		c.begins = t.Add(-after)
		c.minute[0] = '"'
		copy(c.minute[1:], value)
	}
	return t, read
}

// plainSeconds is the part of such a time behind the minute.
func plainSeconds(value []byte) (time.Duration, bool) {
	const form, minute = "2006-01-02T15:04:05.000Z", len("2006-01-02T15:04:")
	if len(value) != len(form) || value[minute+2] != '.' || value[len(form)-1] != 'Z' {
		return 0, false
	}
	tail := value[minute : len(form)-1]
	s1, s2, ms1, ms2, ms3 := tail[0]-'0', tail[1]-'0', tail[3]-'0', tail[4]-'0', tail[5]-'0'
	if s1 > 5 || max(s2, ms1, ms2, ms3) > 9 {
		return 0, false
	}
	ms := int(s1)*10_000 + int(s2)*1000 + int(ms1)*100 + int(ms2)*10 + int(ms3)
	return time.Duration(ms) * time.Millisecond, true
}

// integer reads a whole number, also from a string or in a float's form ("8", 8.0, 1e3), as the official SDK does.
func integer(raw []byte) (int64, bool) {
	if n, ok := digits(raw); ok {
		return n, true
	}
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
	f, ok := wire.Decimal(s)
	n := int64(f)
	return n, ok && f > -exact && f < exact && float64(n) == f
}

// digits reads a number of at most 18 digits, as every id is.
func digits(raw []byte) (n int64, ok bool) {
	for _, c := range raw {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, 0 < len(raw) && len(raw) <= 18
}

func shown(raw []byte) string {
	if raw == nil {
		return "missing"
	}
	return clip(raw)
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
	t, ok := parseTime(string(value))
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
