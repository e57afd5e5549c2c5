// SPDX-License-Identifier: Apache-2.0

package scan

import "fmt"

// Object enters the object that comes next; Field or Key go through it. It reports false, and reads nothing, if another
// value comes.
func (s *Scanner) Object() bool { return s.Kind() == Object && s.enter() }

// Array enters the array that comes next; Next goes through it. It reports false, and reads nothing, if another value
// comes.
func (s *Scanner) Array() bool { return s.Kind() == Array && s.enter() }

func (s *Scanner) enter() bool {
	if s.depth == MaxDepth {
		s.fail(&SyntaxError{Offset: s.Offset(), Reason: fmt.Sprintf("the depth of objects and arrays exceeds %d", MaxDepth)})
		return false
	}
	s.at++
	s.depth++
	s.first = true
	return true
}

// Next goes to the next value of the array that was entered last. The value before must have been read. It reports false
// behind the closing bracket, which it has read then, and after an error.
func (s *Scanner) Next() bool { return s.member(']') }

// member goes to what comes next in an object or an array; false is behind its end.
func (s *Scanner) member(closing byte) bool {
	c := s.peek()
	switch {
	case c == closing:
		s.at++
		s.depth--
		s.first = false
		return false
	case s.first:
		s.first = false
	case c == ',':
		s.at++
		c = s.peek()
	default:
		c = 0
	}
	if c == 0 {
		s.invalid()
	}
	return c != 0
}

// Skip reads the value that comes next, whatever it is, and reports whether there was one.
func (s *Scanner) Skip() bool {
	if s.peek() == '"' {
		s.skipString()
		return s.err == nil
	}
	if s.skim() {
		return true
	}
	outside := s.depth
	s.open = s.open[:0]
	for {
		switch s.Kind() {
		case Object, Array:
			s.open = append(s.open, s.buf[s.at])
			s.enter()
		case String:
			s.skipString()
		case Number:
			s.skipNumber()
		case Bool, Null:
			s.skipWord()
		case Invalid:
		}
		for s.depth > outside && !s.skipToValue() {
			if s.err != nil {
				return false
			}
			s.open = s.open[:len(s.open)-1]
		}
		if s.depth == outside || s.err != nil {
			return s.err == nil
		}
	}
}

// skipToValue goes to the next value of the object or array that Skip is in; false is behind its end.
func (s *Scanner) skipToValue() bool {
	if s.open[len(s.open)-1] == '[' {
		return s.member(']')
	}
	if !s.member('}') {
		return false
	}
	if s.buf[s.at] != '"' {
		s.invalid()
		return false
	}
	s.skipString()
	return s.colon()
}

// Raw is the value that comes next as it stands in the text, nil after an error. It may have bytes that are not UTF-8.
func (s *Scanner) Raw() []byte {
	if s.Kind() == Invalid {
		return nil
	}
	if end := s.digitsEnd(); end > s.at {
		raw := s.buf[s.at:end]
		s.at = end
		return raw
	}
	s.hold = s.at
	if !s.Skip() {
		return nil
	}
	raw := s.buf[s.hold:s.at]
	s.hold = -1
	return raw
}

// Ahead is what comes next as it stands in the text: n bytes, or those that are left of the window. It reads nothing, and
// does not look whether that is JSON.
func (s *Scanner) Ahead(n int) []byte { return s.buf[s.at:min(s.at+n, len(s.buf))] }

// Pass reads n bytes of what Ahead returned, which have to be the value that comes next.
func (s *Scanner) Pass(n int) { s.at += n }

// Whole reads the number that comes next if it is a whole one above 0 of at most 18 digits with nothing before it. It
// reports false, and reads nothing, if anything else comes, and for some such numbers too: those at the end of the window.
func (s *Scanner) Whole() (n int64, ok bool) {
	const most = 18 // more may be too large
	rest := s.buf[s.at:]
	rest = rest[:min(len(rest), most+1)]
	for i, c := range rest {
		if digit := c - '0'; digit <= 9 {
			n = 10*n + int64(digit)
			continue
		}
		if i == 0 || rest[0] == '0' || c == '.' || c|0x20 == 'e' {
			return 0, false
		}
		s.at += i
		return n, true
	}
	return 0, false
}

// digitsEnd is where a number ends that is only digits, as most are, and wholly in the window; else it is s.at.
func (s *Scanner) digitsEnd() int {
	end := s.at
	for end < len(s.buf) && '0' <= s.buf[end] && s.buf[end] <= '9' {
		end++
	}
	if end == len(s.buf) || s.buf[s.at] == '0' || s.buf[end] == '.' || s.buf[end]|0x20 == 'e' {
		return s.at
	}
	return end
}

// skipNumber reads a number.
func (s *Scanner) skipNumber() {
	if s.here() == '-' {
		s.at++
	}
	if s.here() == '0' {
		s.at++
	} else if !s.digits() {
		return
	}
	if s.here() == '.' {
		s.at++
		if !s.digits() {
			return
		}
	}
	if c := s.here(); c == 'e' || c == 'E' {
		s.at++
		if c := s.here(); c == '+' || c == '-' {
			s.at++
		}
		s.digits()
	}
}

// digits reads one digit or more.
func (s *Scanner) digits() bool {
	if c := s.here(); c < '0' || c > '9' {
		s.invalid()
		return false
	}
	for c := s.here(); '0' <= c && c <= '9'; c = s.here() {
		for s.at < len(s.buf) && '0' <= s.buf[s.at] && s.buf[s.at] <= '9' {
			s.at++
		}
	}
	return true
}

// skipWord reads null, true or false.
func (s *Scanner) skipWord() {
	word := "null"
	switch s.buf[s.at] {
	case 't':
		word = "true"
	case 'f':
		word = "false"
	}
	for i := range len(word) {
		if s.here() != word[i] {
			s.invalid()
			return
		}
		s.at++
	}
}

// here is the next byte, space or not, 0 if there is none.
func (s *Scanner) here() byte {
	if s.at == len(s.buf) && !s.more() {
		return 0
	}
	return s.buf[s.at]
}
