// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/internal/wire"
)

const (
	// secondsBelow tells seconds from milliseconds: as milliseconds it is a day in 1973, as seconds in the year 5138.
	//
	// Assumption: what the documents call a "UTC timestamp" is in milliseconds, as sibling operations say and their
	// examples show. The examples of this operation are masked numbers that only make sense as seconds.
	secondsBelow = 100_000_000_000

	// maxTime is the last millisecond of the year 9999, beyond which RFC 3339 has no form.
	maxTime = 253_402_300_799_999
)

// stamp is a time as it was sent, in JSON; "" if it was not. What says nothing never replaces what says something.
type stamp string

// UnmarshalJSON never fails: what is no time is found by who needs one.
func (s *stamp) UnmarshalJSON(data []byte) error {
	if sent := stamp(wire.Valid(data)); *s == "" || !sent.unset() {
		*s = sent
	}
	return nil
}

// text is the stamp without a string's quotes; null is "".
func (s stamp) text() string {
	var t wire.Text
	if s == "" || t.UnmarshalJSON([]byte(s)) != nil {
		return ""
	}
	return string(t)
}

// unset reports whether the stamp stands for "not yet".
//
// Assumption: 0, null, "" and absence all do. What the service sends for an execution that has not ended is in no
// document; its example has a 0 where nothing was ever edited.
func (s stamp) unset() bool {
	t, ok := s.time()
	return ok && t.IsZero()
}

// time reads a stamp: a number or a string, seconds or milliseconds, with or without a fraction, or ISO 8601, which
// without a zone is UTC. "Not yet" is the zero time. ok is false if it is none of these.
func (s stamp) time() (t time.Time, ok bool) {
	word := string(s)
	if strings.HasPrefix(word, `"`) {
		word = s.text()
	}
	word = strings.TrimSpace(word)
	switch word {
	case "", "0":
		return time.Time{}, true
	case "null":
		return time.Time{}, s == "null"
	}
	if t, ok := numericTime(word); ok {
		return t, true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, word); err == nil && t.UnixMilli() >= 0 && t.UnixMilli() <= maxTime {
			return atOrUnset(t), true
		}
	}
	return time.Time{}, false
}

// numericTime reads seconds or milliseconds since 1970.
func numericTime(word string) (time.Time, bool) {
	if n, err := strconv.ParseInt(word, 10, 64); err == nil {
		switch {
		case n < 0 || n > maxTime:
			return time.Time{}, false
		case n < secondsBelow:
			n *= 1000
		}
		return atOrUnset(time.UnixMilli(n)), true
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil || !(f >= 0 && f <= maxTime) { // NaN is not in any range
		return time.Time{}, false
	}
	if f < secondsBelow {
		f *= 1000
	}
	return atOrUnset(time.UnixMilli(int64(math.Round(f)))), true
}

// atOrUnset takes the beginning of 1970 for what it is: a zero that was formatted.
func atOrUnset(t time.Time) time.Time {
	if t.UnixMilli() == 0 {
		return time.Time{}
	}
	return t.UTC()
}
