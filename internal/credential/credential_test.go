// SPDX-License-Identifier: Apache-2.0

package credential_test

import (
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/internal/credential"
)

func TestFlaw(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"":                 "",
		"canary":           "",
		"canary+/=~ä":      "",
		"canary canary":    "", // nobody says that there are none
		"canary\xff":       "",
		"canary\n":         "KEY ends with a line end; trim it",
		"canary\r\n":       "KEY ends with a line end; trim it",
		"canary\r":         "KEY ends with a line end; trim it",
		"canary ":          "KEY ends with white space; trim it",
		"canary\t":         "KEY ends with white space; trim it",
		"canary\u00a0":     "KEY ends with white space; trim it",
		"\ncanary":         "KEY begins with a line end; trim it",
		" canary":          "KEY begins with white space; trim it",
		"\ufeffcanary":     "KEY begins with a byte order mark; trim it",
		"\n":               "KEY ends with a line end; trim it",
		"canary\x00":       "KEY has a line end or another control character in it; set it",
		"canary\ncanary":   "KEY has a line end or another control character in it; set it",
		"\x7fcanary":       "KEY has a line end or another control character in it; set it",
		"canary\u0085more": "KEY has a line end or another control character in it; set it",
	} {
		got := credential.Flaw("KEY", value)
		if (want == "") != (got == "") || !strings.HasPrefix(got, want) || strings.Contains(got, "canary") {
			t.Errorf("%q: got %q, want %q and no value", value, got, want)
		}
	}
}

func FuzzFlaw(f *testing.F) {
	for _, value := range []string{"", "test-key", " test-key", "test-key\r\n", "test\x00key", "\xff"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if credential.Flaw("KEY", value) == "" && strings.TrimSpace(value) != value {
			t.Errorf("%q has white space around it and no flaw", value)
		}
	})
}
