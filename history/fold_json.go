// SPDX-License-Identifier: Apache-2.0

package history

import "strings"

// Folding takes parts out of details, which are strings, mostly short and always whole. The functions here do only that and
// leave what is unusual to encoding/json. Package scan reads bytes: it would need a copy of each detail, and takes up to
// twice the time for short ones.

// maxJSONDepth is how deep members goes.
const maxJSONDepth = 64

// members are the values under two keys of the object that a text is, "" where there is none; of several the last. It
// reports false for what is no JSON, and for some of what is: other values than objects, escapes in the object's keys, very
// deep nesting.
func members(s, key1, key2 string) (value1, value2 string, ok bool) {
	i := behindSpace(s, 0)
	if i == len(s) || s[i] != '{' {
		return "", "", false
	}
	if i = behindSpace(s, i+1); i < len(s) && s[i] == '}' {
		return "", "", behindSpace(s, i+1) == len(s)
	}
	for {
		key := behindString(s, i)
		start := behindColon(s, key)
		end := behindValue(s, start, 1)
		if end < 0 {
			return "", "", false
		}
		switch name := s[i+1 : key-1]; {
		case name == key1:
			value1 = s[start:end]
		case name == key2:
			value2 = s[start:end]
		case strings.IndexByte(name, '\\') >= 0:
			return "", "", false
		}
		i = behindSpace(s, end)
		if i < len(s) && s[i] == '}' {
			return value1, value2, behindSpace(s, i+1) == len(s)
		}
		if i == len(s) || s[i] != ',' {
			return "", "", false
		}
		i = behindSpace(s, i+1)
	}
}

// The functions below return the place behind what they are named for, which begins at i. Where there is no such thing, or
// i is negative because there was no such thing before, they return a negative number.

func behindSpace(s string, i int) int {
	for uint(i) < uint(len(s)) && s[i] <= ' ' && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

// behindColon is behind the colon of a key that ends before i, and behind the space there.
func behindColon(s string, i int) int {
	if i = behindSpace(s, i); uint(i) >= uint(len(s)) || s[i] != ':' {
		return -1
	}
	return behindSpace(s, i+1)
}

func behindValue(s string, i, depth int) int {
	if uint(i) >= uint(len(s)) || depth > maxJSONDepth {
		return -1
	}
	switch s[i] {
	case '"':
		return behindString(s, i)
	case '{', '[':
		return behindList(s, i, depth)
	case 't':
		return behindWord(s, i, "true")
	case 'f':
		return behindWord(s, i, "false")
	case 'n':
		return behindWord(s, i, "null")
	}
	return behindNumber(s, i)
}

// behindList is behind an object or an array.
func behindList(s string, i, depth int) int {
	isObject, closing := s[i] == '{', byte(']')
	if isObject {
		closing = '}'
	}
	if i = behindSpace(s, i+1); i < len(s) && s[i] == closing {
		return i + 1
	}
	for {
		if isObject {
			i = behindColon(s, behindString(s, i))
		}
		if i = behindValue(s, i, depth+1); i < 0 {
			return -1
		}
		i = behindSpace(s, i)
		switch {
		case i == len(s):
			return -1
		case s[i] == closing:
			return i + 1
		case s[i] != ',':
			return -1
		}
		i = behindSpace(s, i+1)
	}
}

func behindString(s string, i int) int {
	if uint(i) >= uint(len(s)) || s[i] != '"' {
		return -1
	}
	for i++; uint(i) < uint(len(s)); i++ {
		switch c := s[i]; {
		case c > '\\': // most are
		case c == '"':
			return i + 1
		case c < ' ':
			return -1
		case c == '\\':
			n := escape(s[i+1:])
			if n == 0 {
				return -1
			}
			i += n
		}
	}
	return -1
}

// escape is how many characters of an escape follow its backslash, 0 if it is none.
func escape(s string) int {
	switch {
	case s == "":
		return 0
	case strings.IndexByte(`"\/bfnrt`, s[0]) >= 0:
		return 1
	case s[0] != 'u' || len(s) < 5:
		return 0
	}
	for _, c := range []byte(s[1:5]) {
		if strings.IndexByte("0123456789abcdefABCDEF", c) < 0 {
			return 0
		}
	}
	return 5
}

func behindNumber(s string, i int) int {
	if s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else {
		i = behindDigits(s, i)
	}
	if i >= 0 && i < len(s) && s[i] == '.' {
		i = behindDigits(s, i+1)
	}
	if i >= 0 && i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		i = behindDigits(s, i)
	}
	return i
}

// behindDigits is behind one digit or more.
func behindDigits(s string, i int) int {
	start := i
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	if i == start {
		return -1
	}
	return i
}

func behindWord(s string, i int, word string) int {
	if !strings.HasPrefix(s[i:], word) {
		return -1
	}
	return i + len(word)
}
