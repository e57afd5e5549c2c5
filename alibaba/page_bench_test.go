// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/history"
)

// pageOf is an answer of n events of about 320 bytes.
func pageOf(n int) []byte {
	kinds := []string{"StepEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "StepSucceeded", "StepExited"}
	var b strings.Builder
	b.WriteString(`{"RequestId":"9e1c3b9a-0000-0000-0000-000000000000","NextToken":"1000","Events":[`)
	for i := range n {
		detail, _ := json.Marshal(fmt.Sprintf(`{"input":{"order":"o-%06d","items":[{"sku":"box","count":%d},{"sku":"tape","count":2}],"note":"packed"},"local":{"attempt":%d}}`, i, i%7, i%3))
		if i > 0 {
			b.WriteByte(',')
		}
		at := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC).Add(time.Duration(i) * 37 * time.Millisecond)
		fmt.Fprintf(&b, `{"Type":%q,"EventId":%d,"Time":%q,"ScheduleEventId":%d,"EventDetail":%s,"StepName":"step-%d"}`,
			kinds[i%len(kinds)], i+1, at.Format("2006-01-02T15:04:05.000Z"), i, detail, i%12)
	}
	b.WriteString(`]}`)
	return []byte(b.String())
}

// BenchmarkDecodePage decodes a page of 999 events: with the scanner, as json.Unmarshal does it, and with the official SDK's
// response, which times nothing.
func BenchmarkDecodePage(b *testing.B) {
	data := pageOf(maxEventPage)
	run := func(name string, decode func() int) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if n := decode(); n != maxEventPage {
					b.Fatalf("%d events", n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/maxEventPage, "ns/event")
		})
	}
	d, memory := newHistoryDecoder(), []history.Event(nil)
	for name, omit := range map[string]bool{"scan": false, "scan without detail": true} {
		run(name, func() int {
			answer, err := d.decode(data, history.EventQuery{OmitDetail: omit}, maxEventPage, memory)
			if err != nil {
				b.Fatal(err)
			}
			memory = answer.events // as a walk does
			return len(answer.events)
		})
	}
	run("encoding json", func() int {
		answer, err := oracle(data, history.EventQuery{})
		if err != nil {
			b.Fatal(err)
		}
		return len(answer.events)
	})
	run("sdk", func() int {
		var answer fnf.GetExecutionHistoryResponse
		if err := json.Unmarshal(data, &answer); err != nil {
			b.Fatal(err)
		}
		return len(answer.Events)
	})
}
