// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/flowhistory/flowhistory/history/archive"
)

// barWidth is how many characters the bar has.
const barWidth = 30

// bar shows the progress of one Sync: on a terminal one line that is drawn over itself, elsewhere a line for each tenth
// of what is known to be there, as long as something is read.
type bar struct {
	out      io.Writer
	terminal bool
	title    string
	drawn    bool
	tenth    int // the last one that a line was printed for
	archived int // what that line told
}

// show is archive.SyncOptions.Progress.
func (b *bar) show(p archive.Progress) {
	done := p.Listed - p.Due
	if b.terminal {
		full := barWidth * done / max(1, p.Listed)
		fmt.Fprintf(b.out, "\r%-8s [%s%s] %s\x1b[K", b.title, strings.Repeat("#", full), strings.Repeat(".", barWidth-full), counts(p, done))
		b.drawn = true
		return
	}
	if tenth := 10 * done / max(1, p.Listed); tenth > b.tenth && p.Archived > b.archived {
		b.tenth, b.archived = tenth, p.Archived
		fmt.Fprintf(b.out, "%-8s %3d%% %s\n", b.title, 10*tenth, counts(p, done))
	}
}

func counts(p archive.Progress, done int) string {
	return fmt.Sprintf("%d of %d executions, %d events, %.0f events/s", done, p.Listed, p.Events, p.EventRate())
}

// end leaves the line that was drawn.
func (b *bar) end() {
	if b.drawn {
		fmt.Fprintln(b.out)
	}
}
