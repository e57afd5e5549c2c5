// SPDX-License-Identifier: Apache-2.0

package scan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// elements are those of an array as read returns them, and the error that it ended with.
func elements(text []byte, window int, read func(s *Scanner) []byte) (out []string, err error) {
	var s Scanner
	if window == 0 {
		s.Reset(text)
	} else {
		s.ResetReader(bytes.NewReader(text), make([]byte, 0, window))
	}
	for s.Array(); s.Next(); {
		if raw := read(&s); raw != nil {
			out = append(out, string(raw))
		}
	}
	s.End()
	return out, s.Err()
}

// Whatever came before, RawLike reads what Raw reads.
func FuzzRawLike(f *testing.F) {
	for _, text := range []string{
		`[{"a":"x","b":1},{"a":"y\"z","b":-20},{"a":"","b":0},{"a":"x","b":1.5},{"a":"x","b":01},{"a":"x"}]`,
		`[{"a":[]},{"a":["x"]},{"a":[]},{"a":["y"]},{"a":["x","y"]},null,null,true,true,12,13,"x","y",{},{}, [ 1 ] , [ 2 ]]`,
		`["a","b","c` + "\n" + `","d","e\u00e4","\u00g4"]`, `[12,13,1.5,1e5,-,-1]`, `[tru,true]`, `[true,true1]`, `[1,2`, `["a","b`, `[{"a":1},{"a":1}`,
		`[{"a":"x"},{"b":"x"},{"a":"y"},{"b":"y"},{"c":"y"},{"d":"y"},{"e":"y"},{"a":"z"},{"b":"z"}]`,
		"[{\"\xff\":\"\xff\"},{\"\xff\":\"\xfe\"}]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, window := range []int{0, 24, 1 << 10} {
			want, wantErr := elements(text, window, (*Scanner).Raw)
			var shapes Shapes
			for range 2 {
				got, err := elements(text, window, func(s *Scanner) []byte { return s.RawLike(&shapes) })
				if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(wantErr) != fmt.Sprint(err) {
					t.Fatalf("%q: error %v, want %v; mismatch (-want +got):\n%s", text, err, wantErr, diff)
				}
			}
		}
	})
}

// So it does where each value is nearly the one before: another text, another number, or one byte that is wrong.
func TestRawLikeOfNeighbours(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		text := []byte("[" + strings.Repeat(someValue(random, 0)+",", 6) + "1]")
		for range random.IntN(8) {
			i := random.IntN(len(text))
			switch c := text[i]; {
			case '0' <= c && c <= '9':
				text[i] = byte('0' + random.IntN(10))
			case 'a' <= c && c <= 'z' || random.IntN(8) == 0:
				text[i] = "abtn\"\\,:[]{}0.e- \n\xff"[random.IntN(19)]
			}
		}
		want, wantErr := elements(text, 0, (*Scanner).Raw)
		var shapes Shapes
		got, err := elements(text, 0, func(s *Scanner) []byte { return s.RawLike(&shapes) })
		if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(wantErr) != fmt.Sprint(err) {
			t.Fatalf("%q: error %v, want %v; mismatch (-want +got):\n%s", text, err, wantErr, diff)
		}
	}
}

// someValue writes a value in one of the ways that it could be written.
func someValue(random *rand.Rand, depth int) string {
	space := []string{"", "", " ", "\n\t"}[random.IntN(4)]
	var parts []string
	for range min(random.IntN(4), 3-depth) {
		parts = append(parts, space+someValue(random, depth+1))
	}
	switch kind := random.IntN(8); {
	case kind == 0:
		return "[" + strings.Join(parts, ",") + space + "]"
	case kind <= 2:
		for i := range parts {
			parts[i] = fmt.Sprintf("%s\"key %d\"%s:%s", space, random.IntN(9), space, parts[i])
		}
		return "{" + strings.Join(parts, ",") + space + "}"
	case kind == 3:
		return []string{"true", "false", "null"}[random.IntN(3)]
	case kind <= 5:
		return []string{"0", "-17", "1793606400000", "1.5", "2e3"}[random.IntN(5)]
	}
	return []string{`""`, `"text"`, `"a longer text, with \"quotes\" in it"`, `"\u00e4\n"`}[random.IntN(4)]
}

// What differs in texts and numbers alone has the same shape.
func TestShapeFits(t *testing.T) {
	t.Parallel()
	const behind = "        "
	fits := func(learnt, other string) bool {
		var h Shapes
		h.learn([]byte(learnt+behind), 0, len(learnt))
		end := h.find([]byte(other+behind), 0)
		if end >= 0 && (end != len(other) || !json.Valid([]byte(other))) {
			t.Errorf("%s behind %s ends at %d", other, learnt, end)
		}
		return end >= 0
	}
	learnt := `{"a": "x", "b\"": [1, true, {}], "c": {"d": null, "e": -3}}`
	for other, want := range map[string]bool{
		learnt: true,
		`{"a": "another \"x\" \u00e4", "b\"": [0, true, {}], "c": {"d": null, "e": 1793606400000}}`: true,
		`{"a": "x", "b\"": [1.5, true, {}], "c": {"d": null, "e": -3}}`:                             false, // left to Raw
		`{"a": "x", "b\"": [1, false, {}], "c": {"d": null, "e": -3}}`:                              false,
		`{"a":"x", "b\"": [1, true, {}], "c": {"d": null, "e": -3}}`:                                false,
		`{"a": "x", "b\"": [1, true, {}], "c": {"d": null, "e": -}}`:                                false,
		`{"a": "x", "b\"": [1, true, {}], "c": {"d": null, "e": 03}}`:                               false,
		"{\"a\": \"\n\", \"b\\\"\": [1, true, {}], \"c\": {\"d\": null, \"e\": -3}}":                false,
		`{"a": "x"}`: false, ``: false,
	} {
		if got := fits(learnt, other); got != want {
			t.Errorf("%s fits: %t, want %t", other, got, want)
		}
	}
	long := "[" + strings.Repeat("1,", 300) + "1]"
	if fits(long, long) {
		t.Error("a value of very many parts is remembered")
	}
}

// learning is how many values are learnt, and how many bytes they have, when n of them are read.
func learning(t *testing.T, n int, value func(i int) string) (values, bytes int, h *Shapes) {
	t.Helper()
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, ",%s", value(i))
	}
	h = new(Shapes)
	_, err := elements([]byte("["+text.String()[1:]+"]"), 0, func(s *Scanner) []byte {
		before := h.next
		raw := s.RawLike(h)
		if h.next != before {
			values++
			bytes += len(raw)
		}
		return raw
	})
	if err != nil {
		t.Error(err)
	}
	return values, bytes, h
}

// Values that take turns are known after the first of each.
func TestShapesTakeTurns(t *testing.T) {
	t.Parallel()
	turns := func(i int) string { return fmt.Sprintf(`{"%c":"value %d"}`, "abcdefgh"[i%8], i) }
	if got, _, _ := learning(t, 1000, turns); got != 8 {
		t.Errorf("of eight shapes that take turns %d were learnt", got)
	}
	_, _, h := learning(t, 20, turns)
	at, seen := h.last, make(map[*shape]bool)
	for ; at != nil && !seen[at]; at = at.then {
		seen[at] = true
	}
	if at != h.last || len(seen) != 8 {
		t.Errorf("%d shapes lead to one another, want eight in a ring", len(seen))
	}
}

// Values that are never alike cost little more than reading them.
func TestShapesOfNothingAlike(t *testing.T) {
	t.Parallel()
	const n = 20_000
	_, learnt, h := learning(t, n, func(i int) string { return fmt.Sprintf(`{"key %05d":1}`, i) })
	read := n * len(`{"key 00000":1}`)
	if most := mostDebt + read/payment + n; dear*learnt > most {
		t.Errorf("%d bytes were learnt of %d, which cost %d times as much; want at most %d", learnt, read, dear, most)
	}
	if h.debt > 2*mostDebt {
		t.Errorf("the debt is %d", h.debt)
	}
}

// Of values that are no longer known nothing is kept.
func TestShapesForget(t *testing.T) {
	t.Parallel()
	var h Shapes
	for n := 250; n > 0; n-- {
		for range h.known {
			value := "[" + strings.Repeat("1,", n) + "true]"
			h.learn([]byte(value+"        "), 0, len(value))
		}
	}
	for i := range h.known {
		parts := h.known[i].parts
		for _, part := range parts[len(parts):cap(parts)] {
			if part.fixed != "" {
				t.Fatalf("%q is kept", part.fixed)
			}
		}
	}
}

// A shape that was learnt where there was room for it is not nested deeper than encoding/json goes.
func TestRawLikeDepth(t *testing.T) {
	t.Parallel()
	for _, inner := range []int{1, skimDepth - 1, skimDepth, skimDepth + 1} {
		value := strings.Repeat("[", inner) + `"x"` + strings.Repeat("]", inner)
		for depth := MaxDepth - skimDepth - 2; depth <= MaxDepth; depth++ {
			var s Scanner
			var shapes Shapes
			s.Reset([]byte(value + "        "))
			s.RawLike(&shapes)
			read := func(read func() []byte) string {
				s.Reset([]byte(strings.Repeat("[", depth) + value + "        "))
				for range depth {
					s.Array()
					s.Next()
				}
				return fmt.Sprintf("%s, error %v", read(), s.Err())
			}
			want, got := read(s.Raw), read(func() []byte { return s.RawLike(&shapes) })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%d in %d: mismatch (-want +got):\n%s", inner, depth, diff)
			}
		}
	}
}
