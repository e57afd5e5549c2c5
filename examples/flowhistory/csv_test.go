// SPDX-License-Identifier: Apache-2.0

package main

import "testing"

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
