// SPDX-License-Identifier: Apache-2.0

package short_test

import (
	"math"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history/internal/short"
)

func TestDuration(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"0ms": -time.Second, "951ms": 951 * time.Millisecond, "1.00s": 999500 * time.Microsecond, "9.99s": 9994 * time.Millisecond,
		"10.0s": 9995 * time.Millisecond, "59.9s": 59949 * time.Millisecond, "1m00s": 59950 * time.Millisecond, "59m59s": time.Hour - time.Second,
		"1h00m": time.Hour - time.Millisecond, "1h05m": 65 * time.Minute, "1h06m": 65*time.Minute + 30*time.Second,
		"99h59m": 100*time.Hour - time.Minute, "4d04h": 100*time.Hour - time.Second, "365d00h": 365 * 24 * time.Hour, "106751d23h": math.MaxInt64 - 1, ">106751d": math.MaxInt64,
	} {
		if got := short.Duration(d); got != want {
			t.Errorf("Duration(%s) = %q, want %q", d, got, want)
		}
	}
}
