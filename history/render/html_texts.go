// SPDX-License-Identifier: Apache-2.0

package render

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// textData is a detail in a report.
type textData struct {
	Text string `json:"t"`
	Size int    `json:"n,omitempty"` // how many bytes it has, if not all of them are shown
}

// texts are the details of a report, each different one once.
type texts struct {
	each, rest int // how many bytes; negative = no limit
	list       []textData
	index      map[string]int
}

func newTexts(each, all int) texts {
	return texts{each: each, rest: all, list: []textData{{}}, index: map[string]int{"": 0}}
}

// add returns the index of a text. What it takes is counted as it is in the report: there, some characters take six.
func (t *texts) add(s string) int {
	if i, ok := t.index[s]; ok {
		return i
	}
	shown, whole := s, true
	if t.each >= 0 && len(s) > t.each {
		shown, whole = clip(s, t.each), false
	}
	shown = visible(shown)
	if t.rest >= 0 {
		most := shown
		shown = affordable(most, t.rest)
		t.rest, whole = max(0, t.rest-weight(shown)), whole && shown == most
	}
	d := textData{Text: shown}
	if !whole {
		d.Size = len(s)
	}
	i := len(t.list)
	t.list, t.index[s] = append(t.list, d), i
	return i
}

// clip is the first n bytes of a longer text, without half a character at the end.
func clip(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// visible is a text of several lines without characters that nobody can see.
func visible(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, line := range lines {
		parts := strings.Split(line, "\t")
		for j, part := range parts {
			parts[j] = plain(part)
		}
		lines[i] = strings.Join(parts, "\t")
	}
	return strings.Join(lines, "\n")
}

// affordable is as much of a text as there is room for.
func affordable(s string, room int) string {
	for weight(s) > room {
		if room < 64 { // not worth it
			return ""
		}
		s = clip(s, len(s)/2)
	}
	return s
}

// weight is how many bytes a text takes in JSON.
func weight(s string) int {
	text, _ := json.Marshal(s) // a string always has a JSON form
	return len(text)
}
