// SPDX-License-Identifier: Apache-2.0

package render

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                 "",
		"charge-card":      "charge-card",
		"订单 é":             "订单 é",
		"a\nb\tc":          `a\nb\tc`,
		"\x1b[31mred":      `\x1b[31mred`,
		"\u202eabc\u200f":  `\u202eabc\u200f`,
		"half \xe4":        `half \xe4`,
		"\U000e0001":       `\U000e0001`,
		"replaced \ufffd.": "replaced \ufffd.",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestHeadline: a duration is told of what has ended, and of what goes on when somebody says what time it is.
func TestHeadline(t *testing.T) {
	t.Parallel()
	second := func(n int) time.Time {
		if n < 0 {
			return time.Time{}
		}
		return time.Date(2026, 11, 2, 8, 0, n, 0, time.UTC)
	}
	for _, tc := range []struct {
		status                   history.Status
		started, step, ended, at int // seconds; negative = not known
		want                     string
	}{
		{history.Running, 0, 3, -1, 9, "running for 9.00s"},
		{history.Running, 0, 3, -1, 2, "running for 3.00s"},
		{history.Running, 0, 3, -1, -1, "running, last event 3.00s after the start"},
		{history.Running, 0, -1, -1, -1, "running"},
		{history.Running, 0, -1, -1, 9, "running for 9.00s"},
		{history.Running, -1, -1, -1, 9, "running"},
		{history.Paused, 0, 3, -1, -1, "paused, last event 3.00s after the start"},
		{"", 0, 3, -1, -1, "Weird, last event 3.00s after the start"},
		{history.Failed, 0, 3, 4, 9, "failed after 4.00s"},
		{history.TimedOut, 0, 3, 4, -1, "timed out after 4.00s"},
		{history.Stopped, 0, 3, -1, 9, "stopped, last event 3.00s after the start"},
		{history.Stopped, 0, 0, -1, -1, "stopped"},
	} {
		e := history.Execution{
			Status: tc.status, NativeStatus: "Weird", Started: second(tc.started), Ended: second(tc.ended),
			Steps: []history.Step{{Entered: second(tc.step)}},
		}
		if got := newTimeline(e, second(tc.at)).headline(); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc, got, tc.want)
		}
	}
}

func TestTicks(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		whole time.Duration
		most  int
		want  string
	}{
		{0, 5, ""},
		{time.Second, 0, ""},
		{8 * time.Second, 5, "0 2s 4s 6s 8s"},
		{90 * time.Second, 4, "0 30s 1m 1m30s"},
		{3 * time.Hour, 3, "0 1h 2h 3h"},
		{7 * time.Millisecond, 4, "0 2ms 4ms 6ms"},
		{30 * 24 * time.Hour, 4, "0 192h 384h 576h"},
		{math.MaxInt64, 1, "0 1572864h"},
		{math.MaxInt64, 2, "0 1572864h"},
		{math.MaxInt64, 4, "0 786432h 1572864h 2359296h"},
	} {
		line := timeline{begin: begin, end: begin.Add(tc.whole)}
		var got []string
		for _, at := range line.ticks(tc.most) {
			got = append(got, tickWords(at))
		}
		if diff := cmp.Diff(tc.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("ticks of %s, at most %d, mismatch (-want +got):\n%s", tc.whole, tc.most, diff)
		}
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]int{
		"": 0, "abc": 3, "订单": 4, "e\u0301": 1, "한글": 4, "ｱﾞ": 2, "Ａ": 2, "👍": 2, "…": 1, "█": 1, "✓": 1, "नि": 2, "〈": 2, "㉈": 1,
		"a\u20dd": 1, "\u1112\u1161\u11ab": 2,
	} {
		if got := cells(in); got != want {
			t.Errorf("cells(%q) = %d, want %d", in, got, want)
		}
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in   string
		n    int
		want string
	}{
		{"abc", 5, "abc  "}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"订单号", 4, "订… "}, {"订单号", 5, "订单…"}, {"abc", 0, ""}, {"abc", 1, "…"},
	} {
		if got := fit(tc.in, tc.n, "…"); got != tc.want {
			t.Errorf("fit(%q, %d) = %q, want %q", tc.in, tc.n, got, tc.want)
		}
	}
	if got := fit("abc", 1, ".."); got != " " {
		t.Errorf("fit without room for the ellipsis = %q", got)
	}
	if got := cutLeft("abc/def", 4, "…"); got != "…def" {
		t.Errorf("cutLeft = %q", got)
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		in      string
		n, most int
		want    []string
	}{
		{"", 10, 3, nil},
		{"one two three", 7, 3, []string{"one two", "three"}},
		{"one two three four", 8, 2, []string{"one two", "three f…"}},
		{"abcdefgh", 3, 9, []string{"abc", "def", "gh"}},
		{"a://b/abcdefgh", 8, 9, []string{"a://b/", "abcdefgh"}},
		{"a://bcdefghijk", 9, 9, []string{"a://bcdef", "ghijk"}},
		{"订单", 1, 9, []string{"订", "单"}},
	} {
		if diff := cmp.Diff(tc.want, wrap(tc.in, tc.n, tc.most, "…")); diff != "" {
			t.Errorf("wrap(%q, %d, %d) mismatch (-want +got):\n%s", tc.in, tc.n, tc.most, diff)
		}
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	list := newTexts(10, 110)
	for _, tc := range []struct {
		in   string
		want int
	}{{"", 0}, {"same", 1}, {"same", 1}, {"订单订单", 2}, {strings.Repeat("<", 10), 3}, {"\x1b", 4}, {strings.Repeat(">", 9), 5}, {"a\r\nb", 6}} {
		if got := list.add(tc.in); got != tc.want {
			t.Errorf("add(%q) = %d, want %d", tc.in, got, tc.want)
		}
	}
	want := []textData{{}, {Text: "same"}, {Text: "订单订", Size: 12}, {Text: "<<<<<<<<<<"}, {Text: `\x1b`}, {Size: 9}, {Text: "a\nb"}}
	if diff := cmp.Diff(want, list.list); diff != "" {
		t.Errorf("texts mismatch (-want +got):\n%s", diff)
	}
}
