// SPDX-License-Identifier: Apache-2.0

package history

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// detailValue is Detail.Input and the like, without decoding the rest of the detail into a map and without a copy:
// folding reads one key of every second event.
func detailValue(d Detail, key string) Detail {
	if d == "" || d == "{}" {
		return ""
	}
	value, _, ok := members(string(d), key, "")
	switch {
	case !ok:
		return d.key(key)
	case value == "null":
		return ""
	}
	return Detail(value)
}

// holdsOnly reports whether a detail is {"key":value} to the byte, for a value that detailValue once returned: then that is
// what it would return, and to compare is faster.
func holdsOnly(d Detail, key string, value Detail) bool {
	at := len(`{"`) + len(key) + len(`":`)
	return value != "" && len(d) == at+len(value)+len(`}`) && d[at:len(d)-1] == value &&
		d[:2] == `{"` && string(d[2:at-2]) == key && d[at-2:at] == `":` && d[len(d)-1] == '}'
}

// failure is likewise Detail.Failure of an event, by its number in Folder.failures; 0 if there is none.
func (f *Folder) failure(e *Event) int32 {
	if e.Detail == "" || e.Detail == "{}" {
		return 0
	}
	var failure Failure
	if code, cause, ok := members(string(e.Detail), "error", "cause"); ok {
		failure = Failure{Code: plain(code), Cause: plain(cause)}
	} else {
		failure, _ = e.Detail.Failure()
	}
	return f.keep(failure)
}

// plain is what text makes of a value that is JSON. JSON's escapes are Go's, but for the slash and surrogate pairs.
func plain(value string) string {
	if value == "" {
		return ""
	}
	if value[0] == '"' && utf8.ValidString(value) {
		if strings.IndexByte(value, '\\') < 0 {
			return value[1 : len(value)-1]
		}
		if s, err := strconv.Unquote(value); err == nil {
			return s
		}
	}
	return text([]byte(value))
}

// keep gives a failure its number, 0 if it says nothing.
func (f *Folder) keep(failure Failure) (number int32) {
	if failure != (Failure{}) {
		kept := f.newFailures.new()
		*kept = failure
		*f.failures.ensure(&number) = kept
	}
	return number
}
