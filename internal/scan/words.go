// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// Words makes strings of words that come again and again, and makes each only once as long as it remembers it: the types and
// steps of events, status words. It remembers at most 256 words of at most 64 bytes. The zero value is ready; it is not
// safe for concurrent use.
type Words struct {
	next uint8 // of a row that is full, the place that is taken next
	rows [64][4]string
}

// String is the word as a string.
func (w *Words) String(word []byte) string {
	const longest = 64
	if len(word) > longest || len(word) == 0 {
		return string(word)
	}
	row := &w.rows[hash(word)%uint64(len(w.rows))]
	for i := range row {
		switch row[i] {
		case string(word):
			return row[i]
		case "":
			row[i] = string(word)
			return row[i]
		}
	}
	w.next++
	place := &row[w.next%uint8(len(row))]
	*place = string(word)
	return *place
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
