// SPDX-License-Identifier: Apache-2.0

package trace

import "encoding/hex"

// The messages of opentelemetry.proto.trace.v1 in OTLP's JSON: ids are hexadecimal, 64-bit integers are strings, enums are
// numbers, names are in lowerCamelCase. Only what is written value by value is here.

type otlpResource struct {
	Attributes []otlpAttribute `json:"attributes,omitempty"`
}

type otlpScope struct {
	Name string `json:"name"`
}

type otlpSpan struct {
	TraceID      string          `json:"traceId"`
	SpanID       string          `json:"spanId"`
	ParentSpanID string          `json:"parentSpanId,omitempty"`
	Name         string          `json:"name"`
	Kind         int             `json:"kind"`
	Start        int64           `json:"startTimeUnixNano,string"`
	End          int64           `json:"endTimeUnixNano,string"`
	Attributes   []otlpAttribute `json:"attributes,omitempty"`
	Events       []otlpEvent     `json:"events,omitempty"`
	Status       *otlpStatus     `json:"status,omitempty"`
}

// Span.SpanKind
const (
	otlpInternal = 1
	otlpServer   = 2
)

type otlpEvent struct {
	Time       int64           `json:"timeUnixNano,string"`
	Name       string          `json:"name"`
	Attributes []otlpAttribute `json:"attributes,omitempty"`
}

type otlpStatus struct {
	Message string `json:"message,omitempty"`
	Code    int    `json:"code"`
}

const otlpError = 2 // Status.StatusCode

type otlpAttribute struct {
	Key   string    `json:"key"`
	Value otlpValue `json:"value"`
}

// otlpValue is an AnyValue: one of its fields is set.
type otlpValue struct {
	Text    *string  `json:"stringValue,omitempty"`
	Bool    *bool    `json:"boolValue,omitempty"`
	Integer *int64   `json:"intValue,string,omitempty"`
	Float   *float64 `json:"doubleValue,omitempty"`
}

func newOTLPSpan(traceID string, s *Span) otlpSpan {
	out := otlpSpan{
		TraceID: traceID, SpanID: hex.EncodeToString(s.ID[:]), Name: s.Name, Kind: otlpServer,
		Start: unixNano(s.Start), End: unixNano(s.End), Attributes: otlpAttributes(s.Attributes), Events: otlpEvents(s.Events),
	}
	if s.Parent != [8]byte{} {
		out.ParentSpanID, out.Kind = hex.EncodeToString(s.Parent[:]), otlpInternal
	}
	if s.Failed {
		out.Status = &otlpStatus{Code: otlpError, Message: s.Message}
	}
	return out
}

func otlpAttributes(list []Attribute) []otlpAttribute {
	out := make([]otlpAttribute, len(list))
	for i, a := range list {
		out[i].Key = a.Key
		switch v := a.Value.(type) {
		case string:
			out[i].Value.Text = &v
		case bool:
			out[i].Value.Bool = &v
		case int64:
			out[i].Value.Integer = &v
		case float64:
			out[i].Value.Float = &v
		}
	}
	return out
}

func otlpEvents(list []SpanEvent) []otlpEvent {
	out := make([]otlpEvent, len(list))
	for i, o := range list {
		out[i] = otlpEvent{Time: unixNano(o.Time), Name: o.Name, Attributes: otlpAttributes(o.Attributes)}
	}
	return out
}
