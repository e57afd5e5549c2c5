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

// stamp is a time as it was sent. The zero value is one that was not.
type stamp struct {
	sent   string // as it was sent, in JSON; "" if it is the number
	plain  bool   // it is the number
	number int64  // what the documents say: without sign, fraction and exponent
}

// wholeNumber reads a number that has nothing but digits, and few enough for an int64. It reports false for any other JSON.
func wholeNumber(sent []byte) (n int64, ok bool) {
	const most = 18
	for _, c := range sent {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int64(c-'0')
	}
	return n, 0 < len(sent) && len(sent) <= most
}

// take replaces the stamp by another one, unless that one says nothing and this one was sent.
func (s *stamp) take(other stamp) {
	if *s == (stamp{}) || !other.unset() {
		*s = other
	}
}

// String is the stamp as it was sent, for errors.
func (s stamp) String() string {
	if s.plain {
		return strconv.FormatInt(s.number, 10)
	}
	return s.sent
}

// text is the stamp without a string's quotes; null is "".
func (s stamp) text() string {
	if s.plain || s.sent == "" {
		return s.String()
	}
	var t wire.Text
	if t.UnmarshalJSON([]byte(s.sent)) != nil {
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
	if s.plain {
		return wholeTime(s.number)
	}
	word := s.sent
	if strings.HasPrefix(word, `"`) {
		word = s.text()
	}
	word = strings.TrimSpace(word)
	switch word {
	case "", "0":
		return time.Time{}, true
	case "null":
		return time.Time{}, s.sent == "null"
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
		return wholeTime(n)
	}
	f, ok := wire.Decimal(word)
	if !ok || !(f >= 0 && f <= maxTime) { // NaN is not in any range
		return time.Time{}, false
	}
	if f < secondsBelow {
		f *= 1000
	}
	return atOrUnset(time.UnixMilli(int64(math.Round(f)))), true
}

// wholeTime is the time of a whole number of seconds or milliseconds.
func wholeTime(n int64) (time.Time, bool) {
	switch {
	case n < 0 || n > maxTime:
		return time.Time{}, false
	case n < secondsBelow:
		n *= 1000
	}
	return atOrUnset(time.UnixMilli(n)), true
}

// atOrUnset takes the beginning of 1970 for what it is: a zero that was formatted.
func atOrUnset(t time.Time) time.Time {
	if t.UnixMilli() == 0 {
		return time.Time{}
	}
	return t.UTC()
}
