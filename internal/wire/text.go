// SPDX-License-Identifier: Apache-2.0

// Package wire holds what the decoders of both clouds share: texts that take what a service sent instead of what its
// document promised, and how an answer that cannot be read is quoted in an error.
package wire

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Text is a JSON string's value, or any other value as it stands: a number, or an object where the document has a string
// with one inside. null and "" leave what was there, so that of two spellings of a field the one that says something wins.
// It is always UTF-8.
type Text string

// UnmarshalJSON never fails on valid JSON.
func (t *Text) UnmarshalJSON(data []byte) error {
	switch {
	case string(data) == `""`, string(data) == "null":
	case data[0] != '"':
		*t = Text(Valid(data))
	case bytes.IndexByte(data, '\\') < 0 && utf8.Valid(data):
		*t = Text(data[1 : len(data)-1]) // most are: another run of the decoder for each would be the most expensive thing here
	default:
		return json.Unmarshal(data, (*string)(t))
	}
	return nil
}

// Plain reports whether the text is not that of an object or a list.
func (t Text) Plain() bool { return t == "" || t[0] != '{' && t[0] != '[' }

// Valid is JSON as it was sent. Bytes that are not UTF-8, which no JSON may have, are replaced as encoding/json does it in
// strings: a history.Detail that had any could not be written as JSON again.
func Valid(data []byte) string { return strings.ToValidUTF8(string(data), "\uFFFD") }

// Decimal reads a number as people and JSON write it. strconv.ParseFloat takes more: 0x1p4 and 1_000 as Go's source has them,
// infinities and NaN.
func Decimal(s string) (float64, bool) {
	if strings.ContainsAny(s, "xX_nN") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}
