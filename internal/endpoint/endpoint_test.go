// SPDX-License-Identifier: Apache-2.0

package endpoint_test

import (
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/internal/endpoint"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text  string
		plain bool
		want  string
	}{
		{"fnf.example", false, "https://fnf.example"},
		{"fnf.example:8443", false, "https://fnf.example:8443"},
		{"https://fnf.example", false, "https://fnf.example"},
		{"https://fnf.example/", false, "https://fnf.example"},
		{"https://fnf.example//", false, "https://fnf.example"},
		{"HTTPS://FNF.Example", false, "https://fnf.example"},
		{"fnf_1.example-2", false, "https://fnf_1.example-2"},
		{"192.0.2.1:443", false, "https://192.0.2.1:443"},
		{"[2001:db8::1]:443", false, "https://[2001:db8::1]:443"},
		{"https://[2001:DB8::1]", false, "https://[2001:db8::1]"},
		{"http://localhost:8080", false, "http://localhost:8080"},
		{"http://LOCALHOST", false, "http://localhost"},
		{"http://127.0.0.1:8080", false, "http://127.0.0.1:8080"},
		{"http://127.9.9.9", false, "http://127.9.9.9"},
		{"http://[::1]:8080/", false, "http://[::1]:8080"},
		{"http://fnf.example", true, "http://fnf.example"},
		{"http://192.0.2.1", true, "http://192.0.2.1"},
		{"fnf.example", true, "https://fnf.example"},
	} {
		got, err := endpoint.Parse(tt.text, tt.plain)
		if err != nil || got.String() != tt.want {
			t.Errorf("Parse(%q, %t) = %v, %v, want %s", tt.text, tt.plain, got, err, tt.want)
		}
	}
}

// Each refusal says what was wrong and what to do.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		text  string
		words []string
	}{
		{"", []string{"host"}},
		{" ", []string{"https://host"}},
		{"https://", []string{"valid host"}},
		{"https://:443", []string{"valid host"}},
		{"https://fnf.example:", []string{"valid host"}},
		{"fnf.example:https", []string{"host:port"}},
		{"fnf.example:0", []string{"port"}},
		{"fnf.example:65536", []string{"port"}},
		{"fnf example", []string{"host"}},
		{"fnf.example\n", []string{"host"}},
		{"fnf.exämple", []string{"valid host"}},
		{"fnf..example", []string{"valid host"}},
		{".example", []string{"valid host"}},
		{"ftp://fnf.example", []string{`"ftp"`, "https"}},
		{"unix:///run/x", []string{`"unix"`, "https"}},
		{"https://fnf.example/v1", []string{"more than a host", "fnf.example", "a path"}},
		{"https://fnf.example/../x", []string{"more than a host"}},
		{"https://fnf.example?a=b", []string{"more than a host", "a query"}},
		{"https://fnf.example#top", []string{"more than a host", "a fragment"}},
		{"http://fnf.example", []string{"in the clear", "https", "PlainHTTP"}},
		{"http://localhost.example", []string{"in the clear"}},
		{"http://127.0.0.1.example", []string{"in the clear"}},
		{"http://10.0.0.1", []string{"in the clear"}},
		{"http://192.168.0.1:8080", []string{"in the clear"}},
		{"http://[fd00::1]", []string{"in the clear"}},
		{"http://0.0.0.0", []string{"in the clear"}},
	} {
		got, err := endpoint.Parse(tt.text, false)
		if err == nil || got != (endpoint.Endpoint{}) {
			t.Errorf("Parse(%q) = %v, %v, want an error", tt.text, got, err)
			continue
		}
		for _, word := range tt.words {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("Parse(%q): %q does not say %q", tt.text, err, word)
			}
		}
	}
}

// What may be a secret is not repeated: user information, also where a slash too many makes it a path, and whatever else
// is no host.
func TestParseKeepsWhatIsNoHost(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"https://me:canary@fnf.example", "me:canary@fnf.example", "http://me:canary@localhost", "https://me:canary@fnf.example/v1",
		"ftp://me:canary@fnf.example", "https://me:can%zzary@fnf.example", "https://me:canary@", "https://me:canary@fnf example",
		"https:///me:canary@fnf.example", "//me:canary@fnf.example", "https://fnf.example/me:canary@x", "ftp://fnf.example/canary",
		"https://fnf.example?token=canary", "https://fnf.example#canary", "https://fnf..example/canary", "http://fnf.example:0?canary",
	} {
		_, err := endpoint.Parse(text, true)
		if err == nil {
			t.Errorf("Parse(%q) takes more than a host", text)
			continue
		}
		if strings.Contains(err.Error(), "canary") || strings.Contains(err.Error(), "can%zzary") {
			t.Errorf("Parse(%q) repeats it: %v", text, err)
		}
	}
}

func TestPresentable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"fnf.example":               true,
		"http://fnf.example":        true, // refused or not, there is nothing to hide
		"https://me:secret@example": false,
		"https://me:secret@%zz":     false,
	} {
		if got := endpoint.Presentable(text); got != want {
			t.Errorf("%q: got %t, want %t", text, got, want)
		}
	}
}

func TestValidRegion(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"cn-hangzhou":           true,
		"x":                     true,
		"a1-2-b":                true,
		strings.Repeat("a", 64): true,
		strings.Repeat("a", 65): false,
		"":                      false,
		"-":                     false,
		"cn--hangzhou":          false,
		"cn-hangzhou-":          false,
		"CN-hangzhou":           false,
		"cn.hangzhou":           false,
		"cn-hangzhou\n":         false,
		"cn-hängzhou":           false,
	} {
		if got := endpoint.ValidRegion(id); got != want {
			t.Errorf("%q: got %t, want %t", id, got, want)
		}
	}
}

// What Parse takes is a bare origin, and it takes its own result again.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"fnf.example", "https://fnf.example:8443/", "http://[::1]:1", "a@b", "http://x?y", "::", "%", "https://[::1%25eth0]"} {
		f.Add(text, true)
		f.Add(text, false)
	}
	f.Fuzz(func(t *testing.T, text string, plain bool) {
		got, err := endpoint.Parse(text, plain)
		if err != nil {
			return
		}
		again, err := endpoint.Parse(got.String(), plain)
		if err != nil || again != got {
			t.Errorf("%q is %v, and that is %v, %v", text, got, again, err)
		}
		if strings.ContainsAny(got.Host, "/?#@ \t\r\n") || got.Scheme != "https" && got.Scheme != "http" {
			t.Errorf("%q is %v", text, got)
		}
	})
}
