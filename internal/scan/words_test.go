// SPDX-License-Identifier: Apache-2.0

package scan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// Whatever word is guessed, Word is what Text is.
func FuzzWord(f *testing.F) {
	for _, text := range []string{
		`["a","b","c","a","b","c","a","a","b","b","c"]`, `["a", "b" , "a","b",null,"a",12,"b",{},"a",[1,2],"b"]`,
		`["a\"b","a\"b","a\u0022b","a`, "[\"\xff\",\"\xff\",\"\ufffd\",\"\u00e4\",\"\u00e4\"]", `["a","a`, `["","",""]`, `["a","ab","a","ab"]`,
		`["a\"b","a"b"]`, "[\"a\\nb\",\"a\nb\"]", "[\"a\\\\n\",\"a\\n\"]",
		`["` + strings.Repeat("long", 20) + `","a","` + strings.Repeat("long", 20) + `"]`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var words scan.Words
		var seq scan.Sequence
		guessing := func(s *scan.Scanner) string { return s.Word(&words, &seq) }
		want, wantErr := wordsOf(text, func(s *scan.Scanner) string { return string(s.Text()) })
		for range 2 {
			got, err := wordsOf(text, guessing)
			if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(wantErr) != fmt.Sprint(err) {
				t.Fatalf("%q: error %v, want %v; mismatch (-want +got):\n%s", text, err, wantErr, diff)
			}
		}
	})
}

func wordsOf(text []byte, read func(s *scan.Scanner) string) (out []string, err error) {
	var s scan.Scanner
	s.ResetReader(bytes.NewReader(text), make([]byte, 32))
	for s.Array(); s.Next(); {
		out = append(out, read(&s))
	}
	return out, s.Err()
}

// The words of a sequence stay as they are when what they came from is written over.
func TestWordsStay(t *testing.T) {
	t.Parallel()
	var s scan.Scanner
	var words scan.Words
	var seq scan.Sequence
	text := []byte(`["entered","started","exited","entered","started","exited","exited","exited","entered"]`)
	var want, got []string
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got = nil
		copied := bytes.Clone(text)
		s.Reset(copied)
		for s.Array(); s.Next(); {
			got = append(got, s.Word(&words, &seq))
		}
		clear(copied)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("words mismatch (-want +got):\n%s", diff)
		}
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
