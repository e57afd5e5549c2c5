// SPDX-License-Identifier: Apache-2.0

// Package short writes durations for people, so that the timeline and the difference of two executions say the same.
package short

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Duration is a duration, rounded to as many digits as people care for; a negative one is 0ms. What rounds up to the next
// form has that: 59.99s is 1m00s. The longest is what time.Time.Sub returns for all that are longer, and is shown as that.
func Duration(d time.Duration) string {
	const cs, ds, day = 10 * time.Millisecond, 100 * time.Millisecond, 24 * time.Hour
	switch d = max(0, d); {
	case d.Round(time.Millisecond) < time.Second:
		return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10) + "ms"
	case d.Round(cs) < 10*time.Second:
		return fmt.Sprintf("%.2fs", d.Round(cs).Seconds())
	case d.Round(ds) < time.Minute:
		return fmt.Sprintf("%.1fs", d.Round(ds).Seconds())
	case d.Round(time.Second) < time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	case d.Round(time.Minute) < 100*time.Hour:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	case d == math.MaxInt64:
		return fmt.Sprintf(">%dd", d/day)
	}
	d = d.Round(time.Hour)
	return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
}
