// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a brought client's own requests to STS were signed with is known from the errors about them only.
func TestSecretsIn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"the vault is closed": nil,
		`Get "https://sts.example/?AccessKeyId=test-key&Action=AssumeRole&Signature=a%2Bb%3D&SignatureNonce=test-nonce": EOF`: {
			"test-key", "a%2Bb%3D", "test-nonce",
		},
		"server string to sign is:GET&%2F&AccessKeyId%3Dtest-key%26Action%3DAssumeRole%26SecurityToken%3Da%252Bb%253D%26Version%3D1": {
			"test-key", "a%252Bb%253D",
		},
		`refresh session token failed: {"Credentials":{"AccessKeySecret": "test-secret","AccessKeyId":"test-key"}}`: {"test-secret", "test-key"},
		`refresh failed: "{\"SecurityToken\":\"test-token\",\"Expiration\":\"\"}"`:                                  {"test-token"},
	} {
		if diff := cmp.Diff(want, secretsIn(text)); diff != "" {
			t.Errorf("secrets in %q mismatch (-want +got):\n%s", text, diff)
		}
	}
}
