// SPDX-License-Identifier: Apache-2.0

// Package oteltrace hands executions to an OpenTelemetry TracerProvider of the program's own, which sends them wherever
// the program's other spans go. It is the only package of this module that links OpenTelemetry, and of that only the API.
//
// The spans are those of [trace.Spans], with their times of then. A provider that samples drops executions like everything
// else; one that sends in batches has a queue, which for an execution of thousands of steps has to be long enough (or to
// block, sdktrace.WithBlocking). Where there is no provider in the program, trace.OTLP writes the same without one.
package oteltrace

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	api "go.opentelemetry.io/otel/trace"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/trace"
)

const scopeName = "github.com/flowhistory/flowhistory/history/trace/oteltrace"

// Options sets how an execution is recorded. nil and the zero value are good defaults.
type Options struct {
	// Now is the end of what has not ended while the execution runs. Zero = the latest time that the execution knows.
	Now time.Time
	// Links are put on the execution's span: to the spans that caused it, say.
	Links []api.Link
}

// Record starts and ends the spans of an execution, each before the ones in it starts and after they ended, and returns
// the context of the execution's own span, for links to it. That span is in the span that ctx carries, or begins a trace
// of its own. The ids are the provider's: a second Record makes second spans, unless the provider has IDs.
//
// It does nothing else with ctx, waits for nothing and cannot fail. It is safe for concurrent use.
func Record(ctx context.Context, provider api.TracerProvider, e history.Execution, opts *Options) api.SpanContext {
	if opts == nil {
		opts = &Options{}
	}
	r := recorder{tracer: provider.Tracer(scopeName), trace: trace.TraceID(e.Ref)}
	var root api.SpanContext
	for s := range trace.Spans(e, &trace.Options{Now: opts.Now}) {
		r.endUntil(s.Parent)
		if len(r.open) > 0 {
			r.start(r.open[len(r.open)-1].ctx, &s, api.SpanKindInternal, nil)
			continue
		}
		root = r.start(ctx, &s, api.SpanKindServer, opts.Links)
	}
	r.endUntil([8]byte{})
	return root
}

// recorder keeps the spans that are open: the one that comes next is in one of them.
type recorder struct {
	tracer api.Tracer
	trace  [16]byte
	open   []openSpan
}

type openSpan struct {
	ctx  context.Context // carries the span
	span api.Span
	id   [8]byte // trace.Span's
	end  time.Time
}

func (r *recorder) start(ctx context.Context, s *trace.Span, kind api.SpanKind, links []api.Link) api.SpanContext {
	ctx, span := r.tracer.Start(
		withIDs(ctx, wanted{trace: r.trace, span: s.ID}), s.Name, api.WithTimestamp(stated(s.Start)), api.WithSpanKind(kind),
		api.WithAttributes(keyValues(s.Attributes)...), api.WithLinks(links...))
	for _, event := range s.Events {
		span.AddEvent(event.Name, api.WithTimestamp(stated(event.Time)), api.WithAttributes(keyValues(event.Attributes)...))
	}
	if s.Failed {
		span.SetStatus(codes.Error, s.Message)
	}
	r.open = append(r.open, openSpan{ctx: ctx, span: span, id: s.ID, end: s.End})
	return span.SpanContext()
}

// endUntil ends the open spans that are not around what comes next, from the inside out; all of them for no parent.
func (r *recorder) endUntil(parent [8]byte) {
	for len(r.open) > 0 && r.open[len(r.open)-1].id != parent {
		last := &r.open[len(r.open)-1]
		last.span.End(api.WithTimestamp(stated(last.end)))
		r.open = r.open[:len(r.open)-1]
	}
}

func keyValues(list []trace.Attribute) []attribute.KeyValue {
	out := make([]attribute.KeyValue, 0, len(list))
	for _, a := range list {
		switch v := a.Value.(type) {
		case string:
			out = append(out, attribute.String(a.Key, v))
		case bool:
			out = append(out, attribute.Bool(a.Key, v))
		case int64:
			out = append(out, attribute.Int64(a.Key, v))
		case float64:
			out = append(out, attribute.Float64(a.Key, v))
		}
	}
	return out
}

// stated is a time as an SDK must be told it: it takes the zero time for none, and the present in its place, and writes
// nanoseconds since 1970 in 64 bits. What is beyond those, or has no time at all, is at their end, as it is in OTLP.
func stated(t time.Time) time.Time {
	switch {
	case t.Before(time.Unix(0, 0)):
		return time.Unix(0, 0)
	case t.Year() > 2261:
		return time.Date(2261, 12, 31, 23, 59, 59, 0, time.UTC)
	default:
		return t
	}
}
