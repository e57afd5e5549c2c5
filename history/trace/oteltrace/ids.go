// SPDX-License-Identifier: Apache-2.0

package oteltrace

import (
	"context"
	"crypto/rand"

	api "go.opentelemetry.io/otel/trace"
)

// IDs gives the spans of Record the ids of trace.TraceID, trace.ExecutionSpanID and trace.SpanID, and all others random
// ones. With it a second Record of an execution makes the same spans again, which most places where spans are kept take
// for one. An execution that is recorded within a span of the program's has that one's trace.
//
// It is for the SDK: sdktrace.NewTracerProvider(sdktrace.WithIDGenerator(oteltrace.IDs{})). It is safe for concurrent use.
type IDs struct{}

// NewIDs returns the ids of a span that begins a trace.
func (i IDs) NewIDs(ctx context.Context) (traceID api.TraceID, spanID api.SpanID) {
	if w, ok := ctx.Value(wantedKey{}).(wanted); ok {
		return w.trace, w.span
	}
	_, _ = rand.Read(traceID[:]) // it never fails
	return traceID, i.NewSpanID(ctx, traceID)
}

// NewSpanID returns the id of a span that is in another one.
func (IDs) NewSpanID(ctx context.Context, _ api.TraceID) (id api.SpanID) {
	if w, ok := ctx.Value(wantedKey{}).(wanted); ok {
		return w.span
	}
	_, _ = rand.Read(id[:])
	return id
}

// wanted are the ids for the span that is started with a context, and for no other one.
type wanted struct {
	trace api.TraceID
	span  api.SpanID
}

type wantedKey struct{}

func withIDs(ctx context.Context, w wanted) context.Context {
	return context.WithValue(ctx, wantedKey{}, w)
}
