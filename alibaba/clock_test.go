// SPDX-License-Identifier: Apache-2.0

package alibaba

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/internal/scan"
)

// A clock knows a time that differs from the last one in seconds, and leaves all else as it is.
func TestClockAhead(t *testing.T) {
	t.Parallel()
	const behind = `,"StepName":"a step"}`
	for _, tt := range []struct {
		last, sent string
		want       time.Time // zero for none
	}{
		{"2019-01-01T01:01:01.001Z", `"2019-01-01T01:01:59.999Z"`, time.Date(2019, 1, 1, 1, 1, 59, 999e6, time.UTC)},
		{"2019-01-01T01:01:01.001Z", `"2019-01-01T01:01:00.000Z"`, time.Date(2019, 1, 1, 1, 1, 0, 0, time.UTC)},
		{"2019-01-01T01:01:01.001Z", `"2019-01-01T01:02:01.001Z"`, time.Time{}},
		{"2019-01-01T01:01:01.001Z", `"2019-01-01T01:01:60.001Z"`, time.Time{}},
		{"2019-01-01T01:01:01.001Z", `"2019-01-01T01:01:01.001Z5"`, time.Time{}},
		{"2019-01-01T01:01:01.001Z", `"2019-01-01T01:01:01.0011Z`, time.Time{}},
		{"2019-01-01T01:01:01.001Z", ` "2019-01-01T01:01:01.001Z"`, time.Time{}},
		{"2019-01-01T01:01:01.001Z", `null`, time.Time{}},
		{"2019-01-01T01:01:01Z", `"2019-01-01T01:01:02.001Z"`, time.Time{}},
		{"2019-01-01T01:01:01.001+00:00", `"2019-01-01T01:01:02.001Z"`, time.Time{}},
		{"2019-01-01T01:61:01.001Z", `"2019-01-01T01:61:02.001Z"`, time.Time{}},
		{"", `"2019-01-01T01:01:02.001Z"`, time.Time{}},
		{"", "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0001.000Z\"", time.Time{}},
	} {
		var c clock
		c.parse([]byte(tt.last))
		var s scan.Scanner
		s.Reset([]byte(tt.sent + behind))
		got, ok := c.ahead(&s)
		read := int64(0)
		if !tt.want.IsZero() {
			read = int64(len(tt.sent))
		}
		if !ok {
			got = time.Time{}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || ok == tt.want.IsZero() || s.Offset() != read {
			t.Errorf("%s behind %s: known %t, %d bytes read; time mismatch (-want +got):\n%s", tt.sent, tt.last, ok, s.Offset(), diff)
		}
	}
}
