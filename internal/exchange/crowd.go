// SPDX-License-Identifier: Apache-2.0

package exchange

import "bytes"

// Crowded reports whether JSON has more than so many commas between its values; those in strings do not count. It bounds what
// MaxResponse cannot: "{}," is three bytes of an answer, and a hundred times that as an item of a page. Text that is no JSON
// it may judge either way.
func Crowded(data []byte, most int) bool {
	if len(data) <= most || bytes.Count(data, []byte{','}) <= most { // true of nearly every answer, and told fast
		return false
	}
	n, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == ',' && !quoted:
			n++
		}
	}
	return n > most
}
