// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// Unreadable is the error of an answer that is not what the documents say: ErrDecode, without the place where it happened.
// The message should say what was wanted and quote, clipped, what came.
func Unreadable(format string, args ...any) *history.Error {
	return &history.Error{Kind: history.ErrDecode, Message: fmt.Sprintf(format, args...)}
}

// Clip shortens a text that goes into an error to 80 bytes, at a rune's boundary.
func Clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
