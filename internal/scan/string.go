// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// A string is looked at eight bytes at a time. These are eight times the same byte.
const (
	ones   = 0x0101010101010101
	highs  = 0x80 * ones
	spaces = ' ' * ones
	quotes = '"' * ones
	slants = '\\' * ones
)

// Bytes is what the string that comes next says. Like encoding/json it makes U+FFFD of what is not UTF-8, byte by byte, and
// of half a surrogate pair. Any value but a string is an error.
func (s *Scanner) Bytes() []byte {
	if s.peek() != '"' {
		s.invalid()
		return nil
	}
	return s.text()
}

// text is Bytes where a string begins.
func (s *Scanner) text() []byte {
	start := s.at + 1
	if end, plain := s.plainEnd(start); plain {
		s.at = end + 1
		return s.buf[start:end]
	}
	s.scratch = s.Append(s.scratch[:0])
	return s.scratch
}

// plainEnd is where a string ends that begins at i and is, as it stands in the window, what it says.
func (s *Scanner) plainEnd(i int) (end int, plain bool) {
	start, ascii := i, true
	for ; i+8 <= len(s.buf); i += 8 {
		word := binary.LittleEndian.Uint64(s.buf[i:])
		slashes, stop := lookASCII(word, 0)
		if word&highs != 0 {
			slashes, stop = look(word, 0)
			ascii = false
		}
		if stop |= slashes; stop != 0 {
			i += bits.TrailingZeros64(stop) / 8
			break
		}
	}
	for ; i < len(s.buf); i++ { // the last few bytes, or the one that stopped
		switch c := s.buf[i]; {
		case c == '"':
			return i, ascii || utf8.Valid(s.buf[start:i])
		case c == '\\' || c < ' ':
			return i, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return i, false
}

// Text is what the value that comes next says: a string's Bytes, nothing of null, and any other value as it stands, each run
// of bytes in it that is not UTF-8 made one U+FFFD.
func (s *Scanner) Text() []byte {
	if s.at < len(s.buf) && s.buf[s.at] == '"' { // nearly always
		return s.text()
	}
	switch s.peek() {
	case '"':
		return s.text()
	case 'n':
		s.skipWord()
		return nil
	}
	raw := s.Raw()
	if utf8.Valid(raw) {
		return raw
	}
	return bytes.ToValidUTF8(raw, []byte("\uFFFD"))
}

// Append appends to dst what Bytes would return. dst is returned as it was after an error.
func (s *Scanner) Append(dst []byte) []byte {
	if s.peek() != '"' {
		s.invalid()
		return dst
	}
	s.at++
	start, ascii := len(dst), true
	for {
		var plain bool
		dst, plain = s.appendWords(dst)
		ascii = ascii && plain
		switch c := s.here(); {
		case c == '"':
			s.at++
			if !ascii && !utf8.Valid(dst[start:]) {
				dst = mend(dst, start)
			}
			return dst
		case c == '\\':
			dst = s.appendEscape(dst)
		case c < ' ':
			s.invalid()
		default:
			dst = append(dst, c)
			ascii = ascii && c < utf8.RuneSelf
			s.at++
		}
		if s.err != nil {
			return dst[:start]
		}
	}
}

// appendWords appends as much of a string as can be looked at eight bytes at a time, escaped quotes included. The bytes
// behind what was appended are used too. plain is whether all of it is ASCII.
func (s *Scanner) appendWords(dst []byte) (_ []byte, plain bool) {
	const room = 64
	if cap(dst)-len(dst) < room {
		dst = slices.Grow(dst, max(room, len(dst)))
	}
	src, out, i, n := s.buf, dst[:cap(dst)], uint(s.at), uint(len(dst))
	carry, plain := uint64(0), true
	for i+8 <= uint(len(src)) && n+8 <= uint(len(out)) {
		word := binary.LittleEndian.Uint64(src[i : i+8])
		slashes, stop := lookASCII(word, carry)
		if word&highs != 0 {
			slashes, stop = look(word, carry)
			plain = false
		}
		binary.LittleEndian.PutUint64(out[n:n+8], without(word, slashes)) // what is too much of it is overwritten
		if stop != 0 {
			whole := before(stop, slashes<<8|carry)
			if whole > 0 {
				n += uint(whole) - count(slashes&(1<<(8*whole)-1))
			}
			s.at = int(i) + whole
			return out[:n], plain
		}
		n += 8 - count(slashes)
		carry = slashes >> 56
		i += 8
	}
	s.at = int(i) - int(carry>>7)
	return out[:n], plain
}

// look finds in eight bytes of a string, each by its high bit, the backslashes, and where to stop because there is more
// than plain characters and escaped quotes. carry is 0x80 if the byte before was a backslash, else 0. Only the lowest bit of
// stop counts, and only the backslashes below it: subtraction carries into bytes above a hit.
func look(word, carry uint64) (slashes, stop uint64) {
	slash, quote := word^slants, word^quotes
	slashes = (slash - ones) &^ slash & highs
	quoted := (quote - ones) &^ quote & highs
	return slashes, (word-spaces)&^word&highs | (quoted ^ (slashes<<8 | carry))
}

// lookASCII is look for bytes without high bits, in which half of the work tells the same: nothing carries.
func lookASCII(word, carry uint64) (slashes, stop uint64) {
	slashes = (highs - (word ^ slants)) & highs
	quoted, control := highs-(word^quotes), highs+spaces-ones-word
	return slashes, (control | (quoted ^ (slashes<<8 | carry))) & highs
}

// count is how many high bits are set, for less than bits.OnesCount64 where nobody says that the processor can count.
func count(marks uint64) uint { return uint(marks >> 7 * ones >> 56) }

// before is how many bytes come before a stop, or before the backslash of the stop if it is escaped: -1 if that one is in
// the eight bytes before.
func before(stop, escaped uint64) int {
	n := bits.TrailingZeros64(stop) / 8
	if escaped&(stop&-stop) != 0 {
		n--
	}
	return n
}

// without is a word without its backslashes; what is behind each moves up.
func without(word, slashes uint64) uint64 {
	for ; slashes != 0; slashes = slashes & (slashes - 1) >> 8 {
		below, up := (slashes&-slashes)>>7-1, word>>8
		word = up ^ (word^up)&below
	}
	return word
}

// mend makes U+FFFD of each byte behind start that is no part of a character.
func mend(dst []byte, start int) []byte {
	torn := slices.Clone(dst[start:])
	dst = dst[:start]
	for len(torn) > 0 {
		r, n := utf8.DecodeRune(torn)
		dst = utf8.AppendRune(dst, r)
		torn = torn[n:]
	}
	return dst
}

// unescaped is what the character behind a backslash stands for, 0 for none and for u.
func unescaped(c byte) byte {
	switch c {
	case '"', '\\', '/':
		return c
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	}
	return 0
}

// appendEscape appends what an escape stands for, or several that are tried as surrogate pairs.
func (s *Scanner) appendEscape(dst []byte) []byte {
	half := rune(0) // waits for the other half
	for {
		s.at++ // the backslash
		c := s.here()
		if half != 0 && c != 'u' {
			dst = utf8.AppendRune(dst, utf8.RuneError)
		}
		if c != 'u' {
			if c = unescaped(c); c == 0 {
				s.invalid()
				return dst
			}
			s.at++
			return append(dst, c)
		}
		s.at++
		r, ok := s.hex()
		if !ok {
			return dst
		}
		if half != 0 {
			if whole := utf16.DecodeRune(half, r); whole != utf8.RuneError {
				return utf8.AppendRune(dst, whole)
			}
			dst = utf8.AppendRune(dst, utf8.RuneError)
		}
		if !utf16.IsSurrogate(r) {
			return utf8.AppendRune(dst, r)
		}
		if s.here() != '\\' {
			return utf8.AppendRune(dst, utf8.RuneError)
		}
		half = r
	}
}

// hex reads four hexadecimal digits.
func (s *Scanner) hex() (r rune, ok bool) {
	for range 4 {
		c := s.here()
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			s.invalid()
			return 0, false
		}
		r = r<<4 | rune(c)
		s.at++
	}
	return r, true
}

// skipString reads a string without looking at what it says.
func (s *Scanner) skipString() {
	s.at++
	for s.err == nil {
		s.skipWords()
		switch c := s.here(); {
		case c == '"':
			s.at++
			return
		case c == '\\':
			s.skipEscape()
		case c < ' ':
			s.invalid()
		default:
			s.at++
		}
	}
}

// skipWords is appendWords without appending.
func (s *Scanner) skipWords() {
	buf, i, carry := s.buf, s.at, uint64(0)
	for ; i+8 <= len(buf); i += 8 {
		word := binary.LittleEndian.Uint64(buf[i:])
		slashes, stop := lookASCII(word, carry)
		if word&highs != 0 {
			slashes, stop = look(word, carry)
		}
		if stop != 0 {
			s.at = i + before(stop, slashes<<8|carry)
			return
		}
		carry = slashes >> 56
	}
	s.at = i - int(carry>>7)
}

// skipEscape reads one escape.
func (s *Scanner) skipEscape() {
	s.at++
	c := s.here()
	if c != 'u' && unescaped(c) == 0 {
		s.invalid()
		return
	}
	s.at++
	if c == 'u' {
		s.hex()
	}
}
