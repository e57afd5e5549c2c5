// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// algorithmV3 is the only one of the header signatures that is known here.
const algorithmV3 = "ACS3-HMAC-SHA256"

// signatureV3 reads the signature of newer clients, which is in the Authorization
// header and covers the headers it names and a hash of the body.
func (rq *request) signatureV3() (signature, *apiError) {
	header := rq.http.Header
	algorithm, rest, _ := strings.Cut(header.Get("Authorization"), " ")
	if algorithm != algorithmV3 {
		return signature{}, rq.fail("InvalidSignatureMethod")
	}
	fields := make(map[string]string)
	for field := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = value
	}
	signed := strings.Split(fields["SignedHeaders"], ";")
	for _, name := range []string{
		"x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256",
	} {
		if header.Get(name) == "" {
			return signature{}, rq.fail("MissingRequiredHeader", "Header", name)
		}
		if !slices.Contains(signed, name) {
			return signature{}, rq.fail("IncompleteSignature")
		}
	}
	if fields["Credential"] == "" || fields["Signature"] == "" || !slices.Contains(signed, "host") {
		return signature{}, rq.fail("IncompleteSignature")
	}
	toSign := algorithmV3 + "\n" + hexSHA256([]byte(rq.canonicalV3(signed)))
	return signature{
		accessKeyID: fields["Credential"], securityToken: header.Get("X-Acs-Security-Token"),
		date: header.Get("X-Acs-Date"), nonce: header.Get("X-Acs-Signature-Nonce"),
		toSign: toSign,
		matches: func(secret string) bool {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(toSign))
			got, err := hex.DecodeString(fields["Signature"])
			return err == nil && hmac.Equal(got, mac.Sum(nil)) &&
				header.Get("X-Acs-Content-Sha256") == hexSHA256(rq.body)
		},
	}, nil
}

// canonicalV3 is the request in the form that is hashed for signing.
func (rq *request) canonicalV3(signed []string) string {
	var pairs, headers []string
	query := rq.http.URL.Query()
	for _, name := range slices.Sorted(maps.Keys(query)) {
		pairs = append(pairs, escape(name)+"="+escape(query.Get(name)))
	}
	for _, name := range signed {
		headers = append(headers, name+":"+signedValue(rq.http, name)+"\n")
	}
	return strings.Join([]string{
		rq.http.Method,
		cmp.Or(rq.http.URL.EscapedPath(), "/"),
		strings.Join(pairs, "&"),
		strings.Join(headers, ""),
		strings.Join(signed, ";"),
		rq.http.Header.Get("X-Acs-Content-Sha256"),
	}, "\n")
}

// signedValue returns a header as the client had it; net/http keeps Host apart.
func signedValue(r *http.Request, name string) string {
	if name == "host" {
		return r.Host
	}
	values := slices.Clone(r.Header.Values(name))
	for i := range values {
		values[i] = strings.TrimSpace(values[i])
	}
	return strings.Join(values, ",")
}

func hexSHA256(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
