// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/history"
)

const benchEvents = 10_000

// bookOf is a transport that answers from ready pages of a history of n events, so that the client is all that is measured.
func bookOf(n, size int) answerWith {
	pages := make(map[string][]byte)
	for first := 1; first <= n; first += size {
		var b strings.Builder
		b.WriteString(`{"RequestId":"9e1c3b9a-0000-0000-0000-000000000000",`)
		if next := first + size; next <= n {
			b.WriteString(`"NextToken":"` + strconv.Itoa(next) + `",`)
		}
		b.WriteString(`"Events":[`)
		for id := first; id < first+size && id <= n; id++ {
			if id > first {
				b.WriteByte(',')
			}
			b.WriteString(`{"Type":"StepSucceeded","EventId":` + strconv.Itoa(id) + `,"Time":"2026-11-02T08:00:00.123Z","ScheduleEventId":` +
				strconv.Itoa(id-1) + `,"EventDetail":"{\"output\":{\"item\":` + strconv.Itoa(id) + `,\"state\":\"packed\"}}","StepName":"pack-item"}`)
		}
		b.WriteString(`]}`)
		token := strconv.Itoa(first)
		if first == 1 {
			token = ""
		}
		pages[token] = []byte(b.String())
	}
	return func(r *http.Request) (int, []byte) { return http.StatusOK, pages[r.URL.Query().Get("NextToken")] }
}

// BenchmarkWalk reads 10,000 events: with this module, and with the official SDK's typed call, which decodes the same pages
// but checks, orders and times nothing.
func BenchmarkWalk(b *testing.B) {
	book := bookOf(benchEvents, 999)
	b.Run("flowhistory", func(b *testing.B) {
		client := local(b, book)
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			for _, err := range client.Events(b.Context(), history.EventQuery{Ref: ref()}) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != benchEvents {
				b.Fatalf("%d events", n)
			}
		}
	})
	b.Run("sdk", func(b *testing.B) {
		client, err := fnf.NewClientWithAccessKey("cn-hangzhou", "test-access-key-id", "test-access-key-secret")
		if err != nil {
			b.Fatal(err)
		}
		client.SetTransport(book)
		b.ReportAllocs()
		for b.Loop() {
			if n := walkWithSDK(b, client); n != benchEvents {
				b.Fatalf("%d events", n)
			}
		}
	})
}

func walkWithSDK(b *testing.B, client *fnf.Client) int {
	b.Helper()
	n := 0
	for token := ""; ; {
		req := fnf.CreateGetExecutionHistoryRequest()
		req.Domain = "cn-hangzhou.fnf.aliyuncs.com"
		req.FlowName, req.ExecutionName, req.NextToken, req.Limit = "flow", "exec", token, requests.NewInteger(999)
		resp, err := client.GetExecutionHistory(req)
		if err != nil {
			b.Fatal(err)
		}
		n += len(resp.Events)
		if token = resp.NextToken; token == "" {
			return n
		}
	}
}

// BenchmarkDescribe is what one request costs: building, signing, the exchange, decoding.
func BenchmarkDescribe(b *testing.B) {
	client := local(b, always(http.StatusOK, `{"RequestId":"r","Name":"exec","Status":"Running","StartedTime":"2026-11-02T08:00:00.123Z"}`))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Describe(b.Context(), ref()); err != nil {
			b.Fatal(err)
		}
	}
}
