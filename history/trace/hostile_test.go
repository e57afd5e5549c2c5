// SPDX-License-Identifier: Apache-2.0

package trace_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/flowhistory/flowhistory/history"
)

func hostileTexts() []string {
	return []string{
		`</script><script>alert(1)</script>`, `"}],"x":[{"`, "'; --", "a\x00b\x01\x7f\u0085", "\x1b[31mred\x1b]0;title\x07\x1b[2J", "\u009b31m",
		"name\r\nsecond line\ttab", "\u202eexe.gpj\u202c\u2066\u200f\u061c", "\u2028\u2029", "\xff\xfe half \xe4\xb8", "\ufeff\u200b\u00ad\U000e0041",
		"\ufffe\ufdd0\U0001ffff", "~1/../%2F?#&", "${alert(1)}", strings.Repeat("long ", 400), "订单 하나 👩‍👩‍👧", "", " ", `\`, `\u003c`,
	}
}

// hostile is an execution that has a text in all places where others can put one, and times that nobody expects.
func hostile(text string) history.Execution {
	failure := &history.Failure{Code: text, Cause: text}
	inner := step(text, history.Failed, 1, 2, 5)
	inner.ID, inner.NativeStatus, inner.Failure = text+"#2", text, failure
	inner.Input, inner.Output = history.Detail(text), history.Detail(text)
	inner.Attempts = []history.Attempt{
		{Started: at(2), Ended: at(3), Status: history.Failed, Failure: failure, InvocationID: text},
		{Scheduled: at(9), Ended: at(5), Status: history.Status(text), Failure: failure},
	}
	odd := history.Step{ID: text + "#3", Name: text, Kind: history.StepKind(text), Status: history.Status(text), Entered: time.Unix(1<<40, 0)}
	early := history.Step{ID: text + "#4", Status: history.Succeeded, Started: time.Date(-44, 3, 15, 0, 0, 0, 0, time.UTC), Ended: at(-9)}
	e := execution(history.Failed, 6, step(text, history.Failed, 1, 1, 6, inner, odd, early))
	e.Ref = history.Ref{Provider: text, Scope: text, Workflow: text, Execution: text}
	e.NativeStatus, e.Failure, e.Definition, e.Attributes = text, failure, text, map[string]string{text: text, "FlowVersion": text}
	return e
}

func TestHostileTextIsHarmless(t *testing.T) {
	t.Parallel()
	for i, text := range hostileTexts() {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			checkAll(t, hostile(text))
		})
	}
}

// checkAll writes an execution in all forms and looks for harm.
func checkAll(t *testing.T, e history.Execution) {
	t.Helper()
	for kind, to := range writers() {
		text := write(t, to, e)
		if at := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) || r == '<' || r == '>' }); at >= 0 {
			t.Errorf("%s has a character that steers something: %q", kind, text[max(0, at-20):min(len(text), at+20)])
		}
		parts := []string{text}
		if kind == "cloudevents.jsonl" {
			parts = strings.SplitAfter(text, "\n")
			parts = parts[:len(parts)-1]
		}
		for _, part := range parts {
			if !json.Valid([]byte(part)) {
				t.Errorf("%s is no JSON: %q", kind, part)
			}
		}
	}
	checkLanes(t, e)
	checkSpans(t, e)
	for _, c := range cloudEvents(t, e) {
		for name, value := range map[string]string{"source": c.Source, "subject": c.Subject, "stepkind": c.StepKind} {
			if strings.ContainsFunc(value, forbidden) {
				t.Errorf("the attribute %s has characters that CloudEvents forbid: %q", name, value)
			}
		}
		if _, err := time.Parse(time.RFC3339, c.Time); err != nil {
			t.Errorf("an event has the time %q: %v", c.Time, err)
		}
	}
}

// forbidden reports whether an attribute of a CloudEvent must not have a character: controls, and what Unicode says is none.
func forbidden(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Noncharacter_Code_Point) }

func FuzzAll(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkAll(t, hostile(text)) })
}

// TestTextsAreKept sees that what is escaped is what was meant.
func TestTextsAreKept(t *testing.T) {
	t.Parallel()
	for _, text := range hostileTexts() {
		want := strings.ToValidUTF8(text, "\uFFFD")
		if want == "" {
			want = "(unnamed)"
		}
		if got := bars(t, hostile(text), "X")[0].Name; got != want {
			t.Errorf("the name is %q, want %q", got, want)
		}
	}
}
