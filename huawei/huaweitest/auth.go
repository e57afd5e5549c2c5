// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"crypto/subtle"
	"net/http"
	"time"
)

// maxSkew is how far the date of a signature may be from the server's clock.
const maxSkew = 15 * time.Minute

// credentials are the keys and the token a server accepts.
type credentials struct {
	accessKeyID, secretAccessKey, securityToken string
	token                                       string
}

// authenticate checks who sends a request; nil means it is one of ours.
//
// Model: a token decides when there is one, a signature otherwise. What is wrong
// gets the service's own 401 of the document, what is missing or too old the
// gateway's.
func (c credentials) authenticate(r *http.Request, body []byte, now time.Time) *apiError {
	token, authorization := r.Header.Get("X-Auth-Token"), r.Header.Get("Authorization")
	switch {
	case token != "":
		if !equal(token, c.token) {
			return authFailed()
		}
		return nil
	case authorization != "":
		return c.checkSignature(r, authorization, body, now)
	default:
		return incorrectIAM("x-auth-token not found")
	}
}

func (c credentials) checkSignature(r *http.Request, authorization string, body []byte, now time.Time) *apiError {
	sig, ok := parseSignature(authorization)
	if !ok {
		return incorrectIAM("verify aksk signature fail")
	}
	date, err := time.Parse(dateLayout, r.Header.Get(dateHeader))
	if err != nil {
		return incorrectIAM("verify aksk signature fail")
	}
	if now.Sub(date).Abs() > maxSkew {
		// Model: the text is the one documented for app authentication (APIG.0303).
		return incorrectIAM("signature expired, signature time:" + date.Format(dateLayout) +
			",server time:" + now.UTC().Format(dateLayout))
	}
	if !equal(sig.access, c.accessKeyID) ||
		!equal(r.Header.Get("X-Security-Token"), c.securityToken) ||
		!sig.matches(r, body, c.secretAccessKey) {
		return authFailed()
	}
	return nil
}

func authFailed() *apiError {
	return failure(http.StatusUnauthorized, "AOM.31009004", "auth failed.")
}

func incorrectIAM(reason string) *apiError {
	return failure(http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information: %s", reason)
}

func equal(got, want string) bool {
	return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}
