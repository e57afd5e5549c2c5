// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"

	"github.com/flowhistory/flowhistory/internal/endpoint"
)

// signers are two ways from a path and a query to a signed request: only through the SDK's signer, and all the way to a
// request that net/http can send.
func signers(tb testing.TB) (sdk, own func(context.Context) error) {
	tb.Helper()
	key := Credentials{AccessKeyID: "test-access-key-id", SecretAccessKey: "test-secret-access-key"}
	cfg := Config{
		ProjectID:   "0123456789abcdef0123456789abcdef",
		Credentials: func(context.Context) (Credentials, error) { return key, nil },
	}
	s := newSigner(cfg, endpoint.Endpoint{Scheme: "https", Host: "aom.cn-north-4.myhuaweicloud.com"}, nil)
	credential, err := basic.NewCredentialsBuilder().
		WithAk(key.AccessKeyID).WithSk(key.SecretAccessKey).WithProjectId(cfg.ProjectID).SafeBuild()
	if err != nil {
		tb.Fatal(err)
	}
	path, query := "/v1/"+cfg.ProjectID+"/cms/workflow/flow/executions", map[string]string{queryEnterprise: "0"}
	sdk = func(context.Context) error {
		req := s.request(http.MethodGet, path).AddQueryParam(queryEnterprise, reflect.ValueOf(query[queryEnterprise]))
		_, err := credential.ProcessAuthRequest(s.client, req.Build())
		return err
	}
	own = func(ctx context.Context) error {
		_, err := s.sign(ctx, path, query)
		return err
	}
	return sdk, own
}

// BenchmarkSign runs the two in turn, so that both have the same machine, and reports the median of each.
func BenchmarkSign(b *testing.B) {
	sdk, own := signers(b)
	ways := [2]func(context.Context) error{sdk, own}
	var took [2][]time.Duration
	for b.Loop() {
		for i, sign := range ways {
			began := time.Now()
			if err := sign(b.Context()); err != nil {
				b.Fatal(err)
			}
			took[i] = append(took[i], time.Since(began))
		}
	}
	median := func(all []time.Duration) float64 {
		slices.Sort(all)
		return float64(all[len(all)/2])
	}
	b.ReportMetric(median(took[0]), "ns/sdk")
	b.ReportMetric(median(took[1])-median(took[0]), "ns-beyond/sdk")
}

// What is built around the SDK's signer is cheap.
func TestSignAllocatesLittle(t *testing.T) {
	const most = 25 // beyond the SDK's own
	sdk, own := signers(t)
	run := func(sign func(context.Context) error) float64 {
		return testing.AllocsPerRun(100, func() {
			if err := sign(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
	if least, got := run(sdk), run(own); got > least+most {
		t.Errorf("signing takes %.0f allocations, the SDK's signer alone %.0f; want %d more at most", got, least, most)
	}
}
