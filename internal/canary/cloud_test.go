// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/canary"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// What is planted. Each has characters that some form of it writes in another way. They are made up.
const (
	keyID         = "Qk1-c4nary-id_7xZ"
	keySecret     = `Vw2+c4nary/sec"<&rEt==9`
	securityToken = `Hs3/c4nary+sts'>tOken==7`
	iamToken      = `MI4+c4nary/iam&tOken==5Yp`
	proxyUser     = "Ux5-c4nary-user"
	proxyPassword = "Pw6+c4nary=pass"
	userinfo      = "Ed7c4nary-endpoint-pass"
)

// planted is a new set of all of them.
func planted() *canary.Set {
	set := new(canary.Set)
	set.Plant("key id", keyID)
	set.Plant("key secret", keySecret)
	set.Plant("security token", securityToken)
	set.Plant("IAM token", iamToken)
	set.Plant("proxy user", proxyUser)
	set.Plant("proxy password", proxyPassword)
	set.Plant("password in an endpoint", userinfo)
	return set
}

// carried are the secrets of one request.
func carried(r *http.Request) map[string]string {
	found := map[string]string{}
	query := r.URL.Query()
	for _, name := range []string{"AccessKeyId", "Signature", "SignatureNonce", "SecurityToken"} {
		found[name] = query.Get(name)
	}
	for _, name := range []string{"X-Auth-Token", "X-Security-Token", headerOfBrought} {
		found[name] = r.Header.Get(name)
	}
	for part := range strings.FieldsFuncSeq(r.Header.Get("Authorization"), func(c rune) bool { return c == ' ' || c == ',' }) {
		if name, value, ok := strings.Cut(part, "="); ok && name != "SignedHeaders" {
			found["Authorization, "+name] = value
		}
	}
	for name, value := range found {
		if value == "" {
			delete(found, name)
		}
	}
	return found
}

// cloud is a cloud whose credentials are planted.
type cloud struct {
	name      string
	codes     []string // documented error codes
	entrances []entrance
	// start starts a fake that takes the planted credentials and has an execution, and returns its address.
	start func(t *testing.T, plan fakecloud.Plan) string
	// broken are successes that say something in a place where it is no data.
	broken func(quoted string) map[string]string
}

// entrance is one way to get in.
type entrance struct {
	name   string
	open   func(endpoint string, o *history.Options) (*history.Client, error)
	source func(endpoint string, o *history.Options) (history.Source, error)
	values []any // what a program has in its hands, and may print
}

// clouds are both clouds. Some of their entrances read the environment, so the test must not be parallel.
func clouds(t *testing.T) []cloud {
	t.Helper()
	return []cloud{alibabaCloud(t), huaweiCloud(t)}
}
