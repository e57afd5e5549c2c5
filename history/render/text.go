// SPDX-License-Identifier: Apache-2.0

package render

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// DefaultWidth is how many columns a text has if TextOptions.Width says nothing.
const DefaultWidth = 80

// narrowest is the least width that a text can be laid out in.
const narrowest = 30

// TextOptions say how Text draws. The zero value, and nil, is a good default for a file or a pipe.
type TextOptions struct {
	// Width is how many columns there are, usually those of the terminal; 0 = DefaultWidth, less than 30 = 30. No line
	// is longer.
	Width int
	// Color says that the output goes to a terminal that understands colours (SGR sequences).
	Color bool
	// ASCII draws with characters of ASCII only. Names stay as they are.
	ASCII bool
	// Alike is how many branches or iterations of the same kind may stand side by side before all but a few of them are
	// counted instead; 0 = 8, negative = never. What failed is always drawn.
	Alike int
	// Now is up to when what has not ended is drawn; zero = the latest time in the execution.
	Now time.Time
}

// Text writes an execution as a timeline for people: what it failed by, then the tree of its steps with a bar for each.
// The error is that of w.
func Text(w io.Writer, e history.Execution, o *TextOptions) error {
	_, err := io.WriteString(w, strings.Join(textLines(e, o), "\n")+"\n")
	return err
}

// textLines are the lines of a text, none wider than the options say.
func textLines(e history.Execution, o *TextOptions) []string {
	t := newText(e, o)
	t.head()
	t.reason()
	t.table()
	t.diagnostics()
	return t.lines
}

// text is a text in the making.
type text struct {
	*timeline
	opts  TextOptions
	glyph glyphs
	ink   ink
	lines []string
}

func newText(e history.Execution, o *TextOptions) *text {
	var t text
	if o != nil {
		t.opts = *o
	}
	if t.opts.Width == 0 {
		t.opts.Width = DefaultWidth
	}
	t.opts.Width = max(t.opts.Width, narrowest)
	t.timeline, t.glyph, t.ink = newTimeline(e, t.opts.Now), unicodeGlyphs(), ink(t.opts.Color)
	if t.opts.ASCII {
		t.glyph = asciiGlyphs()
	}
	return &t
}

func (t *text) add(line string) { t.lines = append(t.lines, strings.TrimRight(line, " ")) }

// cut is text of others made fit for so many columns.
func (t *text) cut(s string, columns int) string { return cut(plain(s), columns, t.glyph.ellipsis) }

// head says which execution it is and how it stands.
func (t *text) head() {
	status, mark := t.exec.Status, t.glyph.mark(t.exec.Status)
	name, line := plain(t.name()), plain(t.headline()+t.glyph.dot+t.summary())
	room := t.opts.Width - 2
	title := t.ink.status(status, mark) + " " + t.ink.bold(cut(name, room, t.glyph.ellipsis))
	if cells(name)+2+cells(line) <= room {
		t.add(title + "  " + t.ink.status(status, line))
	} else {
		t.add(title)
		t.add("  " + t.ink.status(status, cut(line, room, t.glyph.ellipsis)))
	}
	when := t.when()
	if t.opts.ASCII {
		when = strings.ReplaceAll(when, "–", "-")
	}
	ref := history.FormatRef(t.exec.Ref)
	if line := plain(ref + t.glyph.dot + when); cells(line) <= room {
		t.add("  " + t.ink.faint(line))
		return
	}
	for _, line := range wrap(plain(ref), room, mostReason, t.glyph.ellipsis) { // whole, so that it can be copied
		t.add("  " + t.ink.faint(line))
	}
	t.add("  " + t.ink.faint(t.cut(when, room)))
}

// reason says what the execution failed by, and what went wrong on the way without doing harm.
func (t *text) reason() {
	const indent = 14
	title := func(s string) string { return "  " + t.ink.bold(fit(s, indent-2, "")) }
	room := t.opts.Width - indent
	if t.found || len(t.cause.Survived)+len(t.cause.Caught) > 0 {
		t.add("")
	}
	if t.found {
		t.add(title(t.verdict()) + t.ink.status(t.cause.Status, cutLeft(plain(t.place(t.glyph.arrow)), room, t.glyph.ellipsis)))
		for _, line := range t.failureLines(room) {
			t.add(strings.Repeat(" ", indent) + line)
		}
	}
	for _, harmless := range []struct {
		title string
		steps []*history.Step
	}{{"survived", t.cause.Survived}, {"caught", t.cause.Caught}} {
		if len(harmless.steps) > 0 {
			for i, line := range wrap(plain(stepList(harmless.steps)), room, mostReason/2, t.glyph.ellipsis) {
				t.add(title([]string{harmless.title, ""}[min(i, 1)]) + line)
			}
		}
	}
}

// failureLines are what the execution failed with.
func (t *text) failureLines(room int) (lines []string) {
	for line := range strings.Lines(failureWords(t.cause.Failure)) {
		if rest := mostReason - len(lines); rest > 0 {
			lines = append(lines, wrap(plain(strings.TrimRight(line, "\r\n")), room, rest, t.glyph.ellipsis)...)
		}
	}
	return lines
}

// mostReason is how many lines a failure may have: a cause can be a whole stack trace.
const mostReason = 6

// stepList names a few steps, and how often each was tried.
func stepList(steps []*history.Step) string {
	const most = 8
	var names []string
	for _, s := range steps[:min(most, len(steps))] {
		name := s.ID
		if n := len(s.Attempts); n > 1 {
			name += fmt.Sprintf(" (%d attempts)", n)
		}
		names = append(names, name)
	}
	if rest := len(steps) - most; rest > 0 {
		names = append(names, fmt.Sprintf("and %d more", rest))
	}
	return strings.Join(names, ", ")
}

// cutLeft keeps the end of a text: of a path the last part tells most.
func cutLeft(s string, n int, ellipsis string) string {
	if cells(s) <= n {
		return s
	}
	runes := []rune(s)
	room, from := n-cells(ellipsis), len(runes)
	for from > 0 && room >= runeCells(runes[from-1]) {
		from--
		room -= runeCells(runes[from])
	}
	return ellipsis + string(runes[from:])
}

// diagnostics says what is wrong with what was read.
func (t *text) diagnostics() {
	const most = 5
	all := t.exec.Diagnostics
	if len(all) == 0 {
		return
	}
	t.add("")
	for _, d := range all[:min(most, len(all))] {
		words := d.Text
		if d.Step != "" {
			words = d.Step + ": " + words
		}
		t.add(t.ink.warn("! ") + t.cut(fmt.Sprintf("%s (%s)", words, d.Code), t.opts.Width-2))
	}
	if rest := len(all) - most; rest > 0 {
		t.add(t.ink.faint(fmt.Sprintf("  and %s", count(rest, "more diagnostic", "more diagnostics"))))
	}
}

// used are the phases that occur in the rows, for the legend.
func (t *text) used(rows []row) map[phase]bool {
	used := map[phase]bool{}
	for _, r := range rows {
		if r.step == nil {
			continue
		}
		for _, s := range t.segments(r.step) {
			used[s.phase] = true
		}
	}
	return used
}

// guides are the lines that show what a row is in.
func (t *text) guides(r row) string {
	switch {
	case r.depth == 0:
		return ""
	case r.last:
		return t.pipes(r.above) + t.glyph.corner
	}
	return t.pipes(r.above) + t.glyph.tee
}

// pipes are the lines that go on, of the levels on which something follows; on top there are none.
func (t *text) pipes(levels []bool) string {
	var b strings.Builder
	for _, ends := range levels[min(1, len(levels)):] {
		if ends {
			b.WriteString("  ")
		} else {
			b.WriteString(t.glyph.pipe)
		}
	}
	return b.String()
}
