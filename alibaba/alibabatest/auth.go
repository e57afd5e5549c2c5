// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"strings"
	"sync"
	"time"
)

const (
	// maxSkew is how far the date of a signature may be from the server's clock,
	// and for how long a nonce is remembered.
	maxSkew = 15 * time.Minute

	// dateLayout is the form of the date in both kinds of signature.
	dateLayout = "2006-01-02T15:04:05Z"
)

// credentials are the keys a server accepts.
type credentials struct{ accessKeyID, accessKeySecret, securityToken string }

// signature is what a request says about its sender, in either kind.
type signature struct {
	accessKeyID, securityToken string
	date, nonce                string
	toSign                     string                   // what the server makes of the request
	matches                    func(secret string) bool // whether the signature fits toSign
}

// authenticate checks who sends a request; nil means it is one of ours.
//
// Model: the order of the checks, and that the nonce of a request counts as used
// once its signature is right.
func (s *Server) authenticate(rq *request) *apiError {
	if rq.unread != nil {
		return rq.unread
	}
	parse := (*request).signatureV1
	if strings.HasPrefix(rq.http.Header.Get("Authorization"), "ACS3-") {
		parse = (*request).signatureV3
	}
	sig, bad := parse(rq)
	if bad != nil {
		return bad
	}
	now, creds := s.opts.Now(), s.credentials()
	if sig.accessKeyID != creds.accessKeyID {
		return rq.fail("InvalidAccessKeyID", "AccessKeyId", sig.accessKeyID)
	}
	date, err := time.Parse(dateLayout, sig.date)
	if err != nil {
		return rq.fail("InvalidTimeStamp.Format")
	}
	if now.Sub(date).Abs() > maxSkew {
		return rq.fail(s.opts.SkewCode, "Timestamp", sig.date, "Now", now.UTC().Format(dateLayout))
	}
	if !sig.matches(creds.accessKeySecret) {
		return rq.fail(s.opts.SignatureCode, "StringToSign", sig.toSign)
	}
	if !s.nonces.use(sig.nonce, now) {
		return rq.fail("SignatureNonceUsed")
	}
	// Model: permanent keys with a token, and temporary ones without, are refused
	// like a wrong token.
	if sig.securityToken != creds.securityToken {
		return rq.fail("InvalidSecurityToken.MismatchWithAccessKey")
	}
	return nil
}

// nonces remembers what was used. It is safe for concurrent use.
type nonces struct {
	mu    sync.Mutex
	used  map[string]time.Time
	swept time.Time
}

// use reports whether the nonce is new, and marks it as used.
func (n *nonces) use(nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.used == nil {
		n.used = make(map[string]time.Time)
	}
	if now.Sub(n.swept) >= maxSkew {
		// Twice the skew: a date may lie ahead by one and be refused only when it
		// lies behind by another.
		for old, at := range n.used {
			if now.Sub(at) > 2*maxSkew {
				delete(n.used, old)
			}
		}
		n.swept = now
	}
	if _, again := n.used[nonce]; again {
		return false
	}
	n.used[nonce] = now
	return true
}
