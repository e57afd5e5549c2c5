// SPDX-License-Identifier: Apache-2.0

package render

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// columns are how the width is shared out.
type columns struct{ name, took, tries, bar int }

// table draws the axis, the rows and the legend.
func (t *text) table() {
	rows := t.rows(t.opts.Alike)
	if len(rows) == 0 {
		return
	}
	c := t.columns(rows)
	t.add("")
	if c.bar > 0 {
		t.add(strings.Repeat(" ", t.opts.Width-c.bar) + t.ink.faint(t.axis(c.bar)))
	}
	for _, r := range rows {
		t.row(c, r)
	}
	if c.bar > 0 {
		t.legend(rows)
	}
}

// columns gives the names what they need, up to two fifths of the width, and the bars the rest.
func (t *text) columns(rows []row) columns {
	const leastBar = 8
	c := columns{took: 5}
	for _, r := range rows {
		if r.step == nil {
			continue
		}
		c.name = max(c.name, cells(t.title(r)))
		c.took = max(c.took, cells(t.took(r.step, t.glyph.atLeast)))
		c.tries = max(c.tries, cells(t.tries(r.step)))
	}
	c.name = min(c.name, t.opts.Width*2/5)
	used := c.name + 1 + c.took + 2
	if c.tries > 0 {
		used += c.tries + 1
	}
	if c.bar = t.opts.Width - used; c.bar < leastBar || t.begin.IsZero() {
		c.name, c.bar = t.opts.Width-used+c.name, 0
	}
	return c
}

// title is a row's name with all that stands before it.
func (t *text) title(r row) string {
	return t.guides(r) + t.glyph.mark(r.step.Status) + " " + plain(r.label)
}

// row draws a step, and below it what it failed with.
func (t *text) row(c columns, r row) {
	guides := t.guides(r)
	if r.more != nil {
		t.add(t.ink.faint(cut(guides+t.glyph.ellipsis+" "+r.more.words(), t.opts.Width, t.glyph.ellipsis)))
		return
	}
	s := r.step
	name := fit(plain(r.label), c.name-cells(guides)-2, t.glyph.ellipsis)
	if failed(s.Status) {
		name = t.ink.status(s.Status, name)
	}
	line := t.ink.faint(guides) + t.ink.status(s.Status, t.glyph.mark(s.Status)) + " " + name + " " +
		t.ink.faint(fmt.Sprintf("%*s", c.took, t.took(s, t.glyph.atLeast)))
	if c.tries > 0 {
		line += " " + t.ink.warn(fit(t.tries(s), c.tries, ""))
	}
	if c.bar > 0 {
		line += "  " + t.bar(s, c.bar)
	}
	t.add(line)
	if words := leafFailure(s); words != "" {
		under := t.pipes(r.below()) + "  " + t.glyph.reply
		t.add(t.ink.faint(under) + t.ink.status(s.Status, t.cut(words, t.opts.Width-cells(under))))
	}
}

// leafFailure is what a step failed with, "" where a step in it says the same.
func leafFailure(s *history.Step) string {
	if s.Failure == nil || len(s.Children) > 0 {
		return ""
	}
	return failureWords(*s.Failure)
}

func (t *text) tries(s *history.Step) string {
	if len(s.Attempts) < 2 {
		return ""
	}
	return t.glyph.times + strconv.Itoa(len(s.Attempts))
}

// bar draws a step in so many cells. No bar is shorter than one cell.
func (t *text) bar(s *history.Step, width int) string {
	segments := t.segments(s)
	if len(segments) == 0 {
		return ""
	}
	reach := t.reach(s)
	first := min(t.cell(reach.from, width), width-1)
	last := max(t.cell(reach.until, width), first+1)
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", first))
	for i := first; i < last; {
		p, n := t.at(segments, i, width), 1
		for i+n < last && t.at(segments, i+n, width) == p {
			n++
		}
		b.WriteString(t.ink.phase(p, s.Status, strings.Repeat(t.glyph.bars[p], n)))
		i += n
	}
	return b.String()
}

// cell is the border between cells that is nearest to a time.
func (t *timeline) cell(at time.Time, width int) int {
	whole := t.end.Sub(t.begin)
	if whole <= 0 {
		return 0
	}
	return int(float64(at.Sub(t.begin))/float64(whole)*float64(width) + 0.5)
}

// at is the phase that has the largest part of a cell.
func (t *timeline) at(segments []segment, cell, width int) phase {
	size := t.end.Sub(t.begin) / time.Duration(width)
	from := t.begin.Add(time.Duration(float64(t.end.Sub(t.begin)) * float64(cell) / float64(width)))
	until := from.Add(size)
	best, most := segments[len(segments)-1].phase, time.Duration(0)
	for _, s := range segments {
		a, b := s.from, s.until
		if a.Before(from) {
			a = from
		}
		if b.After(until) {
			b = until
		}
		if share := b.Sub(a); share > most {
			best, most = s.phase, share
		}
	}
	return best
}

// axis has the labels of ticks, each at its place.
func (t *text) axis(width int) string {
	var b strings.Builder
	column := 0
	for _, at := range t.ticks(max(1, width/10)) {
		words := tickWords(at)
		place := t.cell(t.begin.Add(at), width)
		if place < column || place+len(words) > width {
			continue
		}
		b.WriteString(strings.Repeat(" ", place-column) + words)
		column = place + len(words)
	}
	return b.String()
}

// legend explains the bars that were drawn.
func (t *text) legend(rows []row) {
	used := t.used(rows)
	var parts []string
	for _, p := range []struct {
		phase phase
		words string
	}{{working, "working"}, {waiting, "waiting"}, {failing, "attempt that failed"}, {around, "has steps in it"}} {
		if used[p.phase] {
			parts = append(parts, t.glyph.bars[p.phase]+" "+p.words)
		}
	}
	t.add("")
	var line string
	for i, part := range parts {
		if line += part; i+1 < len(parts) && cells(line)+3+cells(parts[i+1]) <= t.opts.Width-2 {
			line += "   "
			continue
		}
		t.add("  " + t.ink.faint(t.cut(line, t.opts.Width-2)))
		line = ""
	}
}
