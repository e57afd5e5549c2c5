// SPDX-License-Identifier: Apache-2.0

package render

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/internal/short"
)

// state is what has been told of a step, or of the execution.
type state struct {
	status   history.Status
	native   string
	attempts int
}

// change is a line to tell.
type change struct {
	at   time.Time
	line string
}

// changes are the lines about what is not as it was told before, in order of time.
func (l *Live) changes(e history.Execution) []string {
	t := newText(e, l.text())
	var found []change
	for _, s := range e.Walk() {
		if s.Kind != history.StepNode || s.Started.IsZero() && s.Ended.IsZero() {
			continue // what is in a branch tells enough; what waits is told when it starts
		}
		now := state{s.Status, s.NativeStatus, max(1, len(s.Attempts))}
		if before, ok := l.told["step "+s.ID]; !ok || before != now {
			l.told["step "+s.ID] = now
			found = append(found, t.stepChange(s, before))
		}
	}
	const execution = "execution"
	now := state{e.Status, e.NativeStatus, 0}
	if before, ok := l.told[execution]; !ok || before != now {
		l.told[execution] = now
		found = append(found, t.executionChange(ok))
	}
	slices.SortStableFunc(found, func(a, b change) int { return a.at.Compare(b.at) })
	lines := make([]string, len(found))
	for i, c := range found {
		lines[i] = c.line
	}
	return lines
}

// stepChange tells how a step stands.
func (t *text) stepChange(s *history.Step, before state) change {
	at, words := t.latest(s), statusWord(s.Status, s.NativeStatus)
	if s.Status.Terminal() && !t.open(s) {
		words += " after " + short.Duration(t.reach(s).duration())
	}
	if n := len(s.Attempts); n > 1 {
		words += fmt.Sprintf(", attempt %d", n)
		if last := s.Attempts[n-2]; n > before.attempts && last.Failure != nil && !s.Status.Terminal() {
			words += " after " + failureWords(*last.Failure)
		}
	}
	if s.Failure != nil {
		words += ", " + failureWords(*s.Failure)
	}
	return change{at, t.line(at, s.Status, s.ID, words)}
}

// executionChange tells how the execution stands.
func (t *text) executionChange(known bool) change {
	at, words := t.exec.Started, t.headline()
	switch {
	case !t.exec.Ended.IsZero():
		at = t.exec.Ended
	case known:
		at = t.now
	default:
		words = statusWord(t.exec.Status, t.exec.NativeStatus) // it has only begun
	}
	return change{at, t.line(at, t.exec.Status, t.name(), words)}
}

func (t *text) line(at time.Time, status history.Status, name, words string) string {
	clock := "--:--:--.---"
	if !at.IsZero() {
		clock = at.UTC().Format("15:04:05.000")
	}
	room := t.opts.Width - cells(clock) - 3
	name = t.cut(name, room/2)
	return t.ink.faint(clock) + " " + t.ink.status(status, t.glyph.mark(status)) + " " + t.ink.bold(name) + " " +
		t.cut(words, room-cells(name)-1)
}

// latest is when the last known thing about a step happened.
func (t *text) latest(s *history.Step) time.Time {
	at := cmp.Or(s.Ended, s.Started, s.Entered)
	if n := len(s.Attempts); n > 1 && s.Ended.IsZero() {
		at = cmp.Or(s.Attempts[n-1].Started, s.Attempts[n-1].Scheduled, at)
	}
	return at
}
