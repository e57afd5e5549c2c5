// SPDX-License-Identifier: Apache-2.0

package huaweitest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// demoServer starts a server with the demo workflow.
func demoServer(t *testing.T, opts *huaweitest.Options) *huaweitest.Server {
	t.Helper()
	srv := huaweitest.NewServer(t, opts)
	for _, e := range huaweitest.DemoExecutions() {
		srv.AddExecution(e)
	}
	return srv
}

func TestKeysOfTheSDK(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]*huaweitest.Options{
		"permanent": nil,
		"temporary": {SecurityToken: "test-security-token"},
		"own":       {AccessKeyID: "own-id", SecretAccessKey: "own-secret", ProjectID: strings.Repeat("a", 32)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := demoServer(t, opts)
			for _, enterprise := range []*string{nil, new("0"), new("ü &=+")} {
				_, err := sdkClient(t, srv).ListWorkflowExecutions(&model.ListWorkflowExecutionsRequest{
					WorkflowId: huaweitest.DemoWorkflow, XEnterpriseProjectId: enterprise,
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestWrongKeysOfTheSDK(t *testing.T) {
	t.Parallel()
	type builder = basic.CredentialsBuilder
	for name, test := range map[string]struct {
		opts *huaweitest.Options
		edit func(*builder) *builder
		want int
	}{
		"key":                    {nil, func(b *builder) *builder { return b.WithAk("other") }, 401},
		"secret":                 {nil, func(b *builder) *builder { return b.WithSk("other") }, 401},
		"token nobody asked for": {nil, func(b *builder) *builder { return b.WithSecurityToken("other") }, 401},
		"token": {
			&huaweitest.Options{SecurityToken: "test-security-token"},
			func(b *builder) *builder { return b.WithSecurityToken("other") }, 401,
		},
		"project": {nil, func(b *builder) *builder { return b.WithProjectId(strings.Repeat("b", 32)) }, 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := demoServer(t, test.opts)
			_, err := sdkClientWith(t, srv, test.edit).ListWorkflowExecutions(
				&model.ListWorkflowExecutionsRequest{WorkflowId: huaweitest.DemoWorkflow})
			if got := sdkStatus(err); got != test.want {
				t.Errorf("status = %d, want %d (%v)", got, test.want, err)
			}
		})
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	for name, test := range map[string]struct {
		header map[string]string
		want   int
		body   string
	}{
		"right":   {nil, 200, ""},
		"wrong":   {map[string]string{"X-Auth-Token": "other"}, 401, string(huaweitest.SeedUnauthorized())},
		"missing": {map[string]string{"X-Auth-Token": ""}, 401, "x-auth-token not found"},
		"no signature": {
			map[string]string{"X-Auth-Token": "", "Authorization": "Bearer test-token"}, 401, "verify aksk signature fail",
		},
		"no signature, but a date": {map[string]string{
			"X-Auth-Token": "", "Authorization": "Bearer test-token", "X-Sdk-Date": time.Now().UTC().Format("20060102T150405Z"),
		}, 401, "verify aksk signature fail"},
		"signature without a date": {map[string]string{
			"X-Auth-Token": "", "Authorization": "SDK-HMAC-SHA256 Access=a, SignedHeaders=host, Signature=00",
		}, 401, "verify aksk signature fail"},
		"other project in the header": {map[string]string{"X-Project-Id": "other"}, 403, "APIGW.0310"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := send(t, srv, http.MethodGet, listTarget(srv), test.header, "")
			if got.Status != test.want || !strings.Contains(got.Body, test.body) {
				t.Errorf("answer = %d %s, want %d with %q", got.Status, got.Body, test.want, test.body)
			}
		})
	}
}

func listTarget(srv *huaweitest.Server) string {
	return "/v1/" + srv.ProjectID() + "/cms/workflow/" + huaweitest.DemoWorkflow + "/executions"
}

// TestSignedHeaderSets signs by hand, with header sets that other clients use.
func TestSignedHeaderSets(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	host := strings.TrimPrefix(srv.URL(), "http://")
	date := time.Now().UTC().Format("20060102T150405Z")
	empty := sha256.Sum256(nil)
	for name, test := range map[string]struct {
		names, lines, hash string
		header             map[string]string
	}{
		"date only": {names: "x-sdk-date", lines: "x-sdk-date:" + date + "\n"},
		"host and content type": {
			names: "content-type;host;x-sdk-date",
			lines: "content-type:application/json\nhost:" + host + "\nx-sdk-date:" + date + "\n",
		},
		"unsigned body": {
			names: "host;x-sdk-content-sha256;x-sdk-date", hash: "UNSIGNED-PAYLOAD",
			lines:  "host:" + host + "\nx-sdk-content-sha256:UNSIGNED-PAYLOAD\nx-sdk-date:" + date + "\n",
			header: map[string]string{"X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD"},
		},
		"any other header": {
			names: "x-sdk-date;x-trace", lines: "x-sdk-date:" + date + "\nx-trace:1\n",
			header: map[string]string{"X-Trace": "  1 "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hash := test.hash
			if hash == "" {
				hash = hex.EncodeToString(empty[:])
			}
			canonical := "GET\n" + listTarget(srv) + "/\n\n" + test.lines + "\n" + test.names + "\n" + hash
			header := map[string]string{
				"X-Auth-Token": "", "X-Sdk-Date": date,
				"Authorization": "SDK-HMAC-SHA256 Access=" + srv.AccessKeyID() + ", SignedHeaders=" + test.names +
					", Signature=" + handSign(date, canonical, srv.SecretAccessKey()),
			}
			maps.Copy(header, test.header)
			if got := send(t, srv, http.MethodGet, listTarget(srv), header, ""); got.Status != 200 {
				t.Errorf("status = %d, want 200: %s", got.Status, got.Body)
			}
		})
	}
}

func handSign(date, canonical, secret string) string {
	sum := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("SDK-HMAC-SHA256\n" + date + "\n" + hex.EncodeToString(sum[:])))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestSkew(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		offset time.Duration
		want   int
	}{
		"14 minutes behind": {14 * time.Minute, 0},
		"14 minutes ahead":  {-14 * time.Minute, 0},
		"16 minutes behind": {16 * time.Minute, 401},
		"16 minutes ahead":  {-16 * time.Minute, 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := demoServer(t, &huaweitest.Options{Now: func() time.Time { return time.Now().Add(test.offset) }})
			_, err := sdkClient(t, srv).ListWorkflowExecutions(
				&model.ListWorkflowExecutionsRequest{WorkflowId: huaweitest.DemoWorkflow})
			if got := sdkStatus(err); got != test.want {
				t.Fatalf("status = %d, want %d (%v)", got, test.want, err)
			}
			if test.want != 0 && !strings.Contains(err.Error(), "signature expired, signature time:") {
				t.Errorf("error = %v, want one about the expired signature", err)
			}
		})
	}
}

func TestRotateKeys(t *testing.T) {
	t.Parallel()
	srv := demoServer(t, nil)
	before := sdkClient(t, srv)
	srv.RotateKeys("new-id", "new-secret", "new-security-token", "new-token")
	request := &model.ListWorkflowExecutionsRequest{WorkflowId: huaweitest.DemoWorkflow}
	if _, err := before.ListWorkflowExecutions(request); sdkStatus(err) != 401 {
		t.Errorf("old keys: error = %v, want a 401", err)
	}
	if _, err := sdkClient(t, srv).ListWorkflowExecutions(request); err != nil {
		t.Errorf("new keys: %v", err)
	}
	got := []string{srv.AccessKeyID(), srv.SecretAccessKey(), srv.SecurityToken(), srv.Token()}
	if diff := cmp.Diff([]string{"new-id", "new-secret", "new-security-token", "new-token"}, got); diff != "" {
		t.Errorf("credentials mismatch (-want +got):\n%s", diff)
	}
	old := map[string]string{"X-Auth-Token": huaweitest.DefaultToken}
	if got := send(t, srv, http.MethodGet, listTarget(srv), old, ""); got.Status != 401 {
		t.Errorf("old token: status = %d, want 401", got.Status)
	}
	srv.RotateKeys("new-id", "new-secret", "", "") // no token is a good one any more
	if got := send(t, srv, http.MethodGet, listTarget(srv), old, ""); got.Status != 401 {
		t.Errorf("a token where there is none: status = %d, want 401", got.Status)
	}
}
