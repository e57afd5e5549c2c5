// SPDX-License-Identifier: Apache-2.0

package render

import (
	"strings"
	"unicode"
)

// A terminal is a grid of cells. Most characters take one, those of East Asian scripts and emoji two, and marks that
// combine with the one before none. Everything here is about text that plain has seen.

// isWide reports whether a character takes two cells. The ranges are the characters that are W or F in EastAsianWidth.txt
// of version 14 of Unicode (https://www.unicode.org/reports/tr11), joined where what lies between is not assigned.
//
// Assumption: characters of ambiguous width take one cell, as they do in terminals outside East Asian locales.
func isWide(r rune) bool {
	if r < 0x1100 {
		return false
	}
	for _, w := range [...][2]rune{
		{0x1100, 0x115f}, {0x231a, 0x231b}, {0x2329, 0x232a}, {0x23e9, 0x23ec}, {0x23f0, 0x23f0}, {0x23f3, 0x23f3}, {0x25fd, 0x25fe},
		{0x2614, 0x2615}, {0x2648, 0x2653}, {0x267f, 0x267f}, {0x2693, 0x2693}, {0x26a1, 0x26a1}, {0x26aa, 0x26ab},
		{0x26bd, 0x26be}, {0x26c4, 0x26c5}, {0x26ce, 0x26ce}, {0x26d4, 0x26d4}, {0x26ea, 0x26ea}, {0x26f2, 0x26f3},
		{0x26f5, 0x26f5}, {0x26fa, 0x26fa}, {0x26fd, 0x26fd}, {0x2705, 0x2705}, {0x270a, 0x270b}, {0x2728, 0x2728},
		{0x274c, 0x274c}, {0x274e, 0x274e}, {0x2753, 0x2755}, {0x2757, 0x2757}, {0x2795, 0x2797}, {0x27b0, 0x27b0},
		{0x27bf, 0x27bf}, {0x2b1b, 0x2b1c}, {0x2b50, 0x2b50}, {0x2b55, 0x2b55}, {0x2e80, 0x303e}, {0x3041, 0x3247}, {0x3250, 0x4dbf},
		{0x4e00, 0xa4cf}, {0xa960, 0xa97c}, {0xac00, 0xd7a3}, {0xf900, 0xfaff}, {0xfe10, 0xfe19}, {0xfe30, 0xfe6b},
		{0xff01, 0xff60}, {0xffe0, 0xffe6}, {0x16fe0, 0x18dff}, {0x1aff0, 0x1b2ff}, {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf},
		{0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c},
		{0x1f37e, 0x1f393}, {0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4},
		{0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d}, {0x1f54b, 0x1f54e},
		{0x1f550, 0x1f567}, {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596}, {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f},
		{0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc}, {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6df}, {0x1f6eb, 0x1f6ec},
		{0x1f6f4, 0x1f6fc}, {0x1f7e0, 0x1f7f0}, {0x1f90c, 0x1f93a}, {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff},
		{0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
	} {
		if r <= w[1] {
			return r >= w[0]
		}
	}
	return false
}

func runeCells(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me) || r >= 0x1160 && r <= 0x11ff: // the second half of a Hangul syllable joins the first
		return 0
	case isWide(r):
		return 2
	}
	return 1
}

// cells is how many of them a text takes.
func cells(s string) (n int) {
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

// fit is the text in exactly so many cells: filled up with spaces, or cut with an ellipsis at the end.
func fit(s string, n int, ellipsis string) string {
	s = cut(s, n, ellipsis)
	return s + strings.Repeat(" ", max(0, n-cells(s)))
}

// cut is the text in at most so many cells.
func cut(s string, n int, ellipsis string) string {
	if n <= 0 {
		return ""
	}
	if cells(s) <= n {
		return s
	}
	room := n - cells(ellipsis)
	if room < 0 {
		return ""
	}
	for i, r := range s {
		if room -= runeCells(r); room < 0 {
			return s[:i] + ellipsis
		}
	}
	return s
}

// wrap cuts a text into lines of so many cells, at spaces where that is possible, else behind a slash unless that leaves most
// of the line empty; at most so many lines.
func wrap(s string, n, most int, ellipsis string) []string {
	n = max(n, 1)
	var lines []string
	for len(lines) < most && s != "" {
		if cells(s) <= n {
			return append(lines, s)
		}
		if len(lines) == most-1 {
			return append(lines, cut(s, n, ellipsis))
		}
		line := cut(s, n, "")
		if line == "" { // a character that is wider than the line
			line = string([]rune(s)[:1])
		}
		if space := strings.LastIndexByte(line, ' '); space > 0 && s[len(line)] != ' ' {
			line = line[:space]
		} else if slash := strings.LastIndexByte(line, '/'); space < 0 && slash >= len(line)/2 {
			line = line[:slash+1]
		}
		lines = append(lines, strings.TrimRight(line, " "))
		s = strings.TrimLeft(s[len(line):], " ")
	}
	return lines
}
