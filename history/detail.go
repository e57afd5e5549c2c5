// SPDX-License-Identifier: Apache-2.0

package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Detail is a text exactly as the provider sent it: an event's detail, an execution's or a step's input or output. It is
// usually a JSON object, but nothing promises that: "" and any other text are possible, and none of the methods fails on
// the rest of what was read because of it.
//
// In JSON a Detail is embedded as it is when that loses nothing, that is when it is an object or array in compact form
// without characters that encoding/json would escape; else it is a string. Either way it reads back to the byte. Only a
// text that is not UTF-8, which no decoder of this module makes, cannot be written and is an error.
type Detail string

// Failure is an error inside an execution: what a step, or the execution, failed with.
type Failure struct {
	Code  string `json:"code,omitempty"`  // e.g. "FC.ResourceThrottled"; FnF detail key "error"
	Cause string `json:"cause,omitempty"` // in words; FnF detail key "cause"
}

// Decode reads the detail as JSON into v, as json.Unmarshal does.
func (d Detail) Decode(v any) error {
	if err := json.Unmarshal([]byte(d), v); err != nil {
		return fmt.Errorf("history: detail %q: %w", clip(string(d), 80), err)
	}
	return nil
}

// Input returns the detail's value under "input" (FnF ExecutionStarted, StepEntered, StepStarted), "" if there is none.
func (d Detail) Input() Detail { return d.key("input") }

// Output returns the detail's value under "output" (FnF …Succeeded; AOM node results), "" if there is none.
func (d Detail) Output() Detail { return d.key("output") }

// Local returns the detail's value under "local" (FnF StepEntered, StepExited), "" if there is none.
func (d Detail) Local() Detail { return d.key("local") }

// Failure returns what is under "error" and "cause", and whether either is there. A value that is not a string is taken
// as its JSON text.
//
// Assumption: the keys are those of the reserved variables $local.error and $local.cause; no document shows a failed
// event's detail.
func (d Detail) Failure() (Failure, bool) {
	var m map[string]json.RawMessage
	if json.Unmarshal([]byte(d), &m) != nil {
		return Failure{}, false
	}
	f := Failure{Code: text(m["error"]), Cause: text(m["cause"])}
	return f, f != Failure{}
}

func (d Detail) key(name string) Detail {
	var m map[string]json.RawMessage
	if json.Unmarshal([]byte(d), &m) != nil || string(m[name]) == "null" {
		return ""
	}
	return Detail(m[name])
}

// text is a JSON string's value, or any other value as it stands.
func text(raw json.RawMessage) string {
	var s string
	if string(raw) == "null" || json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// MarshalJSON embeds the detail or quotes it, see Detail.
func (d Detail) MarshalJSON() ([]byte, error) {
	if !utf8.ValidString(string(d)) {
		return nil, errors.New("history: a detail that is not UTF-8 cannot be written as JSON without loss")
	}
	if d.embeds() {
		return []byte(d), nil
	}
	return json.Marshal(string(d))
}

// UnmarshalJSON takes a string's value, and anything else as it stands (compacted, so that an indented file reads back
// to the same detail).
func (d *Detail) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*d = Detail(s)
		return nil
	}
	var b bytes.Buffer
	if err := json.Compact(&b, data); err != nil {
		return err
	}
	if b.String() == "null" {
		return nil
	}
	*d = Detail(b.String())
	return nil
}

// embeds reports whether writing the detail as it is and reading it back gives the same bytes.
func (d Detail) embeds() bool {
	if d == "" || d[0] != '{' && d[0] != '[' || d.deep() {
		return false
	}
	var compact, escaped bytes.Buffer
	if json.Compact(&compact, []byte(d)) != nil {
		return false
	}
	json.HTMLEscape(&escaped, compact.Bytes())
	return escaped.Len() == len(d) && escaped.String() == string(d)
}

// deep reports whether the detail is nested so deeply that encoding/json, which goes 10,000 levels, might not read it back
// from inside an execution.
func (d Detail) deep() bool {
	const most = 1000
	if strings.Count(string(d), "{")+strings.Count(string(d), "[") <= most {
		return false
	}
	depth, quoted := 0, false
	for i := 0; i < len(d) && depth <= most; i++ {
		switch c := d[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return depth > most
}
