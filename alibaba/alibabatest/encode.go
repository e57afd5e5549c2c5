// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"encoding/json"
	"strconv"
	"time"
)

// timeLayout is the form of all times: UTC with milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z"

// object writes JSON laid out as the document prints its example, so that the
// example itself comes out byte for byte.
type object struct {
	buf   []byte
	depth int
	empty bool // no field yet
}

// encode returns an object with the fields that fill writes.
func encode(fill func(o *object)) []byte {
	var o object
	o.group(func() { fill(&o) })
	return o.buf
}

func (o *object) group(fields func()) {
	o.buf = append(o.buf, '{')
	o.depth++
	o.empty = true
	fields()
	o.depth--
	o.line()
	o.buf = append(o.buf, '}')
	o.empty = false
}

func (o *object) line() {
	o.buf = append(o.buf, '\n')
	for range o.depth {
		o.buf = append(o.buf, "  "...)
	}
}

func (o *object) key(name string) {
	if !o.empty {
		o.buf = append(o.buf, ',')
	}
	o.empty = false
	o.line()
	o.buf = append(append(append(o.buf, '"'), name...), `" : `...)
}

// quote appends a JSON string. Marshalling one cannot fail.
func (o *object) quote(s string) []byte {
	quoted, _ := json.Marshal(s)
	return append(o.buf, quoted...)
}

func (o *object) text(key, value string) {
	o.key(key)
	o.buf = o.quote(value)
}

// optional writes a field that is absent when it is empty.
func (o *object) optional(key, value string) {
	if value != "" {
		o.text(key, value)
	}
}

func (o *object) number(key string, value int64) {
	o.key(key)
	o.buf = strconv.AppendInt(o.buf, value, 10)
}

// list writes an array of n objects.
func (o *object) list(key string, n int, item func(i int)) {
	o.key(key)
	o.buf = append(o.buf, '[')
	for i := range n {
		if i > 0 {
			o.buf = append(o.buf, ',')
		}
		o.buf = append(o.buf, ' ')
		o.group(func() { item(i) })
	}
	o.buf = append(o.buf, " ]"...)
}

// event writes the fields of an event.
func (o *object) event(e Event) {
	o.text("Type", e.Type)
	o.number("EventId", e.ID)
	o.text("Time", formatTime(e.Time))
	o.number("ScheduleEventId", max(e.Cause, 0)) // NoCause is ours
	o.text("EventDetail", e.Detail)
	o.text("StepName", e.Step)
}

// execution writes the fields of an execution; without details its definition, input
// and output are left out.
//
// Model: the order of the fields. It is not known from the wire.
func (o *object) execution(e Execution, unset UnsetForm, details bool) {
	o.text("FlowName", e.Flow)
	o.text("Name", e.Name)
	o.text("Status", e.Status)
	o.text("StartedTime", formatTime(e.Started))
	switch {
	case !e.Stopped.IsZero():
		o.text("StoppedTime", formatTime(e.Stopped))
	case unset == UnsetEpoch:
		o.text("StoppedTime", "1970-01-01T00:00:00Z")
	default:
		o.text("StoppedTime", "")
	}
	if !details {
		return
	}
	o.text("FlowDefinition", e.Definition)
	o.text("Input", e.Input)
	o.text("Output", e.Output)
	o.optional("ExternalInputUri", e.ExternalInputURI)
	o.optional("ExternalOutputUri", e.ExternalOutputURI)
}

func formatTime(t time.Time) string { return t.UTC().Format(timeLayout) }
