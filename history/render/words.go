// SPDX-License-Identifier: Apache-2.0

package render

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/internal/short"
)

// statusWord is a status for people.
func statusWord(s history.Status, native string) string {
	if s == history.TimedOut {
		return "timed out"
	}
	return cmp.Or(string(s), native, "unknown")
}

// failureWords are a failure in one line, "" for none.
func failureWords(f history.Failure) string {
	if f.Code != "" && f.Cause != "" {
		return f.Code + ": " + f.Cause
	}
	return f.Code + f.Cause
}

// pathWords name the steps of a path, outermost first. The number of a branch joins the step that it is in.
func pathWords(path []*history.Step, separator string) string {
	var b strings.Builder
	for i, s := range path {
		name := label(s, nil)
		if i > 0 && (s.Kind == history.StepNode || !strings.HasPrefix(name, "[")) {
			b.WriteString(separator)
		}
		b.WriteString(name)
	}
	return b.String()
}

// plain is a text in which nothing but printable characters is left: the others, and what is not UTF-8, are shown as Go
// would write them. Marks that turn the direction of text are among those.
func plain(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		}
		s = s[n:]
	}
	return b.String()
}

// count is a number with its word in the singular or plural.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// when is the time from start to end for a headline, the day only once.
func (t *timeline) when() string {
	from, until := t.exec.Started, t.exec.Ended
	if from.IsZero() {
		from = t.begin
	}
	if from.IsZero() {
		return "no time is known"
	}
	text := from.UTC().Format("2006-01-02 15:04:05")
	switch {
	case until.IsZero():
		return text + " UTC"
	case until.UTC().Format(time.DateOnly) == from.UTC().Format(time.DateOnly):
		return text + " – " + until.UTC().Format("15:04:05") + " UTC"
	}
	return text + " – " + until.UTC().Format("2006-01-02 15:04:05") + " UTC"
}

// summary counts what is worth knowing before one looks at the steps.
func (t *timeline) summary() string {
	parts := []string{count(t.counts.steps, "step", "steps")}
	if t.counts.failed > 0 {
		parts = append(parts, strconv.Itoa(t.counts.failed)+" failed")
	}
	if t.counts.retries > 0 {
		parts = append(parts, count(t.counts.retries, "retry", "retries"))
	}
	return strings.Join(parts, ", ")
}

// headline is the status of the execution with how long it took. Where that is not known, because it has not ended and
// nobody says what time it is, it tells how far the history goes instead.
func (t *timeline) headline() string {
	word, took := statusWord(t.exec.Status, t.exec.NativeStatus), t.duration()
	switch {
	case t.begin.IsZero():
		return word
	case t.told:
		return word + " for " + short.Duration(took)
	case t.exec.Status.Terminal() && !t.exec.Ended.IsZero():
		return word + " after " + short.Duration(took)
	case took == 0: // nothing is known but the start
		return word
	}
	return word + ", last event " + short.Duration(took) + " after the start"
}

// took is how long a step took, "" when it is not known. Of one that has not ended it is how long so far or, when nobody
// says what time it is, with atLeast in front how long at least.
func (t *timeline) took(s *history.Step, atLeast string) string {
	reach := t.reach(s)
	if !reach.known() {
		return ""
	}
	words := short.Duration(reach.duration())
	if t.open(s) && !t.told && !strings.HasPrefix(words, ">") {
		return atLeast + words
	}
	return words
}

// verdict is the title of what the execution failed by.
func (t *timeline) verdict() string {
	if t.cause.Status == history.Stopped {
		return "stopped in"
	}
	return "root cause"
}

// place names the step that the execution failed by, and how often it was tried.
func (t *timeline) place(separator string) string {
	path := t.cause.Path
	if len(path) == 0 {
		return "the execution as a whole"
	}
	words := pathWords(path, separator)
	if n := len(path[len(path)-1].Attempts); n > 1 {
		words += fmt.Sprintf(" (%d attempts)", n)
	}
	return words
}

// name is the execution's short name.
func (t *timeline) name() string {
	if t.exec.Workflow == "" {
		return cmp.Or(t.exec.Execution, "execution")
	}
	return t.exec.Workflow + "/" + t.exec.Execution
}

// ticks are round distances from the beginning for an axis, at most so many.
func (t *timeline) ticks(most int) []time.Duration {
	whole := t.end.Sub(t.begin)
	if whole <= 0 || most < 1 {
		return nil
	}
	step := tickStep(whole, most)
	var ticks []time.Duration
	for n := range min(whole/step, time.Duration(most)) + 1 {
		ticks = append(ticks, n*step)
	}
	return ticks
}

func tickStep(whole time.Duration, most int) time.Duration {
	least := whole / time.Duration(most)
	const day = 24 * time.Hour
	for _, unit := range []struct {
		size  time.Duration
		steps []time.Duration
	}{
		{time.Millisecond, []time.Duration{1, 2, 5, 10, 20, 50, 100, 200, 500}},
		{time.Second, []time.Duration{1, 2, 5, 10, 15, 30}},
		{time.Minute, []time.Duration{1, 2, 5, 10, 15, 30}},
		{time.Hour, []time.Duration{1, 2, 3, 6, 12}},
	} {
		for _, n := range unit.steps {
			if n*unit.size >= least {
				return n * unit.size
			}
		}
	}
	step := day
	for step < least && step <= math.MaxInt64/2 { // a Duration has no room for more
		step *= 2
	}
	return step
}

// tickWords is a distance on an axis; ticks are round, so that zeros at the end say nothing.
func tickWords(d time.Duration) string {
	if d == 0 {
		return "0"
	}
	text := d.String()
	if short, ok := strings.CutSuffix(text, "m0s"); ok {
		text = short + "m"
	}
	if short, ok := strings.CutSuffix(text, "h0m"); ok {
		text = short + "h"
	}
	return text
}
