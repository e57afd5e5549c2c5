// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"strings"
	"unicode"

	"github.com/flowhistory/flowhistory/history"
)

// cell is a text in a table; one with a status has its colour.
type cell struct {
	text   string
	status history.Status
}

// table aligns rows of cells under a heading. Cells may hold anything: what is not printable is shown as an escape.
type table struct {
	heads []string
	rows  [][]cell
}

func newTable(heads ...string) *table { return &table{heads: heads} }

// row takes texts, statuses and cells, one for each heading.
func (t *table) row(values ...any) {
	cells := make([]cell, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case cell:
			cells[i] = v
		case history.Status:
			cells[i] = cell{string(v), v}
		case string:
			cells[i] = cell{text: v}
		}
		cells[i].text = plain(cells[i].text)
	}
	t.rows = append(t.rows, cells)
}

// print writes the table; a width above 0 cuts its lines, and an ellipsis at their end says where columns are left out.
func (t *table) print(w io.Writer, color bool, width int) error {
	heads := make([]cell, len(t.heads))
	for i, h := range t.heads {
		heads[i] = cell{text: strings.ToUpper(h)}
	}
	rows := append([][]cell{heads}, t.rows...)
	widths := make([]int, len(heads))
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], cellsOf(c.text))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		line(&b, row, widths, color, width)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// line writes one row without blanks at its end.
func line(b *strings.Builder, row []cell, widths []int, color bool, width int) {
	last := len(row) - 1
	for last > 0 && row[last].text == "" {
		last--
	}
	at := 0
	for i, c := range row[:last+1] {
		text, next := c.text, at+widths[i]+2
		if width > 0 && i < last && next >= width { // no room for the next column
			text += strings.Repeat(" ", max(0, width-at-1-cellsOf(text))) + "…"
		}
		if width > 0 {
			text = cut(text, width-at)
		}
		b.WriteString(paint(color, c.status, text))
		if at = next; i < last && (width == 0 || at < width) {
			b.WriteString(strings.Repeat(" ", widths[i]+2-cellsOf(text)))
		}
	}
	b.WriteByte('\n')
}

// paint gives a text the colour of a status.
func paint(color bool, s history.Status, text string) string {
	sgr := map[history.Status]string{
		history.Succeeded: "32", history.Failed: "31", history.TimedOut: "35", history.Running: "34",
		history.Stopped: "33", history.Paused: "33",
	}[s]
	if !color || sgr == "" || text == "" {
		return text
	}
	return "\x1b[" + sgr + "m" + text + "\x1b[0m"
}

// cut is a text in at most so many cells of a terminal.
func cut(s string, n int) string {
	if cellsOf(s) <= n {
		return s
	}
	room := n - 1
	for i, r := range s {
		if room -= runeCells(r); room < 0 {
			return s[:i] + strings.Repeat("…", min(1, max(0, n)))
		}
	}
	return s
}

// cellsOf is how many cells of a terminal a text takes.
func cellsOf(s string) (n int) {
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

// runeCells knows the scripts of which names are: East Asian characters take two cells, marks that combine none.
func runeCells(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff01 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff,
		r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}
