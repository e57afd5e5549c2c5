// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
)

// printer writes the table, each row as soon as it is there.
type printer struct {
	out      io.Writer
	settings settings
}

func newPrinter(out io.Writer, s settings) *printer { return &printer{out, s} }

// head says what the columns are.
func (p *printer) head() {
	if p.settings.json {
		return
	}
	fmt.Fprintf(p.out, `%.0f%% of the requests go wrong; %d walks at once; seed %d.
Times of a run without the faults are in brackets. "resumed" counts errors that are final by contract (expired credentials,
a wrong clock, throttling beyond all attempts, no JSON at all), behind which the walk went on from the error's cursor.
At the right the same walks as a plain loop over the official SDK; its walks end at their first error.

`, 100*p.settings.rate, p.settings.walkers, p.settings.seed)
	fmt.Fprintf(p.out, "%-34s %-8s %7s %8s %9s %9s %5s %8s %5s %7s %-17s", "fault", "cloud",
		"faults", "requests", "expected", "delivered", "lost", "repeated", "wrong", "resumed", "  time")
	if p.settings.sdk {
		fmt.Fprintf(p.out, " | %-15s %9s %8s %8s %7s %6s", "SDK: failed", "delivered", "lost", "repeated", "wrong", "panics")
	}
	fmt.Fprintln(p.out)
}

// row writes a row.
func (p *printer) row(r row) {
	if p.settings.json {
		// A row always has a JSON form.
		text, _ := json.Marshal(r)
		fmt.Fprintf(p.out, "%s\n", text)
		return
	}
	o := r.Ours
	took := seconds(o.Took)
	if r.Calm.Took > 0 {
		took += " (" + seconds(r.Calm.Took) + ")"
	}
	fmt.Fprintf(p.out, "%-34s %-8s %7s %8s %9s %9s %5s %8s %5s %7s %17s", r.Fault, r.Cloud,
		count(o.Faults), count(o.Requests), count(o.Expected), count(o.Delivered), count(o.Lost), count(o.Repeated), count(o.Wrong),
		count(o.Resumed), took)
	if k := r.SDK; k != nil {
		fmt.Fprintf(p.out, " | %-15s %9s %8s %8s %7s %6s", count(k.Failed)+" of "+count(k.Walks),
			count(k.Delivered), count(k.Lost), count(k.Repeated), count(k.Wrong), count(k.Panicked))
	}
	fmt.Fprintln(p.out)
	if r.Note != "" {
		fmt.Fprintf(p.out, "    %s\n", r.Note)
	}
	if r.Broken != "" {
		fmt.Fprintf(p.out, "    BROKEN: %s\n", r.Broken)
	}
}

// foot says how long it all took.
func (p *printer) foot(took time.Duration) {
	if !p.settings.json {
		fmt.Fprintf(p.out, "\n%s in all\n", seconds(took))
	}
}

// count is a number with a comma between thousands.
func count(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s" }

func mebibytes(n int64) string { return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) }
