// SPDX-License-Identifier: Apache-2.0

package history

import "time"

// instant is a time in UTC, without the pointer that a time.Time has: the garbage collector has that much less to do. The
// zero value is that of time.Time.
type instant struct {
	sec  int64 // since the zero time
	nsec int32
}

// zeroUnix is the zero time in Unix time.
const zeroUnix = -62135596800

func instantOf(t time.Time) instant { return instant{t.Unix() - zeroUnix, int32(t.Nanosecond())} }

func (i instant) time() time.Time { return time.Unix(i.sec+zeroUnix, int64(i.nsec)).UTC() }

func (i instant) isZero() bool { return i == instant{} }

func (i instant) before(j instant) bool { return i.sec < j.sec || i.sec == j.sec && i.nsec < j.nsec }

// fill fills in a time unless there is one.
func (i *instant) fill(now instant) {
	if i.isZero() {
		*i = now
	}
}
