// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// Attribute is one fact about a span. Its value is a string (valid UTF-8), an int64, a float64 or a bool.
type Attribute struct {
	Key   string // as the conventions write it, or flowhistory.* for our own; never empty
	Value any    // never nil
}

// The attributes of OpenTelemetry's conventions for pipelines that fit, and those of our own for what has no place there.
const (
	keyPipeline   = "cicd.pipeline.name"
	keyAction     = "cicd.pipeline.action.name" // always actionRun
	keyRun        = "cicd.pipeline.run.id"
	keyResult     = "cicd.pipeline.result"
	keyTask       = "cicd.pipeline.task.name"
	keyTaskRun    = "cicd.pipeline.task.run.id"
	keyTaskResult = "cicd.pipeline.task.run.result"
	keyErrorType  = "error.type" // of what failed: its code, or what the conventions have for an unknown one

	keyRef        = "flowhistory.ref"    // history.FormatRef
	keyStatus     = "flowhistory.status" // history.Status
	keyNative     = "flowhistory.status.native"
	keyKind       = "flowhistory.step.kind"    // history.StepKind
	keyWaiting    = "flowhistory.step.waiting" // seconds between being scheduled and started
	keyAttempts   = "flowhistory.attempts"     // how many
	keyAttempt    = "flowhistory.attempt"      // 1 for the first
	keyInvocation = "flowhistory.invocation.id"
	keyUnfinished = "flowhistory.unfinished" // true: the span's end is a guess
)

const actionRun = "RUN"

// executionAttributes leave out what is not known, and so do the others below.
func executionAttributes(e *history.Execution) []Attribute {
	var a attributes
	a.text(keyPipeline, e.Workflow)
	a.text(keyAction, actionRun)
	a.text(keyRun, e.Execution)
	a.text(keyResult, result(e.Status))
	a.errorType(e.Status, e.Failure)
	a.text(keyRef, history.FormatRef(e.Ref))
	a.text(keyStatus, string(e.Status))
	a.text(keyNative, e.NativeStatus)
	return a
}

func stepAttributes(s *history.Step) []Attribute {
	var a attributes
	a.text(keyTask, s.Name)
	a.text(keyTaskRun, s.ID)
	a.text(keyTaskResult, result(s.Status))
	a.errorType(s.Status, s.Failure)
	a.text(keyKind, string(s.Kind))
	a.text(keyStatus, string(s.Status))
	a.text(keyNative, s.NativeStatus)
	if wait := s.Waiting(); wait > 0 {
		a = append(a, Attribute{keyWaiting, wait.Seconds()})
	}
	if n := len(s.Attempts); n > 0 {
		a = append(a, Attribute{keyAttempts, int64(n)})
	}
	return a
}

func attemptAttributes(a *history.Attempt, number int) []Attribute {
	out := attributes{{keyAttempt, int64(number)}}
	out.text(keyStatus, string(a.Status))
	out.text(keyInvocation, a.InvocationID)
	return append(out, failureAttributes(a.Failure)...)
}

func failureAttributes(f *history.Failure) []Attribute {
	if f == nil {
		return nil
	}
	var a attributes
	a.text("exception.type", f.Code)
	a.text("exception.message", f.Cause)
	return a
}

// attributes leaves out what is not known.
type attributes []Attribute

func (a *attributes) text(key, value string) {
	if value != "" {
		*a = append(*a, Attribute{key, valid(value)})
	}
}

// errorType is asked for by the conventions wherever something failed, and nowhere else.
func (a *attributes) errorType(status history.Status, f *history.Failure) {
	switch {
	case !failedStatus(status):
	case f != nil && f.Code != "":
		a.text(keyErrorType, f.Code)
	case status == history.TimedOut:
		a.text(keyErrorType, "timeout")
	default:
		a.text(keyErrorType, "_OTHER")
	}
}

// result is a status in the words of the conventions, "" while there is none.
func result(s history.Status) string {
	switch s {
	case history.Succeeded:
		return "success"
	case history.Failed:
		return "failure"
	case history.TimedOut:
		return "timeout"
	case history.Stopped:
		return "cancellation"
	default:
		return ""
	}
}

// valid is a text as Protocol Buffers and JSON want it.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
