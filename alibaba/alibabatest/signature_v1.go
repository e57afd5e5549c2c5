// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// signatureV1 reads the signature of an RPC call, which is among its parameters.
func (rq *request) signatureV1() (signature, *apiError) {
	for _, name := range []string{
		"Action", "Version", "AccessKeyId", "Signature",
		"SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp",
	} {
		if rq.param(name) == "" {
			return signature{}, rq.fail("MissingRequiredParams", "Query", name)
		}
	}
	var algorithm func() hash.Hash
	switch rq.param("SignatureMethod") {
	case "HMAC-SHA1":
		algorithm = sha1.New
	case "HMAC-SHA256":
		algorithm = sha256.New
	default:
		return signature{}, rq.fail("InvalidSignatureMethod")
	}
	if rq.param("SignatureVersion") != "1.0" {
		return signature{}, rq.fail("IncompleteSignature")
	}
	toSign := rq.stringToSignV1()
	return signature{
		accessKeyID: rq.param("AccessKeyId"), securityToken: rq.param("SecurityToken"),
		date: rq.param("Timestamp"), nonce: rq.param("SignatureNonce"),
		toSign: toSign,
		matches: func(secret string) bool {
			mac := hmac.New(algorithm, []byte(secret+"&"))
			mac.Write([]byte(toSign))
			got, err := base64.StdEncoding.DecodeString(rq.param("Signature"))
			return err == nil && hmac.Equal(got, mac.Sum(nil))
		},
	}, nil
}

// stringToSignV1 covers the method and every parameter but the signature itself. Of
// a parameter that is sent twice it covers the first only, the one that counts.
func (rq *request) stringToSignV1() string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(rq.params)) {
		if name != "Signature" {
			pairs = append(pairs, escape(name)+"="+escape(rq.param(name)))
		}
	}
	return rq.http.Method + "&" + escape("/") + "&" + escape(strings.Join(pairs, "&"))
}

// escape is the percent-encoding of RFC 3986, as both kinds of signature want it.
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
