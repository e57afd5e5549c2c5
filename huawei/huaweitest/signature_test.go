// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	vectorTarget    = "/v1/0123456789abcdef0123456789abcdef/cms/workflow/wf-1/executions?x_enterprise_project_id=0"
	vectorSigned    = "user-agent;x-project-id;x-sdk-date"
	vectorSignature = "e9d2f20c1eac6622fe3c56abca373f3321b064daa1abd5a6fe71a7d34f69dd8d"
	vectorCanonical = `GET
/v1/0123456789abcdef0123456789abcdef/cms/workflow/wf-1/executions/
x_enterprise_project_id=0
user-agent:huaweicloud-usdk-go/3.0; probe/1
x-project-id:0123456789abcdef0123456789abcdef
x-sdk-date:20200913T122640Z

user-agent;x-project-id;x-sdk-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`
	vectorText = `SDK-HMAC-SHA256
20200913T122640Z
9e069110d4fa251f350baebcbe0803f4fe4cb6b4d692ff3dd62ba5f7fe9227b7`
)

// vectorRequest is a request that the official SDK signed with the keys AKEXAMPLE
// and SKEXAMPLE.
func vectorRequest() *http.Request {
	r := httptest.NewRequest(http.MethodGet, vectorTarget, nil)
	r.Header.Set("User-Agent", "huaweicloud-usdk-go/3.0; probe/1")
	r.Header.Set("X-Project-Id", "0123456789abcdef0123456789abcdef")
	r.Header.Set("X-Sdk-Date", "20200913T122640Z")
	r.Header.Set("Authorization", "SDK-HMAC-SHA256 Access=AKEXAMPLE, SignedHeaders="+vectorSigned+", Signature="+vectorSignature)
	return r
}

func TestSignatureOfTheSDK(t *testing.T) {
	t.Parallel()
	r := vectorRequest()
	sig, ok := parseSignature(r.Header.Get("Authorization"))
	if !ok {
		t.Fatal("the Authorization header was not understood")
	}
	canonical, ok := canonicalRequest(r, sig.headers, nil)
	if !ok || canonical != vectorCanonical {
		t.Errorf("canonical request mismatch (-want +got):\n%s", cmp.Diff(vectorCanonical, canonical))
	}
	text := stringToSign("20200913T122640Z", canonical)
	if diff := cmp.Diff(vectorText, text); diff != "" {
		t.Errorf("string to sign mismatch (-want +got):\n%s", diff)
	}
	if got := sign(text, "SKEXAMPLE"); got != vectorSignature {
		t.Errorf("sign() = %s, want %s", got, vectorSignature)
	}
	if !sig.matches(r, nil, "SKEXAMPLE") {
		t.Error("matches() = false for the SDK's own signature")
	}
}

func TestSignatureIsRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		edit   func(*http.Request)
		body   string
		secret string
	}{
		"other secret":     {secret: "SKOTHER"},
		"other method":     {edit: func(r *http.Request) { r.Method = http.MethodPost }},
		"other path":       {edit: func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "wf-1", "wf-2", 1) }},
		"other query":      {edit: func(r *http.Request) { r.URL.RawQuery = "x_enterprise_project_id=1" }},
		"more query":       {edit: func(r *http.Request) { r.URL.RawQuery += "&a=b" }},
		"broken query":     {edit: func(r *http.Request) { r.URL.RawQuery += "&a=%zz" }},
		"other user agent": {edit: func(r *http.Request) { r.Header.Set("User-Agent", "proxy") }},
		"other date":       {edit: func(r *http.Request) { r.Header.Set("X-Sdk-Date", "20200913T122641Z") }},
		"header missing":   {edit: func(r *http.Request) { r.Header.Del("X-Project-Id") }},
		"other body":       {body: "{}"},
		"hash of another body": {edit: func(r *http.Request) {
			r.Header.Set("X-Sdk-Content-Sha256", strings.Repeat("0", 64))
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := vectorRequest()
			if test.edit != nil {
				test.edit(r)
			}
			secret := test.secret
			if secret == "" {
				secret = "SKEXAMPLE"
			}
			sig, _ := parseSignature(r.Header.Get("Authorization"))
			if sig.matches(r, []byte(test.body), secret) {
				t.Error("matches() = true, want false")
			}
		})
	}
}

func TestSignatureNeedsTheDate(t *testing.T) {
	t.Parallel()
	r := vectorRequest()
	canonical, _ := canonicalRequest(r, []string{"user-agent"}, nil)
	value := sign(stringToSign(r.Header.Get("X-Sdk-Date"), canonical), "SKEXAMPLE")
	sig := signature{access: "AKEXAMPLE", headers: []string{"user-agent"}, value: value}
	if sig.matches(r, nil, "SKEXAMPLE") {
		t.Error("matches() = true for a signature that does not cover the date")
	}
}

// A signature over a header that is not sent would be good for a request that says anything there.
func TestSignatureNeedsItsHeaders(t *testing.T) {
	t.Parallel()
	r := vectorRequest()
	canonical, _ := canonicalRequest(r, []string{"x-sdk-date"}, nil)
	canonical = strings.Replace(canonical, "\n\nx-sdk-date\n", "\n\nx-none;x-sdk-date\n", 1)
	value := sign(stringToSign(r.Header.Get("X-Sdk-Date"), canonical), "SKEXAMPLE")
	sig := signature{access: "AKEXAMPLE", headers: []string{"x-none", "x-sdk-date"}, value: value}
	if sig.matches(r, nil, "SKEXAMPLE") {
		t.Error("matches() = true for a signature that names a header that is not there")
	}
}

func TestSignatureCoversTheBody(t *testing.T) {
	t.Parallel()
	r := vectorRequest()
	sum := sha256.Sum256([]byte("{}"))
	r.Header.Set("X-Sdk-Content-Sha256", hex.EncodeToString(sum[:]))
	headers := []string{"x-sdk-content-sha256", "x-sdk-date"}
	canonical, _ := canonicalRequest(r, headers, []byte("{}"))
	value := sign(stringToSign(r.Header.Get("X-Sdk-Date"), canonical), "SKEXAMPLE")
	sig := signature{access: "AKEXAMPLE", headers: headers, value: value}
	for body, want := range map[string]bool{"{}": true, "": false, "[]": false} {
		if got := sig.matches(r, []byte(body), "SKEXAMPLE"); got != want {
			t.Errorf("matches() = %t for the body %q, want %t", got, body, want)
		}
	}
}

// What comes several times is signed in order, wherever a proxy put it.
func TestSignatureOfSeveralValues(t *testing.T) {
	t.Parallel()
	sign := func(query string, values ...string) string {
		r := vectorRequest()
		r.URL.RawQuery, r.Header["X-Trace"] = query, values
		canonical, ok := canonicalRequest(r, []string{"x-sdk-date", "x-trace"}, nil)
		if !ok {
			t.Errorf("a request with the query %s cannot be signed", query)
		}
		return canonical
	}
	want := sign("a=1&a=2&b=3", "x", "y")
	if diff := cmp.Diff(want, sign("b=3&a=2&a=1", "y", "x")); diff != "" {
		t.Errorf("canonical request mismatch (-want +got):\n%s", diff)
	}
}

func TestParseSignature(t *testing.T) {
	t.Parallel()
	want := signature{access: "a=b", headers: []string{"host", "x-sdk-date"}, value: "00ff"}
	tests := map[string]struct {
		header string
		want   signature
		ok     bool
	}{
		"as sent by the SDK": {"SDK-HMAC-SHA256 Access=a=b, SignedHeaders=host;x-sdk-date, Signature=00ff", want, true},
		"no blanks":          {"SDK-HMAC-SHA256 Access=a=b,SignedHeaders=host;x-sdk-date,Signature=00ff", want, true},
		"upper case":         {"SDK-HMAC-SHA256 Access=a=b, SignedHeaders=Host;X-Sdk-Date, Signature=00ff", want, true},
		"other order":        {"SDK-HMAC-SHA256 Signature=00ff, SignedHeaders=host;x-sdk-date, Access=a=b", want, true},
		"other scheme":       {"Bearer abc", signature{}, false},
		"other algorithm":    {"SDK-HMAC-SM3 Access=a=b, SignedHeaders=host;x-sdk-date, Signature=00ff", signature{}, false},
		"no key":             {"SDK-HMAC-SHA256 SignedHeaders=host, Signature=00ff", signature{headers: []string{"host"}, value: "00ff"}, false},
		"nothing":            {"", signature{}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := parseSignature(test.header)
			if ok != test.ok {
				t.Errorf("parseSignature() ok = %t, want %t", ok, test.ok)
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(signature{})); diff != "" {
				t.Errorf("parseSignature() mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEscape(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":          "",
		"aZ09-_.~":  "aZ09-_.~",
		"a b+c":     "a%20b%2Bc",
		"a/b?c#d":   "a%2Fb%3Fc%23d",
		"ü*'()!":    "%C3%BC%2A%27%28%29%21",
		"\x00\xff%": "%00%FF%25",
	} {
		if got := escape(in); got != want {
			t.Errorf("escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzSignature(f *testing.F) {
	f.Add(vectorTarget, "SDK-HMAC-SHA256 Access=a, SignedHeaders=host;x-sdk-date, Signature=00", "{}")
	f.Add("/v1/%2e%2e//x?a=b&a", "SDK-HMAC-SHA256 Access=,SignedHeaders=;;,Signature==", "")
	f.Fuzz(func(t *testing.T, target, authorization, body string) {
		r := vectorRequest()
		if u, err := r.URL.Parse(target); err == nil {
			r.URL = u
		}
		sig, ok := parseSignature(authorization)
		if ok && sig.matches(r, []byte(body), "test-secret") {
			t.Errorf("a signature by nobody was accepted: %q", authorization)
		}
	})
}
