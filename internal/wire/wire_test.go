// SPDX-License-Identifier: Apache-2.0

package wire_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/wire"
)

func TestTextTakesAnyValue(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]wire.Text{
		`"a word"`:           "a word",
		`"\u00e4\n"`:         "ä\n",
		`"` + "\xff" + `"`:   "\uFFFD",
		`""`:                 "before",
		`null`:               "before",
		`12.50`:              "12.50",
		`true`:               "true",
		`{"k": [1]}`:         `{"k": [1]}`,
		`["` + "\xff" + `"]`: "[\"\uFFFD\"]",
	} {
		got := wire.Text("before")
		if err := json.Unmarshal([]byte(sent), &got); err != nil || got != want {
			t.Errorf("from %s: got %q, %v; want %q", sent, got, err, want)
		}
	}
}

func TestTextIsPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[wire.Text]bool{"": true, "word": true, "1": true, "{}": false, "[]": false} {
		if got := text.Plain(); got != want {
			t.Errorf("%q is plain: got %t, want %t", text, got, want)
		}
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	err := wire.Unreadable("want %d", 1)
	if !errors.Is(err, history.ErrDecode) || err.Message != "want 1" {
		t.Errorf("got %v, want ErrDecode with the message", err)
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"short":                        "short",
		strings.Repeat("a", 80):        strings.Repeat("a", 80),
		strings.Repeat("a", 81):        strings.Repeat("a", 80) + "…",
		strings.Repeat("a", 79) + "äb": strings.Repeat("a", 79) + "…",
	} {
		if got := wire.Clip(s); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{`"a"`, `"\ud800"`, `null`, `1e3`, `{"a":"\xff"}`, "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var text wire.Text
		err := json.Unmarshal(data, &text)
		if json.Valid(data) != (err == nil) {
			t.Errorf("%q: got the error %v, valid is %t", data, err, json.Valid(data))
		}
		if !utf8.ValidString(string(text)) {
			t.Errorf("%q: got %q, which is not UTF-8", data, text)
		}
		var s string
		if json.Unmarshal(data, &s) == nil && string(text) != s {
			t.Errorf("%q: got %q, want the string %q", data, text, s)
		}
	})
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	type number struct {
		value float64
		ok    bool
	}
	for s, want := range map[string]number{
		"8": {8, true}, "-8.5": {-8.5, true}, "1e3": {1000, true}, "1E3": {1000, true}, // what services send
		"0x1p4": {}, "0X1P4": {}, "1_000": {}, "0x_1p4": {}, // what only Go's source has
		"": {}, "word": {}, "8 ": {}, "Inf": {}, "-infinity": {}, "nan": {},
	} {
		if value, ok := wire.Decimal(s); (number{value, ok}) != want {
			t.Errorf("%q: got %v, %t; want %v", s, value, ok, want)
		}
	}
}
