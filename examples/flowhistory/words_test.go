// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"order 1 – 支付 é": "order 1 – 支付 é",
		"\x1b[31mred":    `\u001b[31mred`,
		"a\nb\tc\x7f":    `a\u000ab\u0009c\u007f`,
		"\u009b2J":       `\u009b2J`,
		"\u202eexe":      `\u202eexe`,
		"\U000e0041":     `\udb40\udc41`,
		"\xff\ufffd":     "\\xff\ufffd",
		"":               "",
	} {
		if got := plain(text); got != want {
			t.Errorf("plain(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestPlainWriter: wherever a text is cut into writes, what comes out is the same.
func TestPlainWriter(t *testing.T) {
	t.Parallel()
	const text, want = "支付\x1b[2J\t\u202e\n\U000e0041 \xff.\n", "支付\\u001b[2J\t\\u202e\n\\udb40\\udc41 \\xff.\n"
	for at := range len(text) {
		var b bytes.Buffer
		w := plainWriter{out: &b}
		for _, part := range []string{text[:at], text[at:]} {
			if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
				t.Fatalf("Write = %d, %v", n, err)
			}
		}
		if b.String() != want {
			t.Errorf("cut at %d: %q, want %q", at, b.String(), want)
		}
	}
}

// FuzzPlain: nothing that is not printable is left, and as JSON what was there can be read back.
func FuzzPlain(f *testing.F) {
	f.Add("\x1b]0;title\a")
	f.Add("\u009b2J\u2028\U000e0041")
	f.Add("\xf0\x9f\x98")
	f.Fuzz(func(t *testing.T, text string) {
		if got := plain(text); strings.ContainsFunc(got, unprintable) {
			t.Errorf("plain(%q) = %q", text, got)
		}
		encoded, err := encode(text)
		var back string
		if err == nil {
			err = json.Unmarshal([]byte(encoded), &back)
		}
		if want := strings.ToValidUTF8(text, "\ufffd"); err != nil || strings.ContainsFunc(encoded, unprintable) ||
			strings.ReplaceAll(back, "\ufffd", "") != strings.ReplaceAll(want, "\ufffd", "") {
			t.Errorf("encode(%q) = %q, which reads back as %q (error %v)", text, encoded, back, err)
		}
		var b bytes.Buffer
		w := plainWriter{out: &b}
		for i := range len(text) {
			if _, err := w.Write([]byte{text[i]}); err != nil {
				t.Fatal(err)
			}
		}
		if left := strings.NewReplacer("\n", "", "\t", "").Replace(b.String()); strings.ContainsFunc(left, unprintable) {
			t.Errorf("written to a terminal, %q is %q", text, b.String())
		}
	})
}

func TestWords(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	got := []string{
		took(start, start.Add(1234*time.Millisecond)), took(start, start.Add(12345*time.Millisecond)), took(start, start.Add(3*time.Hour+time.Second/3)),
		took(start, start.Add(-time.Second)), took(start, time.Time{}), stamp(time.Time{}), statusWords("", "odd"),
		failureWords(&history.Failure{Code: "C"}), failureWords(&history.Failure{Cause: "why"}), failureWords(nil),
		label(&history.Step{ID: "x[3]", Name: "x", Kind: history.BranchNode}), label(&history.Step{ID: "odd", Kind: history.BranchNode}),
		attemptWords(nil), attemptWords(make([]history.Attempt, 1)), clip("支付支付", 2),
	}
	want := []string{"1.23s", "12.3s", "3h00m", "0ms", "-", "-", "?odd", "C", "why", "", "branch 3", "odd", "", "1", "支付…"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words mismatch (-want +got):\n%s", diff)
	}
}

// TestRounded: a duration is written here as the timeline writes it.
func TestRounded(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for want, d := range map[string]time.Duration{
		"1ms": time.Millisecond, "999ms": 999 * time.Millisecond, "1.00s": 999500 * time.Microsecond, "4.88s": 4877 * time.Millisecond,
		"10.0s": 9995 * time.Millisecond, "59.9s": 59949 * time.Millisecond, "1m00s": 59950 * time.Millisecond, "1m05s": 65 * time.Second,
		"1h00m": time.Hour - time.Millisecond, "1h06m": 65*time.Minute + 30*time.Second, "4d04h": 100*time.Hour - time.Second, "365d00h": 365 * 24 * time.Hour,
		">106751d": math.MaxInt64,
	} {
		e := history.Execution{Status: history.Succeeded, Started: start, Ended: start.Add(d)}
		var drawn bytes.Buffer
		if err := render.Text(&drawn, e, nil); err != nil {
			t.Fatal(err)
		}
		if got := rounded(d); got != want || !strings.Contains(drawn.String(), "after "+want) {
			t.Errorf("rounded(%s) = %q, want %q, as in\n%s", d, got, want, drawn.String())
		}
	}
}
