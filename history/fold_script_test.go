// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// script reads events from lines of "ID cause type step detail". A step "-" is none, and the detail may be left out.
// Event n happens n seconds after the execution began.
func script(t testing.TB, lines string) []history.Event {
	t.Helper()
	var out []history.Event
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) < 4 {
			t.Fatalf("%q is no event", line)
		}
		e := history.Event{Ref: ref, ID: integer(t, fields[0]), Cause: integer(t, fields[1]), Type: history.EventType(fields[2])}
		e.Time = began.Add(time.Duration(e.ID) * time.Second)
		if fields[3] != "-" {
			e.Step = fields[3]
		}
		e.Detail = history.Detail(strings.Join(fields[4:], " "))
		out = append(out, e)
	}
	return out
}

func integer(t testing.TB, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// outline is a tree of steps, one a line: the ID, the status, and that of each attempt.
func outline(e history.Execution) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", e.Status)
	for depth, s := range e.Walk() {
		fmt.Fprintf(&b, "%s%s %s", strings.Repeat("  ", depth+1), s.ID, s.Status)
		for _, a := range s.Attempts {
			fmt.Fprintf(&b, " +%s", a.Status)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// trim takes the indentation of a test's source out of an outline.
func trim(s string) string {
	return strings.ReplaceAll(strings.TrimPrefix(s, "\n"), "\t", "")
}

// at is when event n of a script happens.
func at(n int) time.Time { return began.Add(time.Duration(n) * time.Second) }

// codes are the codes of diagnostics, with the event of each.
func codes(e history.Execution) []string {
	var out []string
	for _, d := range e.Diagnostics {
		out = append(out, fmt.Sprintf("%s %s %d", d.Code, d.Severity, d.Event))
	}
	return out
}
