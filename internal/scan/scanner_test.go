// SPDX-License-Identifier: Apache-2.0

package scan_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/internal/scan"
)

// Every short row of what means something in a string, wherever it stands in the eight bytes that are looked at together.
func TestStringsToTheByte(t *testing.T) {
	t.Parallel()
	parts := []string{`"`, `\`, `\"`, `\\`, "#", "]", "a", `\u00e4`, `\ud83d`, `\ude00`, "\x00", "\x1f", "\x7f", "ä", "\xff", "\xc3"}
	var rows []string
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				rows = append(rows, a+b+c)
			}
		}
	}
	for i, row := range rows {
		for before := range 9 {
			text := []byte(`"` + strings.Repeat("-", before) + row + strings.Repeat("+", i%9) + `"`)
			var want string
			err := json.Unmarshal(text, &want)
			for way, read := range map[string]func(*scan.Scanner) string{
				"Bytes":  func(s *scan.Scanner) string { return string(s.Bytes()) },
				"Append": func(s *scan.Scanner) string { return string(s.Append(nil)) },
				"Skip":   func(s *scan.Scanner) string { s.Skip(); return want },
				"Raw":    func(s *scan.Scanner) string { s.Raw(); return want },
			} {
				var s scan.Scanner
				s.Reset(text)
				got := read(&s)
				if s.End(); (s.Err() == nil) != (err == nil) || err == nil && got != want {
					t.Errorf("%s of %q: got %q, %v; want %q, %v", way, text, got, s.Err(), want, err)
				}
			}
		}
	}
}

func TestDepth(t *testing.T) {
	t.Parallel()
	for _, depth := range []int{scan.MaxDepth, scan.MaxDepth + 1} {
		for _, pair := range [][2]string{{"[", "]"}, {`{"a":`, "}"}} {
			text := []byte(strings.Repeat(pair[0], depth) + "0" + strings.Repeat(pair[1], depth))
			var s scan.Scanner
			s.Reset(text)
			if got, want := s.Skip() && s.End(), json.Valid(text); got != want {
				t.Errorf("%d levels of %s: %v; encoding/json takes it: %t", depth, pair[0], s.Err(), want)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("the line is down")
	for name, tt := range map[string]struct {
		text   io.Reader
		want   error
		offset int64
	}{
		"empty":             {strings.NewReader(" \n"), io.EOF, 2},
		"ends early":        {strings.NewReader(`{"a":[1`), io.ErrUnexpectedEOF, 7},
		"reader fails":      {io.MultiReader(strings.NewReader(`{"a":"b`), iotest.ErrReader(broken)), broken, 7},
		"reader is slow":    {silent{}, io.ErrNoProgress, 0},
		"invalid character": {strings.NewReader(`{"a":x}`), &scan.SyntaxError{Offset: 5, Reason: "invalid character 'x'"}, 5},
		"trailing":          {strings.NewReader(`{} {`), &scan.SyntaxError{Offset: 3, Reason: "invalid character '{' after top-level value"}, 3},
	} {
		var s scan.Scanner
		s.ResetReader(tt.text, nil)
		if s.Skip() && s.End() {
			t.Errorf("%s: no error", name)
		}
		if diff := cmp.Diff(text(tt.want), text(s.Err())); diff != "" {
			t.Errorf("%s: error mismatch (-want +got):\n%s", name, diff)
		}
		if s.Offset() != tt.offset {
			t.Errorf("%s: Offset is %d, want %d", name, s.Offset(), tt.offset)
		}
		// What is called after an error does nothing.
		_, ok := s.Key()
		if s.Object() || s.Array() || s.Next() || ok || s.Skip() || s.End() || s.Raw() != nil || len(s.Text())+len(s.Append(nil)) != 0 || s.Kind() != scan.Invalid {
			t.Errorf("%s: something is read behind the error", name)
		}
		if diff := cmp.Diff(text(tt.want), text(s.Err())); diff != "" {
			t.Errorf("%s: the first error did not stay (-want +got):\n%s", name, diff)
		}
	}
}

type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// A reader that brings bytes together with its error is read to the last of them.
func TestReaderErrorWithBytes(t *testing.T) {
	t.Parallel()
	broken := errors.New("the line is down")
	var s scan.Scanner
	s.ResetReader(iotest.DataErrReader(io.MultiReader(strings.NewReader(`[1,2]`), iotest.ErrReader(broken))), make([]byte, 4))
	if !s.Skip() || s.End() || !errors.Is(s.Err(), broken) {
		t.Errorf("got %v, want the reader's error behind the value", s.Err())
	}
}

// The reader is asked for nothing that the value before it does not need: an item of a stream can be handed on.
func TestReadsNoFurther(t *testing.T) {
	t.Parallel()
	asked := 0
	src := readerFunc(func(p []byte) (int, error) {
		asked++
		return copy(p, []string{`[{"a":1}`, `,{"a":2}]`}[asked-1]), nil
	})
	var s scan.Scanner
	s.ResetReader(src, make([]byte, 128))
	if !s.Array() || !s.Next() || !s.Skip() || asked != 1 {
		t.Fatalf("the first item took %d reads, %v; want 1", asked, s.Err())
	}
	if !s.Next() || !s.Skip() || s.Next() || asked != 2 {
		t.Errorf("the rest took %d reads, %v; want 2", asked, s.Err())
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// The window stays as it is unless a raw value is longer.
func TestWindow(t *testing.T) {
	t.Parallel()
	long := `"` + strings.Repeat("0123456789", 1000) + `"`
	for name, read := range map[string]func(*scan.Scanner) []byte{
		"Append": func(s *scan.Scanner) []byte { return s.Append(nil) },
		"Raw":    func(s *scan.Scanner) []byte { return bytes.Trim(s.Raw(), `"`) },
		"Text":   (*scan.Scanner).Text,
	} {
		var s scan.Scanner
		s.ResetReader(strings.NewReader(`[`+long+`,`+long+`]`), make([]byte, 64))
		n := 0
		for s.Array(); s.Next(); n++ {
			if got := read(&s); string(got) != strings.Trim(long, `"`) {
				t.Errorf("%s: got %d bytes, want %d", name, len(got), len(long)-2)
			}
		}
		if !s.End() || n != 2 {
			t.Errorf("%s: %d values, %v", name, n, s.Err())
		}
	}
}

// Values of another kind than asked for are left where they are, and strings are asked for in vain.
func TestOtherKinds(t *testing.T) {
	t.Parallel()
	var s scan.Scanner
	s.Reset([]byte(`5`))
	if s.Object() || s.Array() || s.Err() != nil || s.Kind() != scan.Number || string(s.Text()) != "5" {
		t.Errorf("a number is left as %v, %v", s.Kind(), s.Err())
	}
	s.Reset([]byte(`5`))
	if s.Bytes() != nil || s.Err() == nil {
		t.Error("a number is read as a string")
	}
	var kinds []string
	s.Reset([]byte(`[null,true,-1,"",[],{}]`))
	for s.Array(); s.Next(); s.Skip() {
		kinds = append(kinds, s.Kind().String())
	}
	if want := []string{"null", "a bool", "a number", "a string", "an array", "an object"}; !slices.Equal(kinds, want) {
		t.Errorf("kinds are %q, want %q", kinds, want)
	}
	if got := s.Kind().String(); got != "no value" {
		t.Errorf("behind the end there is %s", got)
	}
}

// Whole reads whole numbers and leaves all else to Raw.
func TestWhole(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"7 ": 7, "120,": 120, "999999999999999999]": 999_999_999_999_999_999, "5\n": 5, "1x": 1, "12345678,": 12_345_678,
		"1234567}": 1_234_567, "1793606400000,": 1_793_606_400_000, "9876543210123456:": 9_876_543_210_123_456, "10000000/": 10_000_000,
		"": 0, "0 ": 0, "12345678901234567890123456 ": 0, "12345678.5": 0, "123456781e": 0, "\xff1 ": 0, "01 ": 0, "-1 ": 0, "1.0 ": 0, "1e3 ": 0, "2E3 ": 0, " 7 ": 0, "1000000000000000000 ": 0, `"7" `: 0, "null": 0,
	} {
		var s scan.Scanner
		s.Reset([]byte(text + "        "))
		got, ok := s.Whole()
		if diff := cmp.Diff(want, got); diff != "" || ok != (want > 0) {
			t.Errorf("Whole of %q is %d, %t; mismatch (-want +got):\n%s", text, got, ok, diff)
		}
		if !ok && s.Offset() != 0 {
			t.Errorf("%q: %d bytes were read", text, s.Offset())
		}
		for end := range text { // what ends here may become another number
			s.Reset([]byte(text[:end]))
			if got, ok := s.Whole(); ok && got != want {
				t.Errorf("%q: Whole of its first %d bytes is %d", text, end, got)
			}
		}
	}
}
