// SPDX-License-Identifier: Apache-2.0

package analyze_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/flowhistory/flowhistory/history/analyze"
)

func TestPath(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		names []string
		want  analyze.Path
	}{
		{"execution", nil, ""},
		{"step", []string{"pay"}, "pay"},
		{"nested", []string{"fork", "fork", "pay"}, "fork/fork/pay"},
		{"slash", []string{"a/b", "c"}, "a%2Fb/c"},
		{"percent", []string{"100%", "%2F"}, "100%25/%252F"},
		{"empty", []string{""}, "%"},
		{"empty among others", []string{"a", "", "b"}, "a/%/b"},
		{"any other text", []string{"重启 #1"}, "重启 #1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := analyze.NewPath(tc.names...)
			equal(t, "path", tc.want, got)
			equal(t, "names", tc.names, got.Names())
		})
	}
}

func TestPathNamesAreTolerant(t *testing.T) {
	t.Parallel()
	equal(t, "names", []string{"", "50%", "%zz", ""}, analyze.Path("/50%/%zz/").Names())
}

func FuzzPath(f *testing.F) {
	f.Add("fork\nfork\npay")
	f.Add("a/b\n\n%\n%2F%25")
	f.Add("%/%")
	f.Fuzz(func(t *testing.T, text string) {
		names := strings.Split(text, "\n")
		equal(t, "names", names, analyze.NewPath(names...).Names(), cmpopts.EquateEmpty())
		analyze.Path(text).Names() // any text, without a panic
	})
}
