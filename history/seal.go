// SPDX-License-Identifier: Apache-2.0

package history

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	sealVersion = "fs1." // the form of the text behind it; another form gets another number
	sealPurpose = "flowhistory: sealed cursor, version 1"
	minSealKey  = 16
	sealSalt    = 16
	// sealOverhead is what the bytes of a sealed cursor have on top of it: the salt, the nonce and the tag of AES-GCM.
	sealOverhead = sealSalt + 12 + 16
)

// Seal makes a text of a cursor that may be handed to strangers, as the page token of a service: it shows nothing of
// what the cursor holds but its length, and Open refuses it when it was changed, or when it is used with another key or
// another aad. Put into aad what the token must not leave: the caller's account, the name of the service's own method.
// It is not part of the text.
//
// The text is safe in a URL and has at most 5.5 KiB. Sealing a cursor again gives another text. The "" of a last page
// stays "".
//
// The key must have at least 16 bytes, and should be random ones (not a password); any larger size is fine, and one key
// is good for any number of cursors. With a shorter key, such as the nil of a setting that is missing, Seal panics with
// an ErrInvalid rather than hand out tokens that anybody can make. Check the key when the program starts:
//
//	_, err := history.Open(key, "", "")
//
// To change keys, seal with the new one and, as long as old tokens shall live, open with the old one what the new one
// refuses.
func Seal(key []byte, c Cursor, aad string) string {
	if err := checkSealKey(key); err != nil {
		panic(err)
	}
	if c == "" {
		return ""
	}
	out := make([]byte, sealSalt, sealOverhead+len(c))
	_, _ = rand.Read(out) // crypto/rand never fails: it ends the program instead
	box, err := sealBox(key, out)
	if err != nil {
		panic(err) // only a FIPS 140 policy that forbids AES or SHA-256 could be the reason
	}
	out = box.Seal(out, nil, []byte(c), []byte(aad))
	return sealVersion + base64.RawURLEncoding.EncodeToString(out)
}

// Open returns the cursor that Seal made the text from, with the same key and aad. Any other text is ErrCursor, and the
// error does not tell why. A key of less than 16 bytes is ErrInvalid. The "" that asks for the first page stays "".
//
// Which target the cursor belongs to is checked where it is used: the stranger who got it for one execution cannot read
// another one with it, but the service decides whether that caller may still read this one.
func Open(key []byte, sealed, aad string) (Cursor, error) {
	if err := checkSealKey(key); err != nil {
		return "", err
	}
	if sealed == "" {
		return "", nil
	}
	refused := cursorError("it was not sealed here, not for this caller, or it was changed")
	text, ok := strings.CutPrefix(sealed, sealVersion)
	if !ok || len(text) > base64.RawURLEncoding.EncodedLen(sealOverhead+maxCursor) || strings.ContainsAny(text, "\r\n") {
		return "", refused // the decoder would skip line ends
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(data) < sealOverhead {
		return "", refused
	}
	box, err := sealBox(key, data[:sealSalt])
	if err != nil {
		return "", refused
	}
	c, err := box.Open(nil, nil, data[sealSalt:], []byte(aad))
	if err != nil {
		return "", refused
	}
	return Cursor(c), nil
}

func checkSealKey(key []byte) error {
	if len(key) >= minSealKey {
		return nil
	}
	return &Error{Op: "cursor", Kind: ErrInvalid, Message: fmt.Sprintf(
		"the key for sealing cursors has %d bytes; use at least %d random ones", len(key), minSealKey)}
}

// sealBox is what encrypts one cursor, under a key of its own: random nonces alone would wear a key out after 2^32
// cursors.
func sealBox(key, salt []byte) (cipher.AEAD, error) {
	derived, err := hkdf.Key(sha256.New, key, salt, sealPurpose, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
