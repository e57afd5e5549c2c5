// SPDX-License-Identifier: Apache-2.0

package history

import "strings"

// detailValue is Detail.Input and the like, without decoding the rest of the detail into a map: folding reads one key of
// every second event. It knows plain JSON only and leaves everything else to the decoder.
func detailValue(d Detail, key string) Detail {
	if d == "" || d == "{}" {
		return ""
	}
	s := jsonScan{text: string(d)}
	value, ok := s.member(key)
	switch {
	case !ok:
		return d.key(key)
	case value == "null":
		return ""
	}
	return Detail(value)
}

// failureOf is an event's failure, nil if its detail has none.
func failureOf(e *Event) *Failure {
	if e.Detail == "" || e.Detail == "{}" {
		return nil
	}
	if f, ok := e.Detail.Failure(); ok {
		return &f
	}
	return nil
}

// maxScanDepth is how deep jsonScan goes.
const maxScanDepth = 64

// jsonScan walks over a JSON text. Its methods report false for what is no JSON, and for some of what is: escapes in the
// keys of the outermost object, unusual numbers, very deep nesting. What they accept is JSON.
type jsonScan struct {
	text string
	at   int
}

// member is the value under a key of the object that the text is, "" if there is none; of several the last.
func (s *jsonScan) member(key string) (value string, ok bool) {
	if !s.skip('{') {
		return "", false
	}
	if !s.skip('}') {
		for more := true; more; more = s.skip(',') {
			name, ok := s.name()
			if !ok || strings.IndexByte(name, '\\') >= 0 {
				return "", false
			}
			s.space()
			start := s.at
			if !s.value(1) {
				return "", false
			}
			if name == key {
				value = s.text[start:s.at]
			}
		}
		if !s.skip('}') {
			return "", false
		}
	}
	s.space()
	return value, s.at == len(s.text)
}

// name is a key with its colon.
func (s *jsonScan) name() (string, bool) {
	s.space()
	start := s.at
	if !s.str() {
		return "", false
	}
	end := s.at
	return s.text[start+1 : end-1], s.skip(':')
}

func (s *jsonScan) value(depth int) bool {
	s.space()
	if s.at == len(s.text) || depth > maxScanDepth {
		return false
	}
	switch c := s.text[s.at]; c {
	case '"':
		return s.str()
	case '{':
		return s.list('{', '}', depth)
	case '[':
		return s.list('[', ']', depth)
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

// list is an object or an array.
func (s *jsonScan) list(begin, end byte, depth int) bool {
	s.at++
	if s.skip(end) {
		return true
	}
	for more := true; more; more = s.skip(',') {
		if begin == '{' {
			if _, ok := s.name(); !ok {
				return false
			}
		}
		if !s.value(depth + 1) {
			return false
		}
	}
	return s.skip(end)
}

// str is a string.
func (s *jsonScan) str() bool {
	if s.at == len(s.text) || s.text[s.at] != '"' {
		return false
	}
	for i := s.at + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			s.at = i + 1
			return true
		case c < ' ':
			return false
		case c == '\\':
			n := escape(s.text[i+1:])
			if n == 0 {
				return false
			}
			i += n
		}
	}
	return false
}

// escape is how many characters of an escape follow its backslash, 0 if it is none.
func escape(text string) int {
	switch {
	case text == "":
		return 0
	case strings.IndexByte(`"\/bfnrt`, text[0]) >= 0:
		return 1
	case text[0] != 'u' || len(text) < 5:
		return 0
	}
	for _, c := range []byte(text[1:5]) {
		if strings.IndexByte("0123456789abcdefABCDEF", c) < 0 {
			return 0
		}
	}
	return 5
}

// number is an integer or decimal number without exponent.
func (s *jsonScan) number() bool {
	if s.text[s.at] == '-' {
		s.at++
	}
	whole := s.digits()
	if whole == 0 || whole > 1 && s.text[s.at-whole] == '0' {
		return false
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		return s.digits() > 0
	}
	return true
}

func (s *jsonScan) digits() int {
	start := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	return s.at - start
}

func (s *jsonScan) word(w string) bool {
	if !strings.HasPrefix(s.text[s.at:], w) {
		return false
	}
	s.at += len(w)
	return true
}

func (s *jsonScan) space() {
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// skip goes behind a character, and the space before it, if it is there.
func (s *jsonScan) skip(c byte) bool {
	s.space()
	if s.at == len(s.text) || s.text[s.at] != c {
		return false
	}
	s.at++
	return true
}
