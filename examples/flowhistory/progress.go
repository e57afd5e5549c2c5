// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	patience = 400 * time.Millisecond // what is done within it needs no progress
	redraw   = 100 * time.Millisecond
	logEvery = 5 * time.Second // without a terminal
)

// progress tells on stderr how far long work is: on a terminal one line that is drawn over itself, elsewhere, with -v, a
// line now and then.
type progress struct {
	out      io.Writer // nil = nothing is told
	terminal bool
	title    string
	now      func() time.Time

	mu    sync.Mutex // requests are made on several goroutines
	next  time.Time  // when the next picture is due
	drawn bool
	over  bool
}

func (c *call) progress(title string) *progress {
	p := &progress{title: title, now: c.now, next: c.now().Add(logEvery)}
	if _, p.terminal = c.screen(c.errOut); p.terminal {
		p.next = c.now().Add(patience)
	}
	if p.terminal || c.verbose {
		p.out = c.errOut
	}
	return p
}

// say tells how far the work is, unless it has just been told.
func (p *progress) say(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.out == nil || p.over || now.Before(p.next) {
		return
	}
	text := plain(p.title + ": " + fmt.Sprintf(format, args...))
	if !p.terminal {
		p.next = now.Add(logEvery)
		fmt.Fprintln(p.out, text)
		return
	}
	p.next, p.drawn = now.Add(redraw), true
	fmt.Fprintf(p.out, "\r%s\x1b[K", cut(text, 79))
}

// during says what is going on until work is done, which does not tell how far it is.
func (p *progress) during(work func(), format string, args ...any) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	tick := time.NewTicker(redraw)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
			p.say(format, args...)
		}
	}
}

// aside writes a line that stays to where the progress is drawn.
func (p *progress) aside(w io.Writer, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
	fmt.Fprintln(w, text)
}

// end takes the line away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	p.clear()
}

// clear is end for now; the caller has locked p.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.drawn = false
	}
}
