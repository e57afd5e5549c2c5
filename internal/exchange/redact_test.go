// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestRedactorText(t *testing.T) {
	t.Parallel()
	var r redactor
	r.add("test-access-key-id", "a+b/c==", "abc", "test-access-key-id-2", "two words", "")
	tests := []struct{ in, want string }{
		{"", ""},
		{"nothing here, not even abc", "nothing here, not even abc"},
		{"key test-access-key-id!", "key [redacted]!"},
		{"the longer test-access-key-id-2 goes whole", "the longer [redacted] goes whole"},
		{"sig a+b/c== raw", "sig [redacted] raw"},
		{"?Signature=a%2Bb%2Fc%3D%3D&x=1", "?Signature=[redacted]&x=1"},
		{"lower a%2bb%2fc%3d%3d", "lower [redacted]"},
		{"path a+b%2Fc==", "path [redacted]"},
		{"signed string Signature%3Da%252Bb%252Fc%253D%253D", "signed string Signature%3D[redacted]"},
		{"two+words, two%20words", "[redacted], [redacted]"},
		{"a proxy at http://user:password@proxy.test:80/ failed", "a proxy at http://[redacted]@proxy.test:80/ failed"},
		{"no password in https://host/@name and b@c", "no password in https://host/@name and b@c"},
		{"ends with ://", "ends with ://"},
	}
	for _, tt := range tests {
		if got := r.text(tt.in); got != tt.want {
			t.Errorf("text(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestRedactorPadding: of a signature in base64 only the padding is left, however that was escaped, and of no short word anything.
func TestRedactorPadding(t *testing.T) {
	t.Parallel()
	var r redactor
	r.add("test/base64+signature=", "word=")
	for in, want := range map[string]string{
		"raw test/base64+signature=.":               "raw [redacted].",
		`Java test/base64+signature\u003d`:          `Java [redacted]\u003d`,
		`quoted \"test/base64+signature\\u003d\"`:   `quoted \"[redacted]\\u003d\"`,
		"decimal test/base64+signature&#61;":        "decimal [redacted]&#61;",
		"template test/base64&#43;signature&#61;":   "template [redacted]",
		`script test\/base64\u002bsignature\u003d`:  `script [redacted]`,
		`script test/base64\u002bsignature\u003d`:   `script [redacted]`,
		`.NET test/base64\u002Bsignature\u003D`:     `.NET [redacted]`,
		`all \"test\\u002Fbase64\\u002bsignature\"`: `all \"[redacted]\"`,
		"hex test&#x2F;base64&#x2b;signature&#x3D;": "hex [redacted]",
		"one test&#47;base64+signature":             "one [redacted]",
		"twice test/base64&amp;#43;signature":       "twice [redacted]",
		"Tom &amp; Jerry \\u002b":                   "Tom &amp; Jerry \\u002b",
		"without test/base64+signature":             "without [redacted]",
		"a word":                                    "a word",
	} {
		if got := r.text(in); got != want {
			t.Errorf("text(%q) = %q, want %q", in, got, want)
		}
	}
	r = redactor{}
	r.add("testbase64signature=")
	if got := r.line("testbase64signature", maxWord); got != "[redacted]" {
		t.Errorf("line of a signature without its padding = %q", got)
	}
}

// Who quotes an answer cuts it, and may cut a secret in two.
func TestRedactorBeginnings(t *testing.T) {
	t.Parallel()
	var r redactor
	r.add("test-access-key-id", "a+b/c==")
	for in, want := range map[string]string{
		`begins "x test-access-k…"`:              `begins "x [redacted]…"`,
		`begins "test-access-key-i…", "a+b/c=…"`: `begins "[redacted]…", "[redacted]…"`,
		"in a URL a%2Bb%2…":                      "in a URL [redacted]…",
		"whole test-access-key-id…":              "whole [redacted]…",
		"too little tes…":                        "too little tes…",
		"test-access-k is not cut…":              "test-access-k is not cut…",
		"…":                                      "…",
	} {
		if got := r.text(in); got != want {
			t.Errorf("text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRedactorLine(t *testing.T) {
	t.Parallel()
	var r redactor
	r.add("sec ret")
	tests := []struct {
		in    string
		limit int
		want  string
	}{
		{"  plain\t", 99, "plain"},
		{"a\r\nb\x1b[31m\xff", 99, "a  b [31m\uFFFD"},
		{"a\u2028b\u2029c\u202ed\u0085e", 99, "a b c d e"},
		{"a sec\nret over two lines", 99, "a [redacted] over two lines"},
		{"0123456789", 10, "0123456789"},
		{strings.Repeat("sec ret", 46), 10, "[redact…"}, // cut off in the middle of one
		{strings.Repeat("\n", 314) + "xsec ret", 10, "x[redac…"},
		{"0123456789x", 10, "0123456…"},
		{"012345ééé", 10, "012345…"},
	}
	for _, tt := range tests {
		if got := r.line(tt.in, tt.limit); got != tt.want {
			t.Errorf("line(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

// hidden is an error with a secret in it that its text does not show, but the text of what it wraps.
type hidden struct{ inner error }

func (hidden) Error() string   { return "hidden" }
func (h hidden) Unwrap() error { return h.inner }

func TestRedactorCause(t *testing.T) {
	t.Parallel()
	const secret = "test-signature"
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: os.ErrDeadlineExceeded}
	dial := refused.Error()
	withURL := func(err error) error {
		return &url.Error{Op: "Get", URL: "https://cloud.test/?Signature=" + secret, Err: err}
	}
	const redacted = `"https://cloud.test/?Signature=[redacted]"`
	tests := map[string]struct {
		in   error
		keep bool // whether the network's error can still be found
		want string
	}{
		"clean":                  {refused, true, dial},
		"wrapped":                {fmt.Errorf("proxy: %w", refused), true, "proxy: " + dial},
		"net/http's wrapper":     {withURL(refused), true, dial},
		"two of them":            {withURL(withURL(refused)), true, dial},
		"one inside another":     {fmt.Errorf("x: %w", withURL(refused)), false, "x: Get " + redacted + ": " + dial},
		"one without a secret":   {fmt.Errorf("x: %w", &url.Error{Op: "Get", URL: "https://h.test/", Err: refused}), false, `x: Get "https://h.test/": ` + dial},
		"secret in the text":     {fmt.Errorf("%s: %w", secret, refused), false, "[redacted]: " + dial},
		"secret below the text":  {errors.Join(hidden{fmt.Errorf("%s: %w", secret, refused)}), false, "hidden"},
		"secret beside the text": {errors.Join(refused, errors.New(secret)), false, dial + " [redacted]"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r redactor
			r.add(secret)
			got := r.cause(tt.in)
			if got.Error() != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if inner, ok := errors.AsType[*url.Error](got); ok {
				t.Errorf("a URL can still be found: %s", inner.URL)
			}
			if _, ok := errors.AsType[*net.OpError](got); ok != tt.keep {
				t.Errorf("the network's error found: %v, want %v", ok, tt.keep)
			}
			if tt.keep && !errors.Is(got, os.ErrDeadlineExceeded) {
				t.Error("what the network's error matches is lost")
			}
			if errors.Is(got, context.DeadlineExceeded) {
				t.Error("the cause matches the context's error")
			}
			if text := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(text, secret) {
				t.Errorf("the secret is in %s", text)
			}
		})
	}
	if got := new(redactor).cause(nil); got != nil {
		t.Errorf("got %v for no error", got)
	}
}

func TestRequestsAddTheirSecretParts(t *testing.T) {
	t.Parallel()
	request, err := http.NewRequest(http.MethodGet, "https://cloud.test/?Action=Get&Signature=a%2Bb%3D%3D", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "SCHEME Signature=0123")
	var r redactor
	r.add("a+b==")
	r.addRequest(request)
	const want = `Get "https://cloud.test/?[redacted]" with [redacted]`
	if got := r.text(fmt.Sprintf("Get %q with %s", request.URL, request.Header.Get("Authorization"))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzRedactor looks for a secret that survives in any of its forms.
func FuzzRedactor(f *testing.F) {
	f.Add("test-access-key-id", "test-secret", "before ", " after")
	f.Add("a+b/c==", "b/c", "?x=", "&y=1")
	f.Add("aaaa", "aaaaa", "aa", "a")
	f.Add("sec\nret", "tab\t<&>\"", "\xff", "\x00")
	f.Add("p%41ss", "://u:p@h", "http", "x@y")
	f.Fuzz(func(t *testing.T, one, two, before, after string) {
		var r redactor
		var secrets []string
		for _, s := range []string{one, two} {
			// A secret that looks like a part of the marker, or that no text can hold, proves nothing.
			short, odd := len(s) < minSecret, strings.ContainsAny(s, "[]…\uFFFD") || !utf8.ValidString(s)
			if short || odd || strings.Contains(marker, s) || strings.TrimSpace(s) != s {
				continue
			}
			secrets = append(secrets, s)
			r.add(s)
		}
		for _, s := range secrets {
			for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s), strconv.Quote(s), lowerHex(url.QueryEscape(s))} {
				text := before + form + after
				line := r.line(text, maxMessage)
				if strings.Contains(line, s) || strings.Contains(r.text(text), s) {
					t.Errorf("%q survives in %q: %q", s, text, line)
				}
				if len(line) > maxMessage || !utf8.ValidString(line) {
					t.Errorf("line %q is %d bytes long, or no text", line, len(line))
				}
				if err := r.cause(hidden{errors.New(text)}); r.tainted(err) {
					t.Errorf("%q survives in the cause %v", s, err)
				}
			}
		}
	})
}

// FuzzRetryAfter looks for a header that makes a wait negative.
func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "120", "-1", "1.5", "9223372036854775807", "99999999999999999999",
		"Sat, 01 Jan 2000 00:00:10 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "soon"} {
		f.Add(s, "")
		f.Add(s, "Sat, 01 Jan 2000 00:00:00 GMT")
	}
	s := settings{minWait: time.Second, maxWait: time.Minute}
	f.Fuzz(func(t *testing.T, value, date string) {
		wish := retryAfter(http.Header{"Retry-After": {value}, "Date": {date}}, time.Unix(946684800, 0))
		if wish < 0 {
			t.Errorf("Retry-After %q is %v", value, wish)
		}
		if wait := s.backoff(3, wish); wait < 0 || wait > s.maxWait {
			t.Errorf("Retry-After %q makes a wait of %v", value, wait)
		}
	})
}
