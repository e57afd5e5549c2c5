// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

const (
	algorithm       = "SDK-HMAC-SHA256"
	dateHeader      = "X-Sdk-Date"
	dateLayout      = "20060102T150405Z"
	contentHeader   = "X-Sdk-Content-Sha256"
	unsignedPayload = "UNSIGNED-PAYLOAD"
)

// signature is what an Authorization header of the form "SDK-HMAC-SHA256 Access=…,
// SignedHeaders=…, Signature=…" says.
type signature struct {
	access  string
	headers []string // in lower case, in the order they were signed in
	value   string
}

// parseSignature reads an Authorization header; it returns false for any other
// scheme and for missing parts.
func parseSignature(authorization string) (signature, bool) {
	scheme, rest, _ := strings.Cut(authorization, " ")
	if scheme != algorithm {
		return signature{}, false
	}
	var sig signature
	for part := range strings.SplitSeq(rest, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch key {
		case "Access":
			sig.access = value
		case "SignedHeaders":
			sig.headers = strings.Split(strings.ToLower(value), ";")
		case "Signature":
			sig.value = value
		}
	}
	return sig, sig.access != "" && sig.value != "" && len(sig.headers) > 0
}

// matches reports whether sig is what the key makes of the request, for whatever
// headers the client signed. The date has to be one of them: without it a
// signature would be good for ever.
func (sig signature) matches(r *http.Request, body []byte, secret string) bool {
	if !slices.Contains(sig.headers, strings.ToLower(dateHeader)) {
		return false
	}
	canonical, ok := canonicalRequest(r, sig.headers, body)
	if !ok {
		return false
	}
	want := sign(stringToSign(r.Header.Get(dateHeader), canonical), secret)
	return hmac.Equal([]byte(want), []byte(sig.value))
}

func stringToSign(date, canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	return algorithm + "\n" + date + "\n" + hex.EncodeToString(sum[:])
}

func sign(text, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// canonicalRequest returns the text a client signs. It returns false when the
// request cannot have been signed: a query that cannot be read, a signed header
// that is not there, a hash that is not the body's.
func canonicalRequest(r *http.Request, headers []string, body []byte) (string, bool) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return "", false
	}
	var b strings.Builder
	b.WriteString(r.Method + "\n" + canonicalPath(r.URL.Path) + "\n" + canonicalQuery(query) + "\n")
	for _, name := range headers {
		values := headerValues(r, name)
		if len(values) == 0 {
			return "", false
		}
		for _, v := range slices.Sorted(slices.Values(values)) {
			b.WriteString(name + ":" + strings.TrimSpace(v) + "\n")
		}
	}
	hash, ok := bodyHash(r, body)
	b.WriteString("\n" + strings.Join(headers, ";") + "\n" + hash)
	return b.String(), ok
}

// canonicalPath returns the path with every segment encoded, always with a slash
// at the end.
func canonicalPath(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = escape(s)
	}
	joined := strings.Join(segments, "/")
	if !strings.HasSuffix(joined, "/") {
		joined += "/"
	}
	return joined
}

func canonicalQuery(query url.Values) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(query)) {
		for _, value := range slices.Sorted(slices.Values(query[key])) {
			pairs = append(pairs, escape(key)+"="+escape(value))
		}
	}
	return strings.Join(pairs, "&")
}

// headerValues returns the values of a header, also of those two that net/http
// takes out of the header.
func headerValues(r *http.Request, name string) []string {
	switch name {
	case "host":
		return []string{r.Host}
	case "content-length":
		return []string{strconv.FormatInt(r.ContentLength, 10)}
	default:
		return r.Header.Values(name)
	}
}

// bodyHash returns the hash of the body that was signed. A client may have left
// the body out of the signature.
func bodyHash(r *http.Request, body []byte) (string, bool) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	claimed := r.Header.Get(contentHeader)
	if claimed == unsignedPayload {
		return claimed, true
	}
	return hash, claimed == "" || claimed == hash
}

// escape encodes every byte but letters, digits and "-_.~".
func escape(s string) string {
	// QueryEscape has the same set but for the blank.
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
