// SPDX-License-Identifier: Apache-2.0

//go:build browser

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/history/render"
)

// What a reader must not have to wait for.
const (
	slowestOpen = 2 * time.Second
	longestTask = 100 * time.Millisecond
)

// TestBrowserScroll measures with the browser's own tracing how the report of an execution with as many events as FnF
// allows opens and scrolls, all of it unfolded. An empty page of about the same height shows what the machine itself takes.
// It is not parallel, so that nothing else is measured along with it.
func TestBrowserScroll(t *testing.T) {
	pages := map[string]string{"/empty": `<!DOCTYPE html><body style="height: 30000px">`, "/report": largestReport(t)}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, pages[r.URL.Path])
	}))
	defer web.Close()
	b := startBrowser(t)
	b.look(1280, "light")
	for _, path := range []string{"/empty", "/report"} {
		b.call("Page.navigate", map[string]any{"url": web.URL + path}, nil)
		b.until(fmt.Sprintf(`location.pathname === '%s' && performance.getEntriesByType('navigation')[0].loadEventEnd > 0`, path))
		var opened float64
		b.value(`performance.getEntriesByType('navigation')[0].loadEventEnd`, &opened)
		b.value(`(document.getElementById('unfold')?.click(), true)`, new(bool))
		b.until(`document.documentElement.scrollHeight > 20000 + window.innerHeight`)
		got := b.scroll(20_000)
		t.Logf("%s: open after %.0fms; %d frames, the longest gap between two %s; longest task of the main thread %s, %d over 50ms",
			path, opened, got.frames, got.gap, got.task, got.long)
		if opened > float64(slowestOpen.Milliseconds()) {
			t.Errorf("%s: open after %.0fms, want at most %s", path, opened, slowestOpen)
		}
		if got.frames < 20 || got.task == 0 || got.task > longestTask {
			t.Errorf("%s: %d frames and a task of %s, want 20 frames at least and no task over %s", path, got.frames, got.task, longestTask)
		}
	}
}

// largestReport has about a kilobyte of details in each step.
func largestReport(t *testing.T) string {
	t.Helper()
	e := historytest.Generate(1, &historytest.GenerateOptions{
		MaxEvents: historytest.LargestMaxEvents, Fill: true, Variant: &historytest.Variant{},
	}).Execution
	n := 0
	for _, s := range e.Walk() {
		n++
		s.Input = history.Detail(fmt.Sprintf(`{"n":%d,"text":%q}`, n, strings.Repeat("details ", 120)))
	}
	var page strings.Builder
	if err := render.HTML(&page, e, nil); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// scrolled is what the browser did while the page was scrolled.
type scrolled struct {
	frames    int
	gap, task time.Duration // the longest
	long      int           // how many tasks took over 50ms, which the browser's makers call long
}

// traceEvent is an event of the trace event format. Times are microseconds.
type traceEvent struct {
	Name     string
	Ph       string
	Pid, Tid int
	At       int64 `json:"ts"`
	Took     int64 `json:"dur"`
}

// The marks between which the page is scrolled.
const (
	scrollBegin = "scroll-begin"
	scrollEnd   = "scroll-end"
)

// scroll scrolls the page down and up again with the wheel, so many pixels at 5,000 a second, and reads the trace of that.
func (b *browser) scroll(pixels int) scrolled {
	b.t.Helper()
	b.call("Tracing.start", map[string]any{"transferMode": "ReportEvents", "traceConfig": map[string]any{"includedCategories": []string{
		"blink.user_timing", "disabled-by-default-devtools.timeline", "disabled-by-default-devtools.timeline.frame",
	}}}, nil)
	mark := func(name string) { b.value(fmt.Sprintf(`performance.mark('%s').name`, name), new(string)) }
	for _, distance := range []int{-pixels, pixels} {
		mark(scrollBegin)
		b.call("Input.synthesizeScrollGesture", map[string]any{
			"x": 400, "y": 600, "yDistance": distance, "speed": 5000, "gestureSourceType": "mouse",
		}, nil)
		mark(scrollEnd)
	}
	b.call("Tracing.end", nil, nil)
	select {
	case <-b.traced:
	case <-time.After(patience):
		b.t.Fatal("the browser does not end its trace")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	defer func() { b.trace = nil }()
	return measured(b.t, b.trace)
}

// measured reads a trace. The marks tell the process and the main thread of the page.
func measured(t *testing.T, trace []json.RawMessage) (got scrolled) {
	t.Helper()
	events := make([]traceEvent, len(trace))
	for i, text := range trace {
		if err := json.Unmarshal(text, &events[i]); err != nil {
			t.Fatalf("%v in the event %s", err, text)
		}
	}
	slices.SortStableFunc(events, func(a, b traceEvent) int { return int(a.At - b.At) })
	var main traceEvent // the mark that the page is scrolled since
	var last int64      // when a frame was drawn since that mark, 0 = not yet
	for _, e := range events {
		switch {
		case e.Name == scrollBegin:
			main, last = e, 0
		case e.Name == scrollEnd:
			main = traceEvent{}
		case main.Name == "" || e.Pid != main.Pid:
		case e.Name == "DrawFrame":
			if got.frames++; last > 0 {
				got.gap = max(got.gap, time.Duration(e.At-last)*time.Microsecond)
			}
			last = e.At
		case e.Name == "RunTask" && e.Ph == "X" && e.Tid == main.Tid:
			took := time.Duration(e.Took) * time.Microsecond
			got.task = max(got.task, took)
			if took > 50*time.Millisecond {
				got.long++
			}
		}
	}
	return got
}
