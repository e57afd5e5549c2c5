// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// secretHeader reports whether what a header holds is secret, by its name: Authorization, X-Auth-Token, Cookie.
func secretHeader(name string) bool {
	for _, part := range [...]string{"auth", "token", "secret", "signature", "cookie", "password"} {
		if containsFold(name, part) {
			return true
		}
	}
	return false
}

// formsOf are the forms in which secrets get into texts, the longest first.
func formsOf(secrets []string) []string {
	var forms []string
	for _, s := range slices.Concat(secrets, unpadded(secrets)) {
		// Who normalises headers changes their case.
		for _, cased := range []string{s, strings.ToUpper(s), strings.ToLower(s)} {
			forms = appendEscaped(forms, cased)
		}
		forms = appendEncoded(forms, s)
	}
	// At the same place the longest goes first, or the rest of it would stay.
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(forms)
}

// unpadded are the secrets that end with the padding of base64, as most signatures do, without it: it is no secret, and there are
// more ways to escape it, \u003d and &#61; among them, than anybody lists. Short ones are left out, they would hit words.
func unpadded(secrets []string) []string {
	var bare []string
	for _, s := range secrets {
		if b := withoutPadding(s); b != s {
			bare = append(bare, b)
		}
	}
	return bare
}

func withoutPadding(s string) string {
	const least = 16
	if b := strings.TrimRight(s, "="); len(b) >= least {
		return b
	}
	return s
}

// appendEscaped appends a secret as it is, quoted, in JSON and in HTML, in a URL's query or path, and in the string that was
// signed (twice escaped, and echoed by clouds that do not like the signature). The other ways to write a character in JSON
// and in HTML are too many to list: see unescaped.
func appendEscaped(forms []string, s string) []string {
	for _, written := range []string{s, inJSON(s), strings.ReplaceAll(s, "/", `\/`), html.EscapeString(s)} {
		forms = appendQuoted(forms, written)
	}
	query, path := url.QueryEscape(s), url.PathEscape(s)
	percent := strings.ReplaceAll(query, "+", "%20")
	for _, escaped := range []string{query, path, percent, url.QueryEscape(percent)} {
		forms = append(appendQuoted(forms, escaped), lowerHex(escaped))
	}
	return forms
}

// appendQuoted appends what is left of a form when an error quotes it, or a quoted answer. Of most forms that is the form.
func appendQuoted(forms []string, written string) []string {
	forms = append(forms, written)
	for _, quoted := range []string{inGo(written), inJSON(written)} {
		if quoted != written {
			forms = append(forms, quoted, inGo(quoted), inGo(inGo(quoted)))
		}
	}
	return forms
}

// inGo is a text as a Go string, without its quotes.
func inGo(s string) string {
	quoted := strconv.Quote(s)
	return quoted[1 : len(quoted)-1]
}

// inJSON is a text as a JSON string, without its quotes.
func inJSON(s string) string {
	quoted, _ := json.Marshal(s) // of a string there is no error
	return string(quoted[1 : len(quoted)-1])
}

// appendEncoded appends a secret as something that prints bytes would: in base64, alone or within a longer text, and in
// hexadecimal digits.
func appendEncoded(forms []string, s string) []string {
	for _, text := range []string{s, url.QueryEscape(s)} {
		forms = append(forms, base64.StdEncoding.EncodeToString([]byte(text)), base64.URLEncoding.EncodeToString([]byte(text)))
		for _, encoding := range alphabets() {
			for shift := range base64Bytes {
				forms = append(forms, string(base64Core(nil, encoding, text, shift)))
			}
		}
		digits := hex.EncodeToString([]byte(text))
		forms = append(forms, digits, strings.ToUpper(digits))
	}
	return forms
}

const base64Bytes = 3 // are encoded together, in four digits

func alphabets() [2]*base64.Encoding {
	return [...]*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding}
}

// base64Core appends the base64 digits that a part has within any longer text, shift bytes behind a multiple of three: those
// on which its neighbours have no influence.
func base64Core(digits []byte, encoding *base64.Encoding, part string, shift int) []byte {
	const bits, digitBits = 8, 6
	digits = encoding.AppendEncode(digits, append(make([]byte, shift, 2*mostLead), part...))
	return digits[(shift*bits+digitBits-1)/digitBits : (shift+len(part))*bits/digitBits]
}

// escapedInJSON is a character of ASCII in a JSON string, also one that was quoted since.
var escapedInJSON = regexp.MustCompile(`\\+u00[0-7][0-9A-Fa-f]`)

// unescaped is a text with the characters that are escaped in JSON or HTML written out, also those that are escaped twice.
func unescaped(s string) string {
	const most = 3
	for range most {
		plain := s
		if strings.Contains(plain, `\u00`) {
			plain = escapedInJSON.ReplaceAllStringFunc(plain, func(escaped string) string {
				code, _ := strconv.ParseUint(escaped[len(escaped)-2:], 16, 8) // the expression has two digits there
				return string(rune(code))
			})
		}
		if plain = html.UnescapeString(plain); plain == s {
			break
		}
		s = plain
	}
	return s
}

func newReplacer(forms []string) *strings.Replacer {
	pairs := make([]string, 0, 2*len(forms))
	for _, form := range forms {
		pairs = append(pairs, form, marker)
	}
	return strings.NewReplacer(pairs...)
}

// lowerHex writes percent escapes the way some servers do: %2b instead of %2B.
func lowerHex(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:i+3], strings.ToLower(s[i+1:i+3]))
		}
	}
	return string(b)
}

// mayHold reports whether a secret could be in a text of letters, digits, - and _, in any of its forms. Of a secret with any
// other character than these each escaped form has one too, and of one without there is only one, in whatever case. How an
// encoded form begins tells it well enough.
func mayHold(s, secret string) bool {
	secret = withoutPadding(secret)
	if containsFold(s, secret) {
		return true
	}
	var memory [2 * mostLead]byte
	lead := secret[:min(len(secret), mostLead)]
	if containsFold(s, string(hex.AppendEncode(memory[:0], []byte(lead)))) {
		return true
	}
	for _, encoding := range alphabets() {
		for shift := range base64Bytes {
			if strings.Contains(s, string(base64Core(memory[:0], encoding, lead, shift))) {
				return true
			}
		}
	}
	return false
}

// mostLead is how many bytes of a secret mayHold encodes. All that it makes of them fits onto the stack.
const mostLead = 12

// containsFold is strings.Contains in whatever case, for a part that is not empty.
func containsFold(s, part string) bool {
	const fold = 'a' - 'A' // a bit: what differs in it may be the same letter
	for i := 0; i+len(part) <= len(s); i++ {
		if (s[i]^part[0])&^fold == 0 && strings.EqualFold(s[i:i+len(part)], part) {
			return true
		}
	}
	return false
}
