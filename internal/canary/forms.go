// SPDX-License-Identifier: Apache-2.0

package canary

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"strconv"
	"strings"
)

// Form is a way to write a secret.
type Form struct {
	Name  string
	Write func(secret string) string
}

// Forms are the ways in which a service, a proxy or a transport may write what it got.
func Forms() []Form {
	return []Form{
		{"plain", func(s string) string { return s }},
		{"upper case", strings.ToUpper},
		{"lower case", strings.ToLower},
		{"URL query", url.QueryEscape},
		{"URL path", url.PathEscape},
		{"URL query, lower case", func(s string) string { return strings.ToLower(url.QueryEscape(s)) }},
		{"URL query, twice", func(s string) string { return url.QueryEscape(url.QueryEscape(s)) }},
		{"JSON", inJSON},
		{"JSON, slashes too", func(s string) string { return strings.ReplaceAll(s, "/", `\/`) }},
		{"Go", func(s string) string { quoted := strconv.Quote(s); return quoted[1 : len(quoted)-1] }},
		{"HTML", html.EscapeString},
		{"base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
		{"base64 for URLs, bare", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }},
		{"hex", func(s string) string { return hex.EncodeToString([]byte(s)) }},
		{"hex, upper case", func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) }},
	}
}

func inJSON(s string) string {
	data, err := json.Marshal(s)
	if err != nil { // of a string there is none
		return s
	}
	return string(data[1 : len(data)-1])
}
