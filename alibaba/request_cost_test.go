// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/internal/endpoint"
)

// signers are two ways from a typed request to a signed one: only through the SDK's signer, as its client has it, and all the
// way to a request that net/http can send.
func signers(tb testing.TB) (sdk, own func(context.Context) error) {
	tb.Helper()
	key := Credentials{AccessKeyID: "test-access-key-id", AccessKeySecret: "test-access-key-secret"}
	s := newSigner(Config{
		Region:      "cn-hangzhou",
		Credentials: func(context.Context) (Credentials, error) { return key, nil },
	}, endpoint.Endpoint{Scheme: "https", Host: "cn-hangzhou.fnf.aliyuncs.com"})
	client, err := fnf.NewClientWithAccessKey(s.region, key.AccessKeyID, key.AccessKeySecret)
	if err != nil {
		tb.Fatal(err)
	}
	request := func() *fnf.GetExecutionHistoryRequest {
		req := fnf.CreateGetExecutionHistoryRequest()
		req.FlowName, req.ExecutionName, req.NextToken, req.Limit = "flow", "exec", "1000", requests.NewInteger(maxEventPage)
		return req
	}
	sdk = func(context.Context) error {
		req := request()
		req.SetScheme(s.host.Scheme)
		req.SetDomain(s.host.Host)
		return client.BuildRequestWithSigner(req, nil)
	}
	own = func(ctx context.Context) error {
		req := request()
		_, err := s.sign(ctx, req.RpcRequest, req)
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
