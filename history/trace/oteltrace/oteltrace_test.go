// SPDX-License-Identifier: Apache-2.0

package oteltrace_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/codes"
	api "go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/trace"
	"github.com/flowhistory/flowhistory/history/trace/oteltrace"
)

// at is a number of seconds after the beginning of every execution here.
func at(seconds int) time.Time { return time.Date(2026, time.November, 1, 8, 0, seconds, 0, time.UTC) }

// checkout failed in a step that was tried once.
func checkout() history.Execution {
	refused := &history.Failure{Code: "CardRefused", Cause: "the card has expired"}
	return history.Execution{
		Ref:    history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "checkout", Execution: "order-1"},
		Status: history.Failed, Started: at(0), Ended: at(5), Failure: refused,
		Steps: []history.Step{{
			ID: "both", Name: "both", Kind: history.StepNode, Status: history.Failed, Started: at(0), Ended: at(4), Failure: refused,
			Children: []history.Step{{
				ID: "pay", Name: "pay", Kind: history.BranchNode, Status: history.Failed, Started: at(1), Ended: at(4), Failure: refused,
				Attempts: []history.Attempt{{Started: at(1), Ended: at(4)}},
			}},
		}, {ID: "last", Name: "last", Kind: history.StepNode, Status: history.Succeeded, Started: at(4), Ended: at(5)}},
	}
}

// log is a TracerProvider that writes down what it is asked for.
type log struct {
	noop.TracerProvider
	lines []string
}

func (l *log) Tracer(string, ...api.TracerOption) api.Tracer { return &tracer{log: l} }

type tracer struct {
	noop.Tracer
	log *log
}

func (t *tracer) Start(ctx context.Context, name string, opts ...api.SpanStartOption) (context.Context, api.Span) {
	config := api.NewSpanStartConfig(opts...)
	parent, _ := api.SpanFromContext(ctx).(*span)
	s := &span{name: name, log: t.log}
	in := ""
	if parent != nil {
		in = " in " + parent.name
	}
	t.log.add("start %s%s at %v, %v, %d attributes, %d links", name, in, config.Timestamp().Sub(at(0)), config.SpanKind(),
		len(config.Attributes()), len(config.Links()))
	return api.ContextWithSpan(ctx, s), s
}

type span struct {
	noop.Span
	name string
	log  *log
}

func (s *span) AddEvent(name string, opts ...api.EventOption) {
	config := api.NewEventConfig(opts...)
	s.log.add("  event %s at %v, %d attributes", name, config.Timestamp().Sub(at(0)), len(config.Attributes()))
}

func (s *span) SetStatus(code codes.Code, description string) {
	s.log.add("  status %v, %s", code, description)
}

func (s *span) End(opts ...api.SpanEndOption) {
	config := api.NewSpanEndConfig(opts...)
	s.log.add("end %s at %v", s.name, config.Timestamp().Sub(at(0)))
}

func (l *log) add(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func TestRecord(t *testing.T) {
	t.Parallel()
	l := &log{}
	ctx := api.ContextWithSpan(t.Context(), &span{name: "nightly"})
	oteltrace.Record(ctx, l, checkout(), &oteltrace.Options{Links: []api.Link{{}}})
	want := []string{
		"start RUN checkout in nightly at 0s, server, 7 attributes, 1 links",
		"  event exception at 5s, 2 attributes",
		"  status Error, CardRefused: the card has expired",
		"start both in RUN checkout at 0s, internal, 6 attributes, 0 links",
		"  event exception at 4s, 2 attributes",
		"  status Error, CardRefused: the card has expired",
		"start pay in both at 1s, internal, 7 attributes, 0 links",
		"  event attempt.started at 1s, 1 attributes",
		"  event attempt.ended at 4s, 1 attributes",
		"  event exception at 4s, 2 attributes",
		"  status Error, CardRefused: the card has expired",
		"end pay at 4s",
		"end both at 4s",
		"start last in RUN checkout at 4s, internal, 5 attributes, 0 links",
		"end last at 5s",
		"end RUN checkout at 5s",
	}
	if diff := cmp.Diff(want, l.lines); diff != "" {
		t.Errorf("calls mismatch (-want +got):\n%s", diff)
	}
}

func TestRecordUntilNow(t *testing.T) {
	t.Parallel()
	e := checkout()
	e.Status, e.Ended, e.Steps = history.Running, time.Time{}, nil
	l := &log{}
	oteltrace.Record(t.Context(), l, e, &oteltrace.Options{Now: at(60)})
	if got, want := l.lines[len(l.lines)-1], "end RUN checkout at 1m0s"; got != want {
		t.Errorf("the last call is %q, want %q", got, want)
	}
}

// TestRecordOfOddTimes: no SDK writes those right, nor the zero time.
func TestRecordOfOddTimes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ at, want time.Time }{
		{time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC), time.Unix(0, 0)},
		{time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC), time.Unix(0, 0)},
		{at(0), at(0)},
		{time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(2261, 12, 31, 23, 59, 59, 0, time.UTC)},
	} {
		l := &log{}
		oteltrace.Record(t.Context(), l, history.Execution{
			Status: history.Failed, Started: test.at, Ended: test.at, Failure: &history.Failure{Code: "Broken"},
		}, nil)
		told := test.want.Sub(at(0)).String()
		want := []string{
			"start RUN at " + told + ", server, 5 attributes, 0 links", "  event exception at " + told + ", 1 attributes",
			"  status Error, Broken", "end RUN at " + told,
		}
		if diff := cmp.Diff(want, l.lines); diff != "" {
			t.Errorf("of %v calls mismatch (-want +got):\n%s", test.at, diff)
		}
	}
}

// TestIDsOfOthers is about spans that Record does not make; the SDK itself is asked in internal/acceptance.
func TestIDsOfOthers(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 100 {
		traceID, spanID := oteltrace.IDs{}.NewIDs(t.Context())
		child := oteltrace.IDs{}.NewSpanID(t.Context(), traceID)
		for _, id := range []string{traceID.String(), spanID.String(), child.String()} {
			if seen[id] {
				t.Fatalf("the ID %s was given twice", id)
			}
			seen[id] = true
		}
	}
	if seen[fmt.Sprintf("%x", trace.TraceID(checkout().Ref))] {
		t.Error("another span has the trace of an execution")
	}
}

// A program that has a TracerProvider, from the SDK as a rule, records executions beside its own spans.
func ExampleRecord() {
	provider := noop.NewTracerProvider()
	ctx, span := provider.Tracer("nightly").Start(context.Background(), "report")
	defer span.End()

	recorded := oteltrace.Record(ctx, provider, checkout(), nil)
	fmt.Println("in a trace:", recorded.HasTraceID())
	// Output:
	// in a trace: false
}
