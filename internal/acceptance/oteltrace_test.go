// SPDX-License-Identifier: Apache-2.0

package acceptance_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/collector/pdata/ptrace"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	api "go.opentelemetry.io/otel/trace"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/history/trace/oteltrace"
)

// record records an execution with the SDK and returns what it would send.
func record(t *testing.T, e history.Execution, options ...sdktrace.TracerProviderOption) tracetest.SpanStubs {
	t.Helper()
	sent := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(append(options, sdktrace.WithSyncer(sent))...)
	root := oteltrace.Record(t.Context(), provider, e, nil)
	stubs := sent.GetSpans()
	if len(stubs) == 0 || !stubs[len(stubs)-1].SpanContext.Equal(root) {
		t.Errorf("the span that was returned is not the one that ended last")
	}
	return stubs
}

// brief is what a span has in both ways.
type brief struct {
	Trace, ID, Parent, Name string
	Start, End              int64
	Kind, Code              int
	Message                 string
	Attributes, Events      int
}

// TestBridge compares the spans of the SDK with those that OTLP writes: the same, with the ids of a provider that has IDs.
func TestBridge(t *testing.T) {
	t.Parallel()
	for _, x := range historytest.Gallery() {
		got := map[string]brief{}
		for _, s := range record(t, x.Execution, sdktrace.WithIDGenerator(oteltrace.IDs{})) {
			parent := ""
			if s.Parent.IsValid() {
				parent = s.Parent.SpanID().String()
			}
			b := brief{
				s.SpanContext.TraceID().String(), s.SpanContext.SpanID().String(), parent, s.Name, s.StartTime.UnixNano(), s.EndTime.UnixNano(),
				int(s.SpanKind), 0, s.Status.Description, len(s.Attributes), len(s.Events),
			}
			if s.Status.Description != "" {
				b.Code = int(ptrace.StatusCodeError)
			}
			got[b.ID] = b
		}
		read, err := new(ptrace.JSONUnmarshaler).UnmarshalTraces(otlp(t, x.Execution))
		if err != nil {
			t.Fatalf("%s: %v", x.Name, err)
		}
		want := map[string]brief{}
		for _, s := range read.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
			want[s.SpanID().String()] = brief{
				s.TraceID().String(), s.SpanID().String(), s.ParentSpanID().String(), s.Name(),
				int64(s.StartTimestamp()), int64(s.EndTimestamp()), int(s.Kind()), int(s.Status().Code()), s.Status().Message(),
				s.Attributes().Len(), s.Events().Len(),
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s mismatch (-OTLP +SDK):\n%s", x.Name, diff)
		}
	}
}

func TestBridgeWithinASpan(t *testing.T) {
	t.Parallel()
	sent := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(sent))
	ctx, outer := provider.Tracer("test").Start(t.Context(), "nightly")
	link := api.Link{SpanContext: outer.SpanContext()}
	root := oteltrace.Record(ctx, provider, historytest.Gallery()[0].Execution, &oteltrace.Options{Links: []api.Link{link}})
	outer.End()
	spans := sent.GetSpans()
	last := spans[len(spans)-2]
	got := fmt.Sprint(root.TraceID() == outer.SpanContext().TraceID(), last.Parent.SpanID() == outer.SpanContext().SpanID(), len(last.Links))
	if want := "true true 1"; got != want {
		t.Errorf("same trace, in the span, links: %s, want %s", got, want)
	}
	ids := map[api.SpanID]bool{}
	for _, s := range spans {
		ids[s.SpanContext.SpanID()] = true
	}
	if len(ids) != len(spans) {
		t.Errorf("%d spans have %d ids", len(spans), len(ids))
	}
}

// TestBridgeOfUnsampled sees that a provider that drops everything is no trouble.
func TestBridgeOfUnsampled(t *testing.T) {
	t.Parallel()
	sent := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(sent), sdktrace.WithSampler(sdktrace.NeverSample()))
	oteltrace.Record(t.Context(), provider, historytest.Gallery()[0].Execution, nil)
	if n := len(sent.GetSpans()); n != 0 {
		t.Errorf("%d spans were sent, want none", n)
	}
}
