// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
)

func TestTable(t *testing.T) {
	t.Parallel()
	table := newTable("name", "status", "note")
	table.row("支付", history.Failed, "")
	table.row("ship\x1b[1m", cell{"?odd", ""}, "left at the door")
	table.row("é", history.Succeeded, "x")
	for _, tt := range []struct {
		color bool
		width int
		want  string
	}{
		{false, 0, `
NAME           STATUS     NOTE
支付           failed
ship\u001b[1m  ?odd       left at the door
é              succeeded  x
`},
		{true, 0, `
NAME           STATUS     NOTE
支付           <31>failed<0>
ship\u001b[1m  ?odd       left at the door
é              <32>succeeded<0>  x
`},
		{false, 32, `
NAME           STATUS     NOTE
支付           failed
ship\u001b[1m  ?odd       left …
é              succeeded  x
`},
		{false, 10, `
NAME     …
支付     …
ship\u001…
é        …
`},
		{true, 26, `
NAME           STATUS    …
支付           <31>failed<0>
ship\u001b[1m  ?odd      …
é              <32>succeeded …<0>
`},
	} {
		var b strings.Builder
		if err := table.print(&b, tt.color, tt.width); err != nil {
			t.Fatal(err)
		}
		got := "\n" + strings.NewReplacer("\x1b[31m", "<31>", "\x1b[32m", "<32>", "\x1b[0m", "<0>").Replace(b.String())
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("with colour %t and width %d, mismatch (-want +got):\n%s", tt.color, tt.width, diff)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text string
		n    int
		want string
	}{{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"支付宝", 4, "支…"}, {"支付", 1, "…"}, {"abc", 0, ""}, {"abc", -1, ""}, {"", -1, ""}, {"e\u0301e\u0301", 2, "e\u0301e\u0301"}} {
		if got := cut(tt.text, tt.n); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.text, tt.n, got, tt.want)
		}
	}
}
