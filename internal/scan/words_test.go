// SPDX-License-Identifier: Apache-2.0

package scan_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/internal/scan"
)

func TestWords(t *testing.T) {
	var words scan.Words
	for range 3 {
		for i := range 5000 {
			word := strconv.Itoa(i) + strings.Repeat("x", i%80)
			if got := words.String([]byte(word)); got != word {
				t.Fatalf("got %q, want %q", got, word)
			}
		}
	}
	if got := words.String(nil); got != "" {
		t.Errorf("no word is %q", got)
	}
	few := make([][]byte, 40)
	for i := range few {
		few[i] = []byte("a step with the number " + strconv.Itoa(i))
		words.String(few[i])
	}
	if n := testing.AllocsPerRun(100, func() {
		for _, word := range few {
			words.String(word)
		}
	}); n > 4 {
		t.Errorf("words that are known take %v allocations", n)
	}
}

// Texts stay as they are whatever comes behind them, and share their memory.
func TestTexts(t *testing.T) {
	var texts scan.Texts
	var got []string
	scratch := make([]byte, 0, 32<<10)
	word := func(i int) string { return strings.Repeat(strconv.Itoa(i)+",", i%300) }
	for i := range 3000 {
		scratch = append(scratch[:0], word(i)...)
		got = append(got, texts.String(scratch))
	}
	for i := range got {
		if got[i] != word(i) {
			t.Fatalf("text %d is %q, want %q", i, got[i], word(i))
		}
	}
	long := []byte(strings.Repeat("x", 20<<10))
	if texts.String(long) != string(long) || texts.String(nil) != "" {
		t.Error("a long text or an empty one comes back different")
	}
	text := []byte(strings.Repeat("x", 150))
	if n := testing.AllocsPerRun(1000, func() { texts.String(text) }); n > 0 {
		t.Errorf("a text takes %v allocations", n)
	}
}
