// SPDX-License-Identifier: Apache-2.0

package main

import (
	"testing"
	"time"
)

func TestNoFormula(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`=HYPERLINK("http://example.com")`: `'=HYPERLINK("http://example.com")`,
		"+1":                               "'+1", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r\n=1": "'\r\n=1", " =1": "' =1", "\u00a0=1": "'\u00a0=1",
		"＝1": "'＝1", "－1": "'－1",
		"": "", "pay": "pay", "a=b": "a=b", "'=1": "'=1", "支付": "支付", "\xff": "\xff",
	} {
		if got := noFormula(text); got != want {
			t.Errorf("noFormula(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestMilliseconds: they may be more than a Duration has room for.
func TestMilliseconds(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	for end, want := range map[time.Time]string{
		{}:                                 "",
		start.Add(1999 * time.Microsecond): "1",
		start.Add(-time.Second):            "0",
		time.Date(9999, 12, 31, 8, 0, 0, 0, time.UTC): "251608723200000",
	} {
		if got := milliseconds(start, end); got != want {
			t.Errorf("milliseconds until %v = %q, want %q", end, got, want)
		}
	}
}
