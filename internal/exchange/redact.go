// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"cmp"
	"context"
	"errors"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	marker     = "[redacted]"
	ellipsis   = "…"  // where a text was cut
	minSecret  = 4    // bytes; what is shorter would hit words
	maxMessage = 1024 // bytes of a message or of a cause that is only a text
	maxWord    = 256  // bytes of a code or a request id
)

// redactor takes the secrets of all attempts of one exchange out of texts.
type redactor struct {
	secrets  []string
	forms    []string          // of the secrets, in texts
	replacer *strings.Replacer // of the forms; nil: both are to be made
}

// add adds secrets.
func (r *redactor) add(secrets ...string) {
	for _, s := range secrets {
		if len(s) >= minSecret && !slices.Contains(r.secrets, s) {
			r.secrets = append(r.secrets, s)
			r.replacer = nil
		}
	}
}

// addRequest adds the parts of a signed request that are secret as a whole.
func (r *redactor) addRequest(request *http.Request) {
	r.add(request.Header.Values("Authorization")...)
	query := request.URL.RawQuery
	if slices.ContainsFunc(r.secrets, func(s string) bool {
		return strings.Contains(query, s) || strings.Contains(query, url.QueryEscape(s))
	}) {
		r.add(query)
	}
}

// text takes the secrets and the passwords of URLs out of a text.
func (r *redactor) text(s string) string {
	if r.replacer == nil {
		r.forms = formsOf(r.secrets)
		r.replacer = newReplacer(r.forms)
	}
	return withoutUserinfo(r.withoutBeginnings(r.replacer.Replace(s)))
}

// withoutBeginnings takes out what is left of a secret in the middle of which a text was cut before it came here.
func (r *redactor) withoutBeginnings(s string) string {
	var done strings.Builder
	for {
		before, after, found := strings.Cut(s, ellipsis)
		if !found {
			done.WriteString(s)
			return done.String()
		}
		if n := r.beginning(before); n > 0 {
			before = before[:len(before)-n] + marker
		}
		done.WriteString(before + ellipsis)
		s = after
	}
}

// beginning is the length of the longest beginning of a secret that a text ends with, 0 if that could as well be chance.
func (r *redactor) beginning(s string) int {
	longest := 0
	for _, form := range r.forms {
		for n := min(len(form)-1, len(s)); n > longest && n >= minSecret; n-- {
			if strings.HasSuffix(s, form[:n]) {
				longest = n
			}
		}
	}
	return longest
}

// formsOf are the forms in which secrets get into texts, the longest first: as they are, in a URL's query or path, in the
// string that was signed (twice escaped, and echoed by clouds that do not like the signature), quoted, in HTML.
func formsOf(secrets []string) []string {
	var forms []string
	for _, s := range secrets {
		quoted := strconv.Quote(s)
		query, path := url.QueryEscape(s), url.PathEscape(s)
		percent := strings.ReplaceAll(query, "+", "%20")
		forms = append(forms, s, quoted[1:len(quoted)-1], html.EscapeString(s))
		for _, escaped := range []string{query, path, percent, url.QueryEscape(percent)} {
			forms = append(forms, escaped, lowerHex(escaped))
		}
	}
	// At the same place the longest goes first, or the rest of it would stay.
	slices.SortFunc(forms, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(forms)
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

// withoutUserinfo takes name and password out of the URLs in a text: a proxy's may be in it, which no signer knows of.
func withoutUserinfo(s string) string {
	const scheme = "://"
	var done strings.Builder
	for {
		before, after, found := strings.Cut(s, scheme)
		done.WriteString(before)
		if !found {
			return done.String()
		}
		done.WriteString(scheme)
		authority := after
		if end := strings.IndexAny(after, "/?# \t\r\n\"'"); end >= 0 {
			authority = after[:end]
		}
		if at := strings.LastIndexByte(authority, '@'); at >= 0 {
			done.WriteString(marker)
			after = after[at:]
		}
		s = after
	}
}

// line makes a text fit for one line of a log: no secret, no control character, valid UTF-8, at most limit bytes.
func (r *redactor) line(s string, limit int) string {
	s = strings.ToValidUTF8(r.text(s), "\uFFFD")
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, s)
	// A secret with a line end in it is one that only shows now.
	s = strings.TrimSpace(r.text(s))
	if len(s) <= limit {
		return s
	}
	s = s[:limit-len(ellipsis)]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + ellipsis
}

// cause makes an error fit to be the cause of one that the caller gets. It stays what it is for errors.Is and errors.As, but
// it no longer matches the context's errors, which are the caller's. If anything in its chain has a secret in its text, or
// is a *url.Error, which keeps the signed URL, only the text is left.
func (r *redactor) cause(err error) error {
	for {
		// The URL is all that net/http's wrapper adds.
		wrapper, ok := err.(*url.Error)
		if !ok || wrapper.Err == nil {
			break
		}
		err = wrapper.Err
	}
	switch {
	case err == nil:
		return nil
	case r.tainted(err):
		return errors.New(r.line(err.Error(), maxMessage))
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return masked{err}
	default:
		return err
	}
}

// tainted reports whether an error or one that it wraps would give away a secret.
func (r *redactor) tainted(err error) bool {
	if _, ok := err.(*url.Error); ok {
		return true
	}
	if text := err.Error(); r.text(text) != text {
		return true
	}
	switch wrapper := err.(type) {
	case interface{ Unwrap() error }:
		inner := wrapper.Unwrap()
		return inner != nil && r.tainted(inner)
	case interface{ Unwrap() []error }:
		return slices.ContainsFunc(wrapper.Unwrap(), r.tainted)
	default:
		return false
	}
}

// masked is an error from below that looks like the end of a context and is not the end of the caller's: the time-out of a
// dial, a context inside the transport. Everything else about it can still be found.
type masked struct{ error }

// Is matches what the error matches, except for the context's errors.
func (m masked) Is(target error) bool {
	return target != context.Canceled && target != context.DeadlineExceeded && errors.Is(m.error, target)
}

// As finds what is in the error.
func (m masked) As(target any) bool { return errors.As(m.error, target) }
