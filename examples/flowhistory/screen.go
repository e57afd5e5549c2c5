// SPDX-License-Identifier: Apache-2.0

package main

import (
	"io"
	"os"
)

// screen is the size of a terminal; 0 = not known.
type screen struct{ columns, lines int }

// screenOf is the terminal that a writer leads to; false = it leads elsewhere.
func screenOf(w io.Writer) (screen, bool) {
	f, ok := w.(*os.File)
	if !ok {
		return screen{}, false
	}
	return measure(f.Fd())
}
