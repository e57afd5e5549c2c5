// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"fmt"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/history/trace"
)

// checkSpans holds what Spans promises of any execution.
func checkSpans(t *testing.T, e history.Execution) {
	t.Helper()
	known := map[[8]byte]bool{}
	for s := range trace.Spans(e, nil) {
		switch {
		case (s.Parent == [8]byte{}) != (len(known) == 0):
			t.Errorf("%q is at place %d and has the parent %x", s.Name, len(known), s.Parent)
		case s.Parent != [8]byte{} && !known[s.Parent]:
			t.Errorf("%q comes before what it is in", s.Name)
		case s.Name == "" || !utf8.ValidString(s.Name) || !utf8.ValidString(s.Message):
			t.Errorf("a span has the name %q and the message %q", s.Name, s.Message)
		case s.End.Before(s.Start):
			t.Errorf("%q ends at %v before it starts at %v", s.Name, s.End, s.Start)
		case s.Failed != (s.Message != ""):
			t.Errorf("%q failed: %t, with the message %q", s.Name, s.Failed, s.Message)
		case s.Start.Location() != time.UTC || s.End.Location() != time.UTC:
			t.Errorf("%q is from %v to %v, want UTC", s.Name, s.Start, s.End)
		}
		known[s.ID] = true
		checkAttributes(t, s.Attributes)
		for _, event := range s.Events {
			if event.Time.IsZero() || event.Time.Location() != time.UTC {
				t.Errorf("the event %q is at %v, want a time in UTC", event.Name, event.Time)
			}
			checkAttributes(t, event.Attributes)
		}
	}
	steps := 1
	for range e.Walk() {
		steps++
	}
	if len(known) != steps {
		t.Errorf("%d spans with an ID of their own, want %d", len(known), steps)
	}
}

func checkAttributes(t *testing.T, list []trace.Attribute) {
	t.Helper()
	for _, a := range list {
		switch v := a.Value.(type) {
		case string:
			if v == "" || !utf8.ValidString(v) {
				t.Errorf("the attribute %s is %q, want valid UTF-8 or none", a.Key, v)
			}
		case int64, bool:
		case float64:
			if v <= 0 { // a time of waiting: none is less than nothing, though clocks step back
				t.Errorf("the attribute %s is %v", a.Key, v)
			}
		default:
			t.Errorf("the attribute %q is a %T", a.Key, v)
		}
	}
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for _, x := range historytest.Gallery() {
		checkSpans(t, x.Execution)
	}
	elsewhere := order()
	zone := time.FixedZone("", 3600)
	elsewhere.Started, elsewhere.Ended = elsewhere.Started.In(zone), elsewhere.Ended.In(zone)
	elsewhere.Steps[0].Entered = at(3).In(zone) // started before it was entered
	elsewhere.Steps[1].Attempts[0].Started = at(3).In(zone)
	checkSpans(t, elsewhere)
	got := slices.Collect(trace.Spans(order(), nil))
	run := trace.ExecutionSpanID(order().Ref)
	number := func(n int64) []trace.Attribute { return []trace.Attribute{{Key: "flowhistory.attempt", Value: n}} }
	refused := []trace.Attribute{{Key: "exception.type", Value: "PaymentRefused"}, {Key: "exception.message", Value: "the card has expired"}}
	want := []trace.Span{{
		ID: run, Name: "RUN order-flow", Start: at(0), End: at(9), Failed: true, Message: "PaymentRefused: the card has expired",
		Attributes: []trace.Attribute{
			{Key: "cicd.pipeline.name", Value: "order-flow"}, {Key: "cicd.pipeline.action.name", Value: "RUN"},
			{Key: "cicd.pipeline.run.id", Value: "order-1"}, {Key: "cicd.pipeline.result", Value: "failure"},
			{Key: "error.type", Value: "PaymentRefused"}, {Key: "flowhistory.ref", Value: "alibaba://cn-hangzhou/order-flow/order-1"},
			{Key: "flowhistory.status", Value: "failed"},
		},
		Events: []trace.SpanEvent{{Name: "exception", Time: at(9), Attributes: refused}},
	}, {
		ID: trace.SpanID(order().Ref, "check"), Parent: run, Name: "check", Start: at(0), End: at(3),
		Attributes: []trace.Attribute{
			{Key: "cicd.pipeline.task.name", Value: "check"}, {Key: "cicd.pipeline.task.run.id", Value: "check"},
			{Key: "cicd.pipeline.task.run.result", Value: "success"}, {Key: "flowhistory.step.kind", Value: "step"},
			{Key: "flowhistory.status", Value: "succeeded"}, {Key: "flowhistory.step.waiting", Value: 2.0},
		},
	}, {
		ID: trace.SpanID(order().Ref, "pay"), Parent: run, Name: "pay", Start: at(3), End: at(9), Failed: true,
		Message: "PaymentRefused: the card has expired",
		Attributes: []trace.Attribute{
			{Key: "cicd.pipeline.task.name", Value: "pay"}, {Key: "cicd.pipeline.task.run.id", Value: "pay"},
			{Key: "cicd.pipeline.task.run.result", Value: "failure"}, {Key: "error.type", Value: "PaymentRefused"},
			{Key: "flowhistory.step.kind", Value: "step"}, {Key: "flowhistory.status", Value: "failed"},
			{Key: "flowhistory.attempts", Value: int64(2)},
		},
		Events: []trace.SpanEvent{
			{Name: "attempt.scheduled", Time: at(3), Attributes: number(1)},
			{Name: "attempt.started", Time: at(3), Attributes: number(1)},
			{Name: "attempt.ended", Time: at(5), Attributes: append(number(1),
				trace.Attribute{Key: "flowhistory.status", Value: "failed"}, trace.Attribute{Key: "exception.type", Value: "FC.ResourceThrottled"})},
			{Name: "attempt.scheduled", Time: at(7), Attributes: number(2)},
			{Name: "attempt.started", Time: at(7), Attributes: number(2)},
			{Name: "attempt.ended", Time: at(9), Attributes: append(append(number(2),
				trace.Attribute{Key: "flowhistory.status", Value: "failed"}, trace.Attribute{Key: "flowhistory.invocation.id", Value: "invocation-2"}), refused...)},
			{Name: "exception", Time: at(9), Attributes: refused},
		},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans mismatch (-want +got):\n%s", diff)
	}
}

// TestTimesThatAreNotKnown is about where spans without a start or an end are.
func TestTimesThatAreNotKnown(t *testing.T) {
	t.Parallel()
	inner := func(s history.Step) history.Step {
		return step("outer", history.Running, 2, 2, -1, s)
	}
	tried := step("a", history.Running, 1, 2, -1)
	tried.Attempts = []history.Attempt{{Started: at(2), Ended: at(3)}, {Scheduled: at(8)}}
	updated := execution(history.Running, 0)
	updated.Updated = at(6)
	tests := map[string]struct {
		execution  history.Execution
		now        time.Time
		start, end time.Time // of the last span
		unfinished bool
	}{
		"whole":                    {execution(history.Succeeded, 9, step("a", history.Succeeded, 1, 2, 3)), time.Time{}, at(1), at(3), false},
		"no entry":                 {execution(history.Succeeded, 9, step("a", history.Succeeded, -1, 2, 3)), time.Time{}, at(2), at(3), false},
		"no start":                 {execution(history.Succeeded, 9, step("a", history.Succeeded, -1, -1, 3)), time.Time{}, at(0), at(3), false},
		"cut off":                  {execution(history.Stopped, 9, step("a", history.Stopped, 1, 2, -1)), time.Time{}, at(1), at(9), true},
		"running":                  {execution(history.Running, 0, step("a", history.Running, 1, 4, -1)), time.Time{}, at(1), at(4), true},
		"running, now":             {execution(history.Running, 0, step("a", history.Running, 1, 4, -1)), at(30), at(1), at(30), true},
		"running, now in the past": {execution(history.Running, 0, step("a", history.Running, 1, 4, -1)), at(2), at(1), at(4), true},
		"tried again":              {execution(history.Running, 0, tried), time.Time{}, at(1), at(8), true},
		"updated":                  {updated, at(2), at(0), at(6), true},
		"now after the end":        {execution(history.Stopped, 9, step("a", history.Stopped, 1, 2, -1)), at(30), at(1), at(9), true},
		"in what began later":      {execution(history.Running, 0, inner(step("a", history.Running, -1, -1, -1))), at(5), at(2), at(5), true},
		"pending":                  {execution(history.Running, 0, inner(step("a", history.Pending, -1, -1, -1))), at(5), at(5), at(5), true},
		"ends before it starts":    {execution(history.Succeeded, 9, step("a", history.Succeeded, 5, 5, 3)), time.Time{}, at(5), at(5), false},
		"nothing but an end":       {history.Execution{Ended: at(9)}, time.Time{}, at(9), at(9), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spans := slices.Collect(trace.Spans(test.execution, &trace.Options{Now: test.now}))
			s := spans[len(spans)-1]
			got := []any{s.Start, s.End, s.Unfinished}
			if diff := cmp.Diff([]any{test.start, test.end, test.unfinished}, got); diff != "" {
				t.Errorf("start, end, unfinished mismatch (-want +got):\n%s", diff)
			}
			if spans[0].End.Before(s.End) {
				t.Errorf("the execution ends at %v, before what is in it", spans[0].End)
			}
			marked := slices.Contains(s.Attributes, trace.Attribute{Key: "flowhistory.unfinished", Value: true})
			if marked != test.unfinished {
				t.Errorf("marked as unfinished: %t, want %t", marked, test.unfinished)
			}
		})
	}
}

// TestSpansOfWhatBeganTooLate: they end no earlier than the last thing that is known of them.
func TestSpansOfWhatBeganTooLate(t *testing.T) {
	t.Parallel()
	for s := range trace.Spans(abandoned(), nil) {
		want, ok := map[string]time.Time{"par": at(9), "par[1]": at(8), "a": at(8), "par[2]": at(11), "b": at(11)}[s.Name]
		if ok && !s.End.Equal(want) {
			t.Errorf("%s ends at %v, want %v", s.Name, s.End, want)
		}
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	failure := &history.Failure{Code: "Broken", Cause: "it broke"}
	tests := []struct {
		status  history.Status
		failure *history.Failure
		result  string // cicd.pipeline.result
		kind    string // error.type
		message string
	}{
		{history.Succeeded, nil, "success", "", ""},
		{history.Failed, failure, "failure", "Broken", "Broken: it broke"},
		{history.Failed, &history.Failure{Cause: "it broke"}, "failure", "_OTHER", "it broke"},
		{history.Failed, &history.Failure{Code: "Broken"}, "failure", "Broken", "Broken"},
		{history.Failed, nil, "failure", "_OTHER", "failed"},
		{history.Failed, &history.Failure{}, "failure", "_OTHER", "failed"},
		{history.TimedOut, nil, "timeout", "timeout", "timed_out"},
		{history.Stopped, failure, "cancellation", "", ""},
		{history.Running, nil, "", "", ""},
		{"", nil, "", "", ""},
	}
	for _, test := range tests {
		e := execution(test.status, 9)
		e.Failure = test.failure
		for s := range trace.Spans(e, nil) {
			got := [3]string{"", "", s.Message}
			for _, a := range s.Attributes {
				switch a.Key {
				case "cicd.pipeline.result":
					got[0] = a.Value.(string)
				case "error.type":
					got[1] = a.Value.(string)
				}
			}
			if diff := cmp.Diff([3]string{test.result, test.kind, test.message}, got); diff != "" {
				t.Errorf("%q with %v: result, error.type, message mismatch (-want +got):\n%s", test.status, test.failure, diff)
			}
		}
	}
}

func TestSpansCanBeLeft(t *testing.T) {
	t.Parallel()
	for stop := range 3 {
		n := 0
		for range trace.Spans(order(), nil) {
			if n == stop {
				break
			}
			n++
		}
		if n != stop {
			t.Errorf("left at span %d, want %d", n, stop)
		}
	}
}

// TestIDs is about the ids of others: an export in another year must give the same.
func TestIDs(t *testing.T) {
	t.Parallel()
	ref := history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "flow", Execution: "exec"}
	if got, want := fmt.Sprintf("%x %x", trace.TraceID(ref), trace.SpanID(ref, "a")), "0d8121afb47ca3fd6406e3c3266bcdef 0903b4effe426234"; got != want {
		t.Errorf("the ids are %s, want %s: what was exported before no longer matches", got, want)
	}
	other := ref
	other.Workflow, other.Execution = "flow/exec", ""
	ids := map[[8]byte]string{}
	for name, id := range map[string][8]byte{
		"the execution": trace.ExecutionSpanID(ref), "a": trace.SpanID(ref, "a"), "b": trace.SpanID(ref, "b"), "a of another one": trace.SpanID(other, "a"),
	} {
		if twin := ids[id]; twin != "" {
			t.Errorf("%s and %s have the same ID", name, twin)
		}
		ids[id] = name
	}
	if trace.TraceID(ref) == trace.TraceID(other) {
		t.Error("two executions have the same trace")
	}
}
