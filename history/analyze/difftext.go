// SPDX-License-Identifier: Apache-2.0

package analyze

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/internal/short"
)

// Text writes the difference for people: a line for the two executions, then one for each change, indented like the steps
// are nested, that begins with + for added, - for removed and ~ for changed. It is not made for programs to read; JSON is.
//
// What a provider sent is quoted if it could do harm to a terminal.
func (d Difference) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s -> %s\n", history.FormatRef(d.A), history.FormatRef(d.B))
	if d.Empty() {
		b.WriteString("no differences\n")
	}
	if d.Execution != nil {
		d.Execution.line(&b)
	}
	for _, c := range d.Steps {
		c.line(&b)
	}
	return b.String()
}

// deepest is the level from which on lines are not indented any further: a loop may nest its turns without end.
const deepest = 20

func (c Change) line(b *strings.Builder) {
	before, after := c.sides()
	b.WriteString(strings.Repeat("  ", min(deepest, strings.Count(string(c.Path), "/"))))
	switch c.Kind {
	case Added:
		fmt.Fprintf(b, "+ %s: %s\n", c.title(after), after.words())
	case Removed:
		fmt.Fprintf(b, "- %s: %s\n", c.title(before), before.words())
	default:
		var parts []string
		for _, a := range c.Aspects {
			parts = append(parts, a.words(before, after))
		}
		fmt.Fprintf(b, "~ %s: %s\n", c.title(after), strings.Join(parts, ", "))
	}
}

// title is the name under which a person finds the step.
func (c Change) title(s *State) string {
	if c.Path == "" {
		return "execution"
	}
	return plain(cmp.Or(s.ID, string(c.Path)))
}

// words are all that is known of a state.
func (s *State) words() string {
	words := s.status()
	if s.Failure != nil {
		words += " " + failureWords(s.Failure)
	}
	if s.Duration > 0 {
		words += ", " + short.Duration(s.Duration)
	}
	if s.Attempts > 1 {
		words += fmt.Sprintf(", %d attempts", s.Attempts)
	}
	return words
}

// words say how one aspect was before and is after.
func (a Aspect) words(before, after *State) string {
	switch a {
	case Order:
		return "at another place"
	case Status:
		return before.status() + " -> " + after.status()
	case Duration:
		return fmt.Sprintf("%s -> %s (%s)", short.Duration(before.Duration), short.Duration(after.Duration), signed(after.Duration-before.Duration))
	case Attempts:
		return fmt.Sprintf("%d -> %d attempts", before.Attempts, after.Attempts)
	case Failure:
		return fmt.Sprintf("failure %s -> %s", failureWords(before.Failure), failureWords(after.Failure))
	}
	return plain(string(a))
}

func (s *State) status() string {
	return plain(cmp.Or(string(s.Status), s.Native, "unknown"))
}

func failureWords(f *history.Failure) string {
	if f == nil {
		return "none"
	}
	return plain(cmp.Or(f.Code, f.Cause, "without a code"))
}

func signed(d time.Duration) string {
	if d < 0 {
		return "-" + short.Duration(-d)
	}
	return "+" + short.Duration(d)
}

// plain is the text itself, or quoted when it holds what is not printable.
func plain(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}
