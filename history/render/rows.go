// SPDX-License-Identifier: Apache-2.0

package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// defaultAlike is how many branches or iterations of the same kind may stand next to each other before they are counted.
const defaultAlike = 8

// shownAlike is how many of those that are counted are drawn all the same, as a sample.
const shownAlike = 3

// row is one line of a picture: a step, or a note about steps that have none of their own.
type row struct {
	step  *history.Step // nil for a note
	label string        // as the provider wrote it: not fit for any output yet
	depth int
	above []bool // of each level above, as far as they are told apart: whether nothing follows there
	last  bool   // nothing follows on the row's own level
	more  *more
	top   *history.Step // the step on top that the row is in, nil for a note about steps on top
}

// more are steps without a row.
type more struct {
	count    int
	statuses map[history.Status]int
	reach    span
}

// layout makes rows of an execution's steps.
type layout struct {
	t     *timeline
	alike int // as defaultAlike; negative = count none
	rows  []row
}

// rows are those of the whole execution; alike 0 is the default, negative shows every step.
func (t *timeline) rows(alike int) []row {
	l := layout{t: t, alike: alike}
	if alike == 0 {
		l.alike = defaultAlike
	}
	l.level(t.exec.Steps, 0, nil, nil)
	return l.rows
}

// level adds siblings and what is in them.
func (l *layout) level(steps []history.Step, depth int, above []bool, top *history.Step) {
	hidden := l.hidden(steps)
	repeated := repeatedNames(steps)
	rest := more{count: len(hidden), statuses: map[history.Status]int{}}
	final := len(steps) - 1
	for i := range steps {
		s := &steps[i]
		if hidden[i] {
			rest.add(l.t, s)
			continue
		}
		r := row{step: s, label: label(s, repeated), depth: depth, above: above, last: i == final && len(hidden) == 0, top: top}
		if top == nil {
			r.top = s
		}
		// A branch with a single step says nothing that the step does not say: they share a row.
		for s.Kind != history.StepNode && len(s.Children) == 1 {
			s = &s.Children[0]
			r.step, r.label = s, r.label+" "+label(s, nil)
		}
		l.rows = append(l.rows, r)
		l.level(s.Children, depth+1, r.below(), r.top)
	}
	if rest.count > 0 {
		l.rows = append(l.rows, row{depth: depth, above: above, last: true, more: &rest, top: top})
	}
}

// deepest is the level from which on rows are not indented any further.
const deepest = 8

// below is above for what is in the row.
func (r row) below() []bool {
	if r.depth >= deepest {
		return r.above
	}
	return append(slices.Clone(r.above), r.last)
}

// hidden picks the siblings that are counted only: of each shape that is there too often those that succeeded or have not
// ended, the first few aside.
func (l *layout) hidden(steps []history.Step) map[int]bool {
	if l.alike < 0 || len(steps) <= l.alike {
		return nil
	}
	shapes := map[string][]int{}
	for i := range steps {
		if steps[i].Kind != history.StepNode {
			key := shape(&steps[i])
			shapes[key] = append(shapes[key], i)
		}
	}
	hidden := map[int]bool{}
	for _, same := range shapes {
		if len(same) <= max(l.alike, shownAlike) {
			continue
		}
		for _, i := range same[shownAlike:] {
			if !l.telling(&steps[i]) {
				hidden[i] = true
			}
		}
	}
	return hidden
}

// telling reports whether a step must be drawn however many are like it.
func (l *layout) telling(s *history.Step) bool {
	return failed(s.Status) || failedInside(s) || l.t.blamed[s]
}

// shape is what makes branches alike: the names of the steps in them. Those that have not come as far as others are
// like them: only the first name counts.
func shape(s *history.Step) string {
	if len(s.Children) == 0 {
		return string(s.Kind)
	}
	return string(s.Kind) + " " + s.Children[0].Name
}

func (m *more) add(t *timeline, s *history.Step) {
	m.statuses[s.Status]++
	reach := t.reach(s)
	if !reach.known() {
		return
	}
	if !m.reach.known() || reach.from.Before(m.reach.from) {
		m.reach.from = reach.from
	}
	if reach.until.After(m.reach.until) {
		m.reach.until = reach.until
	}
}

// words say how many there are and how they stand.
func (m *more) words() string {
	var parts []string
	for _, s := range []history.Status{
		history.Failed, history.TimedOut, history.Stopped, history.Running, history.Paused, history.Pending, history.Succeeded, "",
	} {
		if n := m.statuses[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, statusWord(s, "")))
		}
	}
	if len(parts) == 1 {
		_, status, _ := strings.Cut(parts[0], " ")
		return fmt.Sprintf("%d more like these, all %s", m.count, status)
	}
	return fmt.Sprintf("%d more like these: %s", m.count, strings.Join(parts, ", "))
}

func repeatedNames(steps []history.Step) map[string]bool {
	seen := make(map[string]bool, len(steps))
	for i := range steps {
		if steps[i].Kind == history.StepNode {
			_, again := seen[steps[i].Name]
			seen[steps[i].Name] = again
		}
	}
	return seen
}

// label is the name of a step among its siblings: a branch needs only its number, and a step its ID only where others
// have its name.
func label(s *history.Step, repeated map[string]bool) string {
	if s.Kind != history.StepNode {
		if number, ok := strings.CutPrefix(s.ID, s.Name); ok && number != "" {
			return number
		}
		return s.ID
	}
	if repeated[s.Name] || s.Name == "" {
		return s.ID
	}
	return s.Name
}

// keep takes so many rows: those of the root cause, of these the innermost, and the first of the others. left is how many
// rows it left out.
func (t *timeline) keep(rows []row, most int) (kept []row, left int) {
	if most < 0 || len(rows) <= most {
		return rows, 0
	}
	blamed := 0
	for _, r := range rows {
		if t.blamed[r.step] {
			blamed++
		}
	}
	others, outer := max(0, most-blamed), max(0, blamed-most)
	for _, r := range rows {
		room := &others
		if t.blamed[r.step] {
			if outer > 0 {
				outer--
				continue
			}
			room = &blamed
		}
		if *room > 0 {
			*room--
			kept = append(kept, r)
		}
	}
	return kept, len(rows) - len(kept)
}
