// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonWriter writes JSON piece by piece, so that an output is never in memory as a whole. The first error stays with it
// and is returned by flush; nothing is written after it.
type jsonWriter struct {
	w       *bufio.Writer
	buf     bytes.Buffer // one value
	encoder *json.Encoder
	err     error
}

func newJSONWriter(w io.Writer) *jsonWriter {
	j := &jsonWriter{w: bufio.NewWriter(w)}
	j.encoder = json.NewEncoder(&j.buf)
	return j
}

// text writes a piece that is JSON's own.
func (j *jsonWriter) text(s string) {
	if j.err == nil {
		_, j.err = j.w.WriteString(s)
	}
}

// value writes a value on one line. What steers a terminal, an HTML page or the direction of text is written as an
// escape: it means the same to a program and nothing to a screen.
func (j *jsonWriter) value(v any) {
	if j.err != nil {
		return
	}
	j.buf.Reset()
	if j.err = j.encoder.Encode(v); j.err != nil {
		return
	}
	rest := bytes.TrimSuffix(j.buf.Bytes(), []byte("\n"))
	for j.err == nil {
		at := bytes.IndexFunc(rest, unseen)
		if at < 0 {
			_, j.err = j.w.Write(rest)
			return
		}
		r, size := utf8.DecodeRune(rest[at:])
		_, _ = j.w.Write(rest[:at]) // the buffer keeps its error for the next line
		_, j.err = j.w.WriteString(escape(r))
		rest = rest[at+size:]
	}
}

func (j *jsonWriter) flush() error {
	if j.err != nil {
		return j.err
	}
	return j.w.Flush()
}

// unseen reports whether nothing is drawn for a character: controls, marks of direction, spaces of no width and the like.
func unseen(r rune) bool { return !unicode.IsPrint(r) }

// escape writes a character as JSON's escape, in two parts where it needs more than 16 bits.
func escape(r rune) string {
	if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
