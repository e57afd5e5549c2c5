// SPDX-License-Identifier: Apache-2.0

package render

import "github.com/flowhistory/flowhistory/history"

// glyphs are the characters that a text is drawn with.
type glyphs struct {
	marks                       map[history.Status]string // one cell each
	bars                        map[phase]string          // one cell each
	unknown                     string                    // one cell
	dot, arrow, ellipsis, times string
	atLeast                     string
	reply, pipe, tee, corner    string // in front of a row; the last three two cells each
}

func unicodeGlyphs() glyphs {
	return glyphs{
		marks: map[history.Status]string{
			history.Succeeded: "✓", history.Failed: "✗", history.TimedOut: "◔", history.Stopped: "■",
			history.Running: "▶", history.Paused: "◫", history.Pending: "○",
		},
		bars:    map[phase]string{working: "█", waiting: "░", failing: "▒", around: "━"},
		unknown: "?", dot: " · ", arrow: " › ", ellipsis: "…", times: "×", atLeast: "≥", reply: "↳ ", pipe: "│ ", tee: "├ ", corner: "└ ",
	}
}

func asciiGlyphs() glyphs {
	return glyphs{
		marks: map[history.Status]string{
			history.Succeeded: "+", history.Failed: "x", history.TimedOut: "!", history.Stopped: "#",
			history.Running: ">", history.Paused: "=", history.Pending: "o",
		},
		bars:    map[phase]string{working: "#", waiting: ".", failing: "x", around: "="},
		unknown: "?", dot: " - ", arrow: " > ", ellipsis: "..", times: "x", atLeast: ">=", reply: "> ", pipe: "| ", tee: "|-", corner: "`-",
	}
}

func (g glyphs) mark(s history.Status) string {
	if mark, ok := g.marks[s]; ok {
		return mark
	}
	return g.unknown
}

// ink colours text for a terminal, or leaves it as it is.
type ink bool

// The SGR parameters. Only the sixteen colours that every terminal's own theme defines are used.
const (
	sgrBold, sgrFaint                            = "1", "2"
	sgrRed, sgrGreen, sgrYellow, sgrBlue, sgrMag = "31", "32", "33", "34", "35"
)

func (i ink) paint(sgr, s string) string {
	if !i || s == "" {
		return s
	}
	return "\x1b[" + sgr + "m" + s + "\x1b[0m"
}

func (i ink) bold(s string) string  { return i.paint(sgrBold, s) }
func (i ink) faint(s string) string { return i.paint(sgrFaint, s) }
func (i ink) warn(s string) string  { return i.paint(sgrYellow, s) }

func (i ink) status(status history.Status, s string) string { return i.paint(statusInk(status), s) }

func statusInk(s history.Status) string {
	switch s {
	case history.Succeeded:
		return sgrGreen
	case history.Failed:
		return sgrRed
	case history.TimedOut:
		return sgrMag
	case history.Running:
		return sgrBlue
	case history.Stopped, history.Paused:
		return sgrYellow
	}
	return sgrFaint
}

// phase colours one part of a step's bar.
func (i ink) phase(p phase, status history.Status, s string) string {
	switch p {
	case waiting:
		return i.paint(sgrYellow, s)
	case failing:
		return i.paint(sgrRed, s)
	case around:
		return i.paint(sgrFaint+";"+statusInk(status), s)
	}
	return i.paint(statusInk(status), s)
}
