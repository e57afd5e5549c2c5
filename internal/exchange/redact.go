// SPDX-License-Identifier: Apache-2.0

package exchange

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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
	queries  []string          // of signed requests, which are secret as a whole if there is a secret in them
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

// addRequest adds the parts of a signed request that are secret as a whole. A credential that the user brought along may
// send secrets in headers that nobody here knows: their names must do.
func (r *redactor) addRequest(request *http.Request) {
	for name, values := range request.Header {
		if secretHeader(name) {
			r.add(values...)
		}
	}
	if query := request.URL.RawQuery; query != "" {
		r.queries = append(r.queries, query)
		r.replacer = nil
	}
}

// prepare makes what takes the secrets out. Most exchanges have no text that needs it.
func (r *redactor) prepare() {
	for _, query := range r.queries {
		if slices.ContainsFunc(r.secrets, func(s string) bool {
			return strings.Contains(query, s) || strings.Contains(query, url.QueryEscape(s))
		}) {
			r.add(query)
		}
	}
	r.queries = nil
	r.forms = formsOf(r.secrets)
	r.replacer = newReplacer(r.forms)
}

// harmless reports whether a text can be seen at once to have nothing in it that must not get out, as a request id can. It
// costs no memory, and may be wrong in saying no.
func (r *redactor) harmless(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	// No form of a secret is shorter than the shortest secret. Of a short text, most often an id that was not sent, that is known
	// without making them.
	return len(s) < minSecret || !slices.ContainsFunc(r.secrets, func(secret string) bool { return mayHold(s, secret) })
}

// text takes the secrets and the passwords of URLs out of a text.
func (r *redactor) text(s string) string {
	if r.replacer == nil {
		r.prepare()
	}
	s = r.without(s)
	if plain := unescaped(s); plain != s {
		if clean := r.without(plain); clean != plain {
			return clean // only a secret is worth that the text is not what was sent
		}
	}
	return s
}

func (r *redactor) without(s string) string {
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
	if len(s) <= limit && r.harmless(s) {
		return s
	}
	// Looking through megabytes for what is cut off anyway would take a while; what is taken out may make room for the rest.
	if most := 32 * limit; len(s) > most {
		s = s[:most] + ellipsis
	}
	s = strings.ToValidUTF8(r.text(s), "\uFFFD")
	s = strings.Map(func(c rune) rune {
		// Some viewers take the separators for line ends; what changes the direction can make a line look like another.
		if unicode.In(c, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
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
// it no longer matches the context's errors, which are the caller's. If anything in its chain has a secret in its text or in
// what fmt prints of it, or is a *url.Error, which keeps the signed URL, only the text is left.
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
	// What the text leaves out may be in a field that only these verbs print.
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
		if r.text(text) != text {
			return true
		}
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
