// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"iter"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// Span is an execution, or a step, branch or iteration of one, as tracing tools see it: with both its ends.
type Span struct {
	ID         [8]byte   // SpanID, or ExecutionSpanID
	Parent     [8]byte   // ID of the span around it, all zeros for the execution's own
	Name       string    // never empty, valid UTF-8
	Start, End time.Time // UTC, End not before Start
	Unfinished bool      // End is not known and a guess; the attribute flowhistory.unfinished says so, too
	Attributes []Attribute
	Events     []SpanEvent // attempts and failures
	Failed     bool        // failed or timed out
	Message    string      // of a failed one: code and cause in one line; "" for others
}

// SpanEvent is something that happened at one time within a span.
type SpanEvent struct {
	Name       string // "attempt.scheduled", "attempt.started", "attempt.ended" or "exception"
	Time       time.Time
	Attributes []Attribute
}

// Spans are the spans of an execution: its own, named "RUN" and the workflow as the conventions for pipelines want it,
// then those of its steps in order, each before the ones in it.
func Spans(e history.Execution, opts *Options) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		root := plan(&e, opts.now())
		own := root.export(ExecutionSpanID(e.Ref))
		own.Name = runName(e.Workflow)
		own.Attributes = append(executionAttributes(&e), own.Attributes...)
		own.Events = failureEvents(e.Failure, root.end)
		own.fail(e.Status, e.Failure)
		if yield(own) {
			exportBelow(e.Ref, &root, own.ID, yield)
		}
	}
}

func exportBelow(ref history.Ref, around *part, parent [8]byte, yield func(Span) bool) bool {
	for i := range around.children {
		child := &around.children[i]
		step := child.step
		s := child.export(SpanID(ref, step.ID))
		s.Parent, s.Name = parent, orUnnamed(step.Name)
		s.Attributes = append(stepAttributes(step), s.Attributes...)
		s.Events = append(attemptEvents(step.Attempts), failureEvents(step.Failure, child.end)...)
		s.fail(step.Status, step.Failure)
		if !yield(s) || !exportBelow(ref, child, s.ID, yield) {
			return false
		}
	}
	return true
}

// export is what all spans have.
func (p *part) export(id [8]byte) Span {
	out := Span{ID: id, Start: p.start.UTC(), End: p.end.UTC(), Unfinished: p.unfinished}
	if p.unfinished {
		out.Attributes = []Attribute{{keyUnfinished, true}}
	}
	return out
}

// fail marks the span of what failed. What was stopped did not: somebody wanted that.
func (s *Span) fail(status history.Status, f *history.Failure) {
	if s.Failed = failedStatus(status); s.Failed {
		s.Message = failureText(status, f)
	}
}

func failedStatus(s history.Status) bool { return s == history.Failed || s == history.TimedOut }

// failureText is a failure in one line: its code and cause, or the status if neither is known.
func failureText(s history.Status, f *history.Failure) string {
	switch {
	case f == nil || *f == history.Failure{}:
		return string(s)
	case f.Code == "":
		return valid(f.Cause)
	case f.Cause == "":
		return valid(f.Code)
	default:
		return valid(f.Code + ": " + f.Cause)
	}
}

// runName is the name of an execution's span: the conventions' action and the pipeline.
func runName(workflow string) string {
	if workflow == "" {
		return actionRun
	}
	return actionRun + " " + valid(workflow)
}

// orUnnamed makes up for a name that is not known: viewers show nothing else of a span at first.
func orUnnamed(name string) string {
	if name == "" {
		return "(unnamed)"
	}
	return valid(name)
}

// attemptEvents are the attempts of a step, as far as their times are known, and how each ended.
func attemptEvents(attempts []history.Attempt) []SpanEvent {
	var out []SpanEvent
	add := func(name string, at time.Time, about []Attribute) {
		if !at.IsZero() {
			out = append(out, SpanEvent{name, at.UTC(), about})
		}
	}
	for i := range attempts {
		a := &attempts[i]
		number := []Attribute{{keyAttempt, int64(i + 1)}}
		add("attempt.scheduled", a.Scheduled, number)
		add("attempt.started", a.Started, number)
		add("attempt.ended", a.Ended, attemptAttributes(a, i+1))
	}
	return out
}

// failureEvents are none where a failure says nothing: the conventions ask for a type or a message.
func failureEvents(f *history.Failure, at time.Time) []SpanEvent {
	if about := failureAttributes(f); len(about) > 0 {
		return []SpanEvent{{"exception", at.UTC(), about}}
	}
	return nil
}
