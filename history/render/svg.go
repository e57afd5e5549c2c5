// SPDX-License-Identifier: Apache-2.0

package render

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

const (
	// DefaultSVGWidth is how wide a picture is, in pixels, if SVGOptions.Width says nothing.
	DefaultSVGWidth = 960
	// DefaultSVGRows is how many rows a picture has at most if SVGOptions.MaxRows says nothing.
	DefaultSVGRows = 200
)

// SVGOptions say how SVG draws. The zero value, and nil, is a good default.
type SVGOptions struct {
	// Width is how wide the picture is in pixels; 0 = DefaultSVGWidth, less than 400 = 400. Its height follows from the
	// rows.
	Width int
	// MaxRows is how many rows there are at most; 0 = DefaultSVGRows, negative = no limit. A note says how many were left
	// out. The steps that the execution failed by stay, or the innermost of them if they are more.
	MaxRows int
	// Alike is as in TextOptions.
	Alike int
	// Now is up to when what has not ended is drawn; zero = the latest time in the execution.
	Now time.Time
}

// SVG writes an execution as a picture for a page or a document: what it failed by, and the timeline of its steps. It
// needs nothing else, has no script, and is dark where the reader's colour scheme is. The error is that of w.
func SVG(w io.Writer, e history.Execution, o *SVGOptions) error {
	var opts SVGOptions
	if o != nil {
		opts = *o
	}
	style, err := assets.ReadFile("assets/picture.css")
	if err != nil {
		return fmt.Errorf("render: a part of pictures: %w", err)
	}
	return drawSVG(w, newTimeline(e, opts.Now), opts, string(style))
}

// The measures of a picture, in pixels.
const (
	svgMargin   = 20
	svgRow      = 22 // the height of a row
	svgBar      = 12 // the height of a bar
	svgCell     = 7  // the width of a character, on the safe side
	svgIndent   = 14
	svgTook     = 64 // the width of the durations
	svgTries    = 30
	svgNarrow   = 400
	svgShortest = 2 // the length of a bar that can be seen
)

// picture is an SVG in the making.
type picture struct {
	*timeline
	b            strings.Builder
	width, names int     // of the whole, and of the names
	y            int     // of the row that is drawn next
	from, scale  float64 // where bars begin, and pixels for each nanosecond
}

// drawSVG writes a picture with a style of its own, or without one for a page that has it.
func drawSVG(w io.Writer, t *timeline, opts SVGOptions, style string) error {
	if opts.Width == 0 {
		opts.Width = DefaultSVGWidth
	}
	if opts.MaxRows == 0 {
		opts.MaxRows = DefaultSVGRows
	}
	p := picture{timeline: t, width: max(opts.Width, svgNarrow), y: svgMargin}
	all := p.rows(opts.Alike)
	rows, left := p.keep(all, opts.MaxRows)
	p.measure(rows)
	p.head()
	p.axis(len(rows))
	for _, r := range rows {
		p.row(r)
	}
	if left > 0 {
		p.text("note", svgMargin, p.y+15, "… "+count(left, "row", "rows")+" left out")
		p.y += svgRow
	}
	height := p.y + svgMargin
	if style != "" {
		style = "<style>" + style + "</style>\n"
	}
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" class="picture" role="img" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n"+
		"<title>%s</title>\n%s"+`<rect class="paper" width="%d" height="%d"/>`+"\n%s</svg>\n",
		p.width, height, p.width, height, escaped(p.timeline.name()+": "+p.headline()), style, p.width, height, p.b.String())
	return err
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(plain(s))) // a Builder takes everything
	return b.String()
}

// measure shares out the width: to names what they need, up to two fifths.
func (p *picture) measure(rows []row) {
	for _, r := range rows {
		if r.step != nil {
			p.names = max(p.names, svgIndent*(r.depth+1)+svgCell*(cells(plain(r.label))+1))
		}
	}
	p.names = min(max(p.names, 120), p.width*2/5)
	p.from = float64(svgMargin + p.names + svgTook + svgTries)
	if whole := p.end.Sub(p.begin); whole > 0 {
		p.scale = (float64(p.width-svgMargin) - p.from) / float64(whole)
	}
}

// text writes one line of text with its lower left corner at a place.
func (p *picture) text(class string, x, y int, s string) {
	fmt.Fprintf(&p.b, `<text class="%s" x="%d" y="%d">%s</text>`+"\n", class, x, y, escaped(s))
}

// line writes a line of the head, cut at the right margin.
func (p *picture) line(class string, x int, s string) {
	p.text(class, x, p.y+14, cut(plain(s), (p.width-svgMargin-x)/svgCell, "…"))
	p.y += 20
}

func (p *picture) head() {
	p.y += 4
	p.line("title", svgMargin, p.timeline.name())
	p.line("muted s-"+statusKey(p.exec.Status), svgMargin, p.headline()+" · "+p.summary()+" · "+p.when())
	if p.found {
		p.y += 8
		fmt.Fprintf(&p.b, `<rect class="stripe s-%s" x="%d" y="%d" width="3" height="42"/>`+"\n", statusKey(p.cause.Status), svgMargin, p.y-2)
		p.line("strong", svgMargin+12, p.verdict()+": "+p.place(" › "))
		p.line("muted", svgMargin+12, strings.Join(strings.Fields(failureWords(p.cause.Failure)), " "))
	}
	p.y += 12
}

// axis draws the ticks above the rows and the lines down through them.
func (p *picture) axis(rows int) {
	top := p.y + 16
	room := int(float64(p.width-svgMargin)-p.from) / 80
	for _, at := range p.ticks(max(1, room)) {
		x := int(p.x(p.begin.Add(at)))
		fmt.Fprintf(&p.b, `<path class="grid" d="M%d.5 %dV%d"/>`+"\n", x, top, top+rows*svgRow+4)
		p.text("tick", x, top-4, tickWords(at))
	}
	p.y = top + 2
}

func (p *picture) x(at time.Time) float64 { return p.from + float64(at.Sub(p.begin))*p.scale }

// row draws a step with its bar. What a reader's pointer rests on tells more.
func (p *picture) row(r row) {
	x, y := svgMargin+min(r.depth, 10)*svgIndent, p.y+15
	p.y += svgRow
	if r.more != nil {
		p.text("note", x, y, "… "+r.more.words())
		return
	}
	s := r.step
	fmt.Fprintf(&p.b, `<g class="row s-%s"><title>%s</title>`+"\n", statusKey(s.Status), escaped(p.hint(s)))
	p.text("mark", x, y, unicodeGlyphs().mark(s.Status))
	p.text("label", x+svgIndent, y, cut(plain(r.label), (svgMargin+p.names-x-svgIndent)/svgCell, "…"))
	if words := p.took(s, unicodeGlyphs().atLeast); words != "" {
		p.text("took", svgMargin+p.names+svgTook-8, y, words)
	}
	if n := len(s.Attempts); n > 1 {
		p.text("tries", svgMargin+p.names+svgTook-4, y, fmt.Sprintf("×%d", n))
	}
	segments := p.segments(s)
	for i, g := range segments {
		from, height := p.x(g.from), svgBar
		if g.phase == around {
			height = 3
		}
		if g.phase == waiting && p.x(g.until)-from < 1 && i < len(segments)-1 {
			continue // nobody waits for so short
		}
		fmt.Fprintf(&p.b, `<rect class="%s" x="%.1f" y="%d" width="%.1f" height="%d" rx="2"/>`+"\n",
			g.phase, min(from, float64(p.width-svgMargin-svgShortest)), y-4-height/2, max(svgShortest, p.x(g.until)-from), height)
	}
	p.b.WriteString("</g>\n")
}

// hint is what is known of a step in a few lines.
func (p *picture) hint(s *history.Step) string {
	words := s.ID + ": " + statusWord(s.Status, s.NativeStatus)
	if s.Failure != nil {
		words += ", " + failureWords(*s.Failure)
	}
	return cut(plain(words), 300, "…")
}
