// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Words makes strings of words that come again and again, and makes each only once as long as it remembers it: the types and
// steps of events, status words. It remembers at most 256 words of at most 64 bytes. The zero value is ready; it is not
// safe for concurrent use, and must not be copied after its first word.
type Words struct {
	next uint8 // of a row that is full, the place that is taken next
	rows [64][4]word
}

// word is one that is remembered; the zero value is none.
type word struct {
	text    string
	sent    string // with the quotes around it, if that is how it stands in an answer; else empty
	guessed bool   // sent was thought about: it is only for words that a Sequence has
	then    *word  // the other one that came behind it the last time in any Sequence, nil for none yet
}

// String is the word as a string.
func (w *Words) String(text []byte) string {
	if known := w.find(text); known != nil {
		return known.text
	}
	return string(text)
}

// find is where a word is remembered, nil if it is too long for that, or empty.
func (w *Words) find(text []byte) *word {
	const longest = 64
	if len(text) > longest || len(text) == 0 {
		return nil
	}
	row := &w.rows[hash(text)%uint64(len(w.rows))]
	for i := range row {
		switch row[i].text {
		case string(text):
			return &row[i]
		case "":
			return row[i].set(text)
		}
	}
	w.next++
	return row[w.next%uint8(len(row))].set(text)
}

// set makes it another word. Guesses that lead here are then wrong, which costs no more than to find that out.
func (w *word) set(text []byte) *word {
	*w = word{text: string(text)}
	return w
}

// guess makes it ready to be guessed.
func (w *word) guess() {
	if w.guessed {
		return
	}
	w.guessed = true
	if plain(w.text) {
		w.sent = `"` + w.text + `"`
	}
}

// plain reports whether a text may stand in quotes as it is.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' {
			return false
		}
	}
	return utf8.ValidString(text)
}

// Sequence remembers which word came last where one field of a list's items is read, to guess the next one: most likely it
// is the one that came behind that word the last time, or that word again. It belongs to one Words. The zero value is ready.
type Sequence struct{ last *word }

// Word is Text as a string made by words, in which seq looks first.
func (s *Scanner) Word(words *Words, seq *Sequence) string {
	if last := seq.last; last != nil {
		if last.then != nil && s.comes(last.then.sent) {
			seq.last = last.then
			return seq.last.text
		}
		if s.comes(last.sent) {
			return last.text
		}
	}
	text := s.Text()
	known := words.find(text)
	if known == nil {
		return string(text)
	}
	known.guess()
	if seq.last != nil && seq.last != known {
		seq.last.then = known
	}
	seq.last = known
	return known.text
}

// comes reads a text if it comes next, and reports whether it did. An empty one never does.
func (s *Scanner) comes(text string) bool {
	n := len(text)
	if n == 0 || n > len(s.buf)-s.at || string(s.buf[s.at:s.at+n]) != text {
		return false
	}
	s.at += n
	return true
}

// hash spreads words over the rows. A word that was made to meet others there costs them their place, and nothing more.
func hash(word []byte) uint64 {
	h := uint64(len(word))
	if len(word) < 8 {
		for _, c := range word {
			h = h<<8 | uint64(c)
		}
		return mix(h)
	}
	last := binary.LittleEndian.Uint64(word[len(word)-8:]) // some of it twice
	for ; len(word) > 8; word = word[8:] {
		h = mix(h ^ binary.LittleEndian.Uint64(word))
	}
	h ^= last
	return mix(h)
}

// mix makes each bit depend on all others.
func mix(h uint64) uint64 {
	high, low := bits.Mul64(h, 0x9E3779B97F4A7C15) // 2^64 divided by the golden ratio
	return high ^ low
}

// Texts makes strings of texts that are all different, many in one piece of memory. A piece is at most 16 KiB, so a string
// that is kept keeps no more than that of its neighbours; a long text has its own. The zero value is ready; it is not safe
// for concurrent use.
type Texts struct {
	piece strings.Builder
	size  int // of the piece
}

// String is the text as a string.
func (t *Texts) String(text []byte) string {
	const (
		smallest = 1 << 10
		largest  = 16 << 10
		long     = largest / 4
	)
	if len(text) > long {
		return string(text)
	}
	if t.piece.Cap()-t.piece.Len() < len(text) {
		t.size = max(smallest, min(2*t.size, largest), len(text))
		t.piece.Reset()
		t.piece.Grow(t.size)
	}
	begin := t.piece.Len()
	t.piece.Write(text)
	return t.piece.String()[begin:] // what is written later goes behind it
}
