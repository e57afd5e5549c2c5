// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// Nobody here knows the secrets of a credential of another type than the SDK's, so nothing that it says when it fails gets
// out: its error's type does, what that error matches, and whether it may pass.
func TestSecretsOfABroughtCredentialThatFails(t *testing.T) {
	t.Parallel()
	sealed := errors.New("canary-token: the vault is sealed")
	for _, tt := range []struct {
		name string
		err  error
		kind history.Kind
		uses int
	}{
		{"its own", sealed, history.ErrUnauthenticated, 1},
		{"one that may pass", errors.Join(passing{}, sealed), history.ErrUnavailable, 5},
		{"a kind of ours", errors.Join(&history.Error{Kind: history.ErrThrottled, Message: "canary", Code: "canary"}, sealed), history.ErrUnavailable, 5},
		{"a context of its own", errors.Join(context.DeadlineExceeded, sealed), history.ErrUnauthenticated, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := localConfig()
			credential := &tokenCredential{token: "canary", fails: func() error { return tt.err }}
			cfg.Token, cfg.Credential = "", credential
			_, err := open(t, cfg, quick()).Describe(t.Context(), ref())
			if e := failure(t, err); e.Kind != tt.kind || e.Attempts != 0 || credential.used != tt.uses {
				t.Errorf("the error is %v after %d uses, want a %q after %d", err, credential.used, tt.kind, tt.uses)
			}
			if !errors.Is(err, sealed) || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v does not match what the credential's error matches, or a context that is not the caller's", err)
			}
			if !strings.Contains(err.Error(), "tokenCredential") {
				t.Errorf("%q does not say which credential failed", err)
			}
			noSecrets(t, forms(err), "canary")
		})
	}
}

// Whatever header such a credential sends its secret in, by its name it is one.
func TestSecretsOfABroughtCredentialAreNotEchoed(t *testing.T) {
	t.Parallel()
	srv := huaweitest.NewServer(t, nil)
	srv.Inject(huaweitest.Fault{Times: -1, Code: "AOM.31001405", Message: "you said canary-token"})
	cfg := configOf(srv)
	cfg.AccessKeyID, cfg.SecretAccessKey, cfg.SecurityToken = "", "", ""
	cfg.Credential = &tokenCredential{token: "canary-token"}
	_, err := open(t, cfg, once()).Describe(t.Context(), ref())
	if !errors.Is(err, history.ErrUnavailable) || !strings.Contains(err.Error(), "you said [redacted]") {
		t.Errorf("the error is %v, want ErrUnavailable without the token", err)
	}
}
