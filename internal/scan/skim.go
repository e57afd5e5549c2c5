// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"encoding/binary"
	"math/bits"
)

// skimDepth is how deep skim goes: as many levels as a word has bits.
const skimDepth = 64

// skim reads the value that comes next if all of it is in the window, with a little behind it, and reports whether it did. It
// is the fast way for a value that nobody looks into. What it does not understand it leaves as it was for Skip, which takes
// its time and finds out whether that is JSON.
func (s *Scanner) skim() bool {
	if s.err != nil || s.depth > MaxDepth-skimDepth {
		return false
	}
	end := skimValue(s.buf, s.at)
	if end < 0 {
		return false
	}
	s.at = end
	return true
}

// skimValue is the place behind the value that begins at i, or behind space there; -1 if it, or what is behind it, is not
// there or not understood. So are the functions below.
func skimValue(buf []byte, i int) int {
	depth, objects := 0, uint64(0) // objects has a bit for each level, the lowest for the innermost: set if it is an object
	for {
		if i = skimSpace(buf, i); i < 0 {
			return -1
		}
		switch c := buf[i]; c {
		case '"':
			i = skimString(buf, i)
		case '{', '[':
			if depth++; depth > skimDepth {
				return -1
			}
			if i = skimSpace(buf, i+1); i < 0 {
				return -1
			}
			objects <<= 1
			if c == '{' {
				objects |= 1
			}
			if buf[i] == c+2 { // what closes it, which is no value
				break
			}
			if c == '{' {
				i = skimKey(buf, i)
			}
			if i < 0 {
				return -1
			}
			continue
		case 't':
			i = skimWord(buf, i, "true")
		case 'f':
			i = skimWord(buf, i, "false")
		case 'n':
			i = skimWord(buf, i, "null")
		default:
			i = skimNumber(buf, i)
		}
		for {
			if depth == 0 || i < 0 {
				return i
			}
			if i = skimSpace(buf, i); i < 0 {
				return -1
			}
			c, object := buf[i], objects&1 == 1
			i++
			if c == ',' {
				if object {
					i = skimKey(buf, i)
				}
				break
			}
			if c != ']' && !object || c != '}' && object {
				return -1
			}
			depth--
			objects >>= 1
		}
		if i < 0 {
			return -1
		}
	}
}

// skimSpace is the place of the first byte that is not space. It is inlined for what most answers have: none or one.
func skimSpace(buf []byte, i int) int {
	if i < len(buf) && buf[i] > ' ' {
		return i
	}
	if i+1 < len(buf) && buf[i] == ' ' && buf[i+1] > ' ' {
		return i + 1
	}
	return skimSpaces(buf, i)
}

func skimSpaces(buf []byte, i int) int {
	for ; i < len(buf); i++ {
		switch buf[i] {
		case ' ', '\n', '\r', '\t':
		default:
			return i
		}
	}
	return -1
}

// skimKey reads a key with its colon, and space before it.
func skimKey(buf []byte, i int) int {
	if i = skimSpace(buf, i); i < 0 || buf[i] != '"' {
		return -1
	}
	if i = skimString(buf, i); i < 0 {
		return -1
	}
	if i = skimSpace(buf, i); i < 0 || buf[i] != ':' {
		return -1
	}
	return i + 1
}

// skimString reads a string whose quote is at i.
func skimString(buf []byte, i int) int {
	i++
	for i+8 <= len(buf) {
		word := binary.LittleEndian.Uint64(buf[i:])
		slashes, stop := lookASCII(word, 0)
		if word&highs != 0 {
			slashes, stop = look(word, 0)
		}
		if stop |= slashes; stop == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(stop) / 8
		switch {
		case buf[i] == '"':
			return i + 1
		case buf[i] == '\\' && i+1 < len(buf) && unescaped(buf[i+1]) != 0:
			i += 2
		case buf[i] == '\\' && i+5 < len(buf) && buf[i+1] == 'u' && isHex(buf[i+2]) && isHex(buf[i+3]) && isHex(buf[i+4]) && isHex(buf[i+5]):
			i += 6
		default:
			return -1
		}
	}
	return -1
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

// skimWord reads a word.
func skimWord(buf []byte, i int, word string) int {
	end := i + len(word)
	if end > len(buf) || string(buf[i:end]) != word {
		return -1
	}
	return end
}

// skimNumber reads a number: no other than a whole one, which most are.
func skimNumber(buf []byte, i int) int {
	if i < len(buf) && buf[i] == '-' {
		i++
	}
	begin := i
	for ; i < len(buf); i++ {
		c := buf[i]
		if c-'0' <= 9 {
			continue
		}
		if i == begin || buf[begin] == '0' && i > begin+1 || c == '.' || c|0x20 == 'e' {
			return -1
		}
		return i
	}
	return -1
}
