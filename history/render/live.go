// SPDX-License-Identifier: Apache-2.0

package render

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

const (
	// DefaultInterval is how long a Live leaves a picture on a terminal if LiveOptions.Interval says nothing.
	DefaultInterval = 200 * time.Millisecond
	// DefaultHeight is how many lines a Live takes a terminal to have if LiveOptions.Height says nothing.
	DefaultHeight = 24
)

// LiveOptions say how a Live draws. The zero value, and nil, writes lines for a file or a pipe.
type LiveOptions struct {
	// Text is how pictures and lines are drawn; nil = the defaults of Text. Its Now is replaced by the clock's time.
	Text *TextOptions
	// Terminal says that the output is a terminal, where a picture can be drawn over the one before it. Otherwise a line
	// is appended for each change.
	Terminal bool
	// Height is how many lines the terminal has; 0 = DefaultHeight. Of a picture that is higher the head and the end are
	// shown, where the latest steps are; of the final one everything.
	Height int
	// Interval is the least time between two pictures; 0 = DefaultInterval, negative = none. Lines are never left out.
	Interval time.Duration
	// Clock tells the time; nil = time.Now.
	Clock func() time.Time
}

// Live shows an execution while it runs:
//
//	live := render.NewLive(os.Stdout, &render.LiveOptions{Terminal: true})
//	var folder history.Folder
//	for event, err := range client.Follow(ctx, query) {
//		…
//		folder.Add(event)
//		if live.Due() {
//			err = live.Update(folder.Execution())
//		}
//	}
//	err = live.Finish(folder.Execution())
//
// It is for one goroutine at a time.
type Live struct {
	w     io.Writer
	opts  LiveOptions
	drawn int       // lines of the picture on the terminal
	last  time.Time // when it was drawn; zero = never
	told  map[string]state
	err   error // of w; nothing is written after it
}

// NewLive makes a Live that writes to w. Nothing is written before the first Update.
func NewLive(w io.Writer, o *LiveOptions) *Live {
	l := Live{w: w, told: map[string]state{}}
	if o != nil {
		l.opts = *o
	}
	if l.opts.Clock == nil {
		l.opts.Clock = time.Now
	}
	if l.opts.Interval == 0 {
		l.opts.Interval = DefaultInterval
	}
	if l.opts.Height == 0 {
		l.opts.Height = DefaultHeight
	}
	return &l
}

// Due reports whether Update would write, as far as that depends on the time: a caller can save itself the making of an
// Execution that nobody would see. Without a terminal it always would.
func (l *Live) Due() bool {
	return !l.opts.Terminal || l.last.IsZero() || l.opts.Clock().Sub(l.last) >= l.opts.Interval
}

// Update shows how the execution stands now: on a terminal as a new picture, unless the last one is too fresh, else as
// lines about what has changed. The error is that of the writer, also of an earlier call.
func (l *Live) Update(e history.Execution) error {
	if l.err != nil || !l.Due() {
		return l.err
	}
	if !l.opts.Terminal {
		return l.write(l.changes(e))
	}
	return l.redraw(l.shorten(textLines(e, l.text())))
}

// Finish shows the execution for the last time, whatever the clock says: as a whole picture below which the terminal
// goes on, or as the changes that are left and the whole text below them.
func (l *Live) Finish(e history.Execution) error {
	if l.err != nil {
		return l.err
	}
	lines := textLines(e, l.text())
	if !l.opts.Terminal {
		return l.write(append(append(l.changes(e), ""), lines...))
	}
	err := l.redraw(lines)
	l.drawn, l.last = 0, time.Time{} // a later picture has a place of its own
	return err
}

// text are the options of one picture.
func (l *Live) text() *TextOptions {
	var o TextOptions
	if l.opts.Text != nil {
		o = *l.opts.Text
	}
	o.Now = l.opts.Clock()
	return &o
}

// shorten makes a picture fit for the terminal: its head, and as much of its end as there is room for.
func (l *Live) shorten(lines []string) []string {
	const head = 3
	room := l.opts.Height - 1 // the cursor stands below
	if len(lines) <= room || room <= head+1 {
		return lines[:min(len(lines), max(1, room))]
	}
	rest := lines[head:]
	hidden := len(rest) - (room - head - 1)
	return append(append(lines[:head:head], fmt.Sprintf("  (%s above)", count(hidden, "line", "lines"))), rest[hidden:]...)
}

// redraw draws a picture over the one before. All of it is one write, so that a terminal shows no half of it.
func (l *Live) redraw(lines []string) error {
	const (
		up        = "\r\x1b[%dA" // so many lines, to the first column
		clearLine = "\x1b[K"
		clearRest = "\x1b[J"
	)
	var b strings.Builder
	if l.drawn > 0 {
		fmt.Fprintf(&b, up, l.drawn)
	}
	for _, line := range lines {
		b.WriteString(line + clearLine + "\n")
	}
	b.WriteString(clearRest)
	l.drawn, l.last = len(lines), l.opts.Clock()
	_, l.err = io.WriteString(l.w, b.String())
	return l.err
}

func (l *Live) write(lines []string) error {
	if len(lines) > 0 {
		_, l.err = io.WriteString(l.w, strings.Join(lines, "\n")+"\n")
	}
	return l.err
}
