// SPDX-License-Identifier: Apache-2.0

package render

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/flowhistory/flowhistory/history"
)

// DefaultMermaidRows is how many bars a gantt has at most if MermaidOptions.MaxRows says nothing. Mermaid refuses texts
// of more than 50,000 characters, which so many bars never have, and what GitHub draws is not made for more than a page.
const DefaultMermaidRows = 150

// MermaidOptions say how Mermaid draws. The zero value, and nil, is a good default.
type MermaidOptions struct {
	// MaxRows is how many bars there are at most; 0 = DefaultMermaidRows, negative = no limit. A note says how many
	// steps were left out. The steps that the execution failed by stay, or the innermost of them if they are more.
	MaxRows int
	// Alike is as in TextOptions.
	Alike int
	// Now is up to when what has not ended is drawn; zero = the latest time in the execution.
	Now time.Time
}

// Mermaid writes an execution as a gantt of the Mermaid language, without a fence around it. Each step on top is a
// section. Steps that succeeded are done, those that failed crit, those that run active. The axis shows the time of day where
// the reader is. Characters of names that mean something in Mermaid are replaced by others that look alike. The error is
// that of w.
func Mermaid(w io.Writer, e history.Execution, o *MermaidOptions) error {
	var opts MermaidOptions
	if o != nil {
		opts = *o
	}
	if opts.MaxRows == 0 {
		opts.MaxRows = DefaultMermaidRows
	}
	g := gantt{timeline: newTimeline(e, opts.Now)}
	g.head()
	rows, left := g.keep(g.rows(opts.Alike), opts.MaxRows)
	g.rowsOf(rows)
	if left > 0 {
		g.section("more")
		g.note(count(left, "row", "rows")+" left out", g.end)
	}
	if len(rows) == 0 {
		g.section("no steps")
		g.note(statusWord(e.Status, e.NativeStatus), g.begin)
	}
	_, err := io.WriteString(w, g.b.String())
	return err
}

// gantt is a Mermaid text in the making.
type gantt struct {
	*timeline
	b strings.Builder
}

func (g *gantt) head() {
	axis := "%H:%M:%S"
	switch whole := g.end.Sub(g.begin); {
	case whole > 24*time.Hour:
		axis = "%m-%d %H:%M"
	case whole < 5*time.Second:
		axis = "%H:%M:%S.%L"
	}
	title := g.name() + ", " + g.headline()
	if g.found && g.exec.Status != history.Stopped {
		title += " by " + g.place(" › ")
	}
	fmt.Fprintf(&g.b, "gantt\n    title %s\n    dateFormat x\n    axisFormat %s\n", mermaidText(title, 200), axis)
}

func (g *gantt) rowsOf(rows []row) {
	var top *history.Step
	for i, r := range rows {
		switch {
		case i > 0 && r.top == top:
		case r.top == nil: // a note about branches that are in no step, which a source outside this module may have
			g.section("more")
		default:
			g.section(label(r.top, nil))
		}
		top = r.top
		g.row(r)
	}
}

func (g *gantt) section(name string) { fmt.Fprintf(&g.b, "    section %s\n", mermaidText(name, 60)) }

// row draws a bar. The mark of the status comes first, so that no name can be taken for a keyword.
func (g *gantt) row(r row) {
	if r.more != nil {
		if r.more.reach.known() {
			g.bar("… "+r.more.words(), "", r.more.reach)
		}
		return
	}
	reach := g.reach(r.step)
	if !reach.known() {
		return
	}
	words := r.label
	if n := len(r.step.Attempts); n > 1 {
		words += fmt.Sprintf(" ×%d", n)
	}
	words += " " + g.took(r.step, unicodeGlyphs().atLeast)
	if r.step.Failure != nil && len(r.step.Children) == 0 {
		words += " " + r.step.Failure.Code
	}
	g.bar(unicodeGlyphs().mark(r.step.Status)+" "+words, tag(r.step.Status), reach)
}

// bar writes a task of the gantt. None is shorter than what can be seen on a screen.
func (g *gantt) bar(words, tag string, s span) {
	shortest := max(1, milliseconds(g.begin, g.end)/250)
	from := ganttTime(s.from)
	until := max(from+shortest, ganttTime(s.until))
	fmt.Fprintf(&g.b, "    %s :%s%d, %d\n", mermaidText(words, 120), tag, from, until)
}

// note writes a task without a duration.
func (g *gantt) note(words string, at time.Time) {
	fmt.Fprintf(&g.b, "    %s :milestone, %d, 0ms\n", mermaidText("… "+words, 120), ganttTime(at))
}

// ganttTime is a time in milliseconds since 1970. Mermaid takes digits for one, and no sign: what was before is then.
func ganttTime(at time.Time) int64 { return max(0, at.UnixMilli()) }

func tag(s history.Status) string {
	switch s {
	case history.Succeeded:
		return "done, "
	case history.Failed, history.TimedOut:
		return "crit, "
	case history.Running:
		return "active, "
	}
	return ""
}

// mermaidText is a text in which nothing means anything to Mermaid or to the HTML that it makes, in at most so many
// UTF-16 units.
func mermaidText(s string, most int) string {
	s = strings.NewReplacer(
		":", "∶", ";", ",", "#", "♯", "%%", "% %", "<", "‹", ">", "›", "&", "＆", `"`, "”", "'", "’", "`", "’", "\\", "∖", "{", "(", "}", ")",
	).Replace(plain(s))
	s = strings.ReplaceAll(s, "%%", "% %") // of three in a row two are left
	s = strings.Join(strings.Fields(s), " ")
	if s == "" {
		return "unnamed"
	}
	return cutUnits(s, most)
}

// cutUnits is a text in at most so many of the units that JavaScript, and so Mermaid's limit, counts.
func cutUnits(s string, most int) string {
	units, end := 0, 0 // end is behind the last character that leaves room for an ellipsis
	for i, r := range s {
		if units < most {
			end = i
		}
		if units += utf16.RuneLen(r); units > most {
			return s[:end] + "…"
		}
	}
	return s
}
