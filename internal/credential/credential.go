// SPDX-License-Identifier: Apache-2.0

// Package credential finds what gets into a key or token on its way here, most often from a file.
package credential

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Flaw says what is wrong with a part of a credential and what to do about it, "" if nothing. No cloud issues a key or token
// with white space around it or a control character in it; with one that has, a signature is refused as any wrong one is,
// and nobody sees why. The text begins with the part's name, which is what the user calls it, and never quotes the value.
//
// Nothing is trimmed instead: a key that is wrong where it is kept would work here and fail in every other program.
func Flaw(name, value string) string {
	first, _ := utf8.DecodeRuneInString(value)
	last, _ := utf8.DecodeLastRuneInString(value)
	const trim = "; trim it where it is read or set (was it read from a file?)"
	switch {
	case value == "":
		return ""
	case lineEnd(last):
		return name + " ends with a line end" + trim
	case unicode.IsSpace(last):
		return name + " ends with white space" + trim
	case lineEnd(first):
		return name + " begins with a line end" + trim
	case unicode.IsSpace(first):
		return name + " begins with white space" + trim
	case first == '\uFEFF':
		return name + " begins with a byte order mark" + trim
	case strings.ContainsFunc(value, unicode.IsControl):
		return name + " has a line end or another control character in it; set it to what was issued and no more (was it read from a file?)"
	}
	return ""
}

func lineEnd(r rune) bool { return r == '\n' || r == '\r' }
