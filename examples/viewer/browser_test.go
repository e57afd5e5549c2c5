// SPDX-License-Identifier: Apache-2.0

//go:build browser

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/history/render"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// These tests need Chromium, and are not part of go test ./... therefore:
//
//	go test -tags browser -run TestBrowser ./examples/viewer

// step is the row of a step in a report.
const step = `[...document.querySelectorAll('[role=treeitem]')].find((row) => row.textContent.includes('%s'))`

// visit opens a path and checks at the end of the test that nothing went wrong in the page, and that it took nothing
// from anywhere else.
func visit(t *testing.T, b *browser, s *site, path string) {
	t.Helper()
	b.call("Page.navigate", map[string]any{"url": s.URL + path}, nil)
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, what := range b.trouble {
			if !strings.Contains(what, "/favicon.ico") {
				t.Errorf("the page logged an error: %s", what)
			}
		}
		for _, address := range b.asked {
			if !strings.HasPrefix(address, s.URL+"/") && !strings.HasPrefix(address, "data:") {
				t.Errorf("the page asked for %s", address)
			}
		}
	})
}

// pictures are taken of what the page shows now, in light and dark, wide and narrow.
func pictures(b *browser, name string) {
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int{1280, 400} {
			b.look(width, scheme)
			b.screenshot(fmt.Sprintf("%s-%s-%d", name, scheme, width))
		}
	}
	b.look(1280, "light")
}

func TestBrowserList(t *testing.T) {
	t.Parallel()
	s, b := newSite(t, config{}), startBrowser(t)
	b.look(1280, "light")
	visit(t, b, s, "/")
	b.until(`document.querySelectorAll('#rows tr').length === 8`)
	pictures(b, "list")
	b.until(`['1h00m', '1m02s', '4.88s'].every((took) => document.querySelector('#rows').innerText.includes(took))`)
	for _, width := range []int{320, 400, 1280} { // no part of a scope is broken
		b.look(width, "light")
		b.until(`[...document.querySelectorAll('.part')].filter((part) => part.offsetHeight < 25).length === 11`)
		b.until(`document.documentElement.scrollWidth <= window.innerWidth`)
	}
	b.value(`(() => { const f = document.querySelector('select[name=status]'); f.value = 'failed'; f.dispatchEvent(new Event('input', { bubbles: true })); return true; })()`, new(bool))
	b.until(`document.querySelectorAll('#rows tr').length === 2 && document.querySelectorAll('#rows tr.failed').length === 2`)
	b.click(`[...document.links].find((a) => a.textContent === 'order-1002')`)
	b.until(`location.pathname.endsWith('/order-1002') && document.querySelectorAll('[role=treeitem]').length > 3`)
}

// TestBrowserOneCloudFails: the page shows what the other cloud says, and who failed.
func TestBrowserOneCloudFails(t *testing.T) {
	t.Parallel()
	s, b := newSite(t, config{}), startBrowser(t)
	s.huawei.Inject(huaweitest.Fault{Times: -1, Reset: true})
	b.look(1280, "light")
	visit(t, b, s, "/")
	b.until(`document.querySelectorAll('#rows tr').length === 5 && document.querySelector('#errors li').textContent.includes('huawei')`)
	pictures(b, "one-cloud-fails")
}

// TestBrowserReport: the page shows the steps, and one that failed opens with what it failed by.
func TestBrowserReport(t *testing.T) {
	t.Parallel()
	s, b := newSite(t, config{}), startBrowser(t)
	b.look(1280, "light")
	visit(t, b, s, "/executions"+onAlibaba("order-1002"))
	for _, name := range []string{"validate-order", "reserve-stock", "fulfil", "charge-card", "print-label"} {
		b.until(fmt.Sprintf(step, name))
	}
	b.until(`document.querySelector('[aria-label=Details]').hidden`)
	b.click(fmt.Sprintf(step, "charge-card"))
	b.until(`!document.querySelector('[aria-label=Details]').hidden`)
	for _, text := range []string{"charge-card", "CardDeclined", "the bank declined the card", "890"} {
		b.until(fmt.Sprintf(`document.querySelector('[aria-label=Details]').textContent.includes('%s')`, text))
	}
	pictures(b, "report")
}

// TestBrowserReportWithoutNow: where nobody says what time it is, a report tells no duration of what has not ended.
func TestBrowserReportWithoutNow(t *testing.T) {
	t.Parallel()
	gallery := historytest.Gallery()
	running := gallery[slices.IndexFunc(gallery, func(x historytest.Exhibit) bool { return x.Name == "running" })].Execution
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := render.HTML(w, running, nil); err != nil {
			t.Error(err)
		}
	}))
	defer web.Close()
	b := startBrowser(t)
	b.look(1280, "light")
	b.call("Page.navigate", map[string]any{"url": web.URL}, nil)
	b.until(fmt.Sprintf(step, "charge-card") + `?.textContent.includes('≥4.43s')`)
	b.until(fmt.Sprintf(step, "print-label") + `?.textContent.endsWith('print-label879ms')`)
	b.click(fmt.Sprintf(step, "charge-card"))
	for _, text := range []string{"at least 4.43s", "51% of the execution up to its last event"} {
		b.until(fmt.Sprintf(`document.querySelector('[aria-label=Details]').textContent.includes('%s')`, text))
	}
	b.until(`document.querySelector('header').textContent.includes('running, last event 8.67s after the start')`)
	pictures(b, "report-without-now")
}

// TestBrowserGrows: the page of an execution that runs shows what happens without being loaded again, and what is open
// stays open.
func TestBrowserGrows(t *testing.T) {
	t.Parallel()
	for cloud, tt := range map[string]struct {
		path, first, last, end string
		grow                   func(s *site, part int)
	}{
		"alibaba": {onAlibaba("order-3001"), "validate-order", "charge-card", "CardDeclined", growOnAlibaba},
		"huawei":  {onHuawei("c001"), "query-workloads", "verify-replicas", "succeeded", growOnHuawei},
	} {
		t.Run(cloud, func(t *testing.T) {
			t.Parallel()
			s, b := newSite(t, config{}), startBrowser(t)
			b.look(1280, "light")
			tt.grow(s, 0)
			visit(t, b, s, "/executions"+tt.path)
			b.until(fmt.Sprintf(step, tt.first) + ` && !(` + fmt.Sprintf(step, tt.last) + `)`)
			b.value(`(window.loaded = 'once') === 'once'`, new(bool)) // another load would forget that
			b.click(fmt.Sprintf(step, tt.first))
			b.until(`!document.querySelector('[aria-label=Details]').textContent.includes('null')`)
			const rows = `document.querySelectorAll('[role=treeitem]').length`
			var n int
			b.value(rows, &n)
			pictures(b, "grows-"+cloud+"-first")
			tt.grow(s, 1)
			b.until(fmt.Sprintf(`%s > %d && document.querySelector('header').textContent.includes('running for')`, rows, n))
			tt.grow(s, 2)
			b.until(fmt.Sprintf(step, tt.last) + fmt.Sprintf(` && document.querySelector('header').textContent.includes('%s')`, tt.end))
			b.until(`window.loaded === 'once'`)
			b.until(fmt.Sprintf(`document.querySelector('[aria-label=Details]').textContent.includes('%s')`, tt.first))
			pictures(b, "grows-"+cloud+"-last")
		})
	}
}

// TestBrowserClickWhileItGrows: what comes between a press and its release waits, so that the click is not lost.
func TestBrowserClickWhileItGrows(t *testing.T) {
	t.Parallel()
	s, b := newSite(t, config{}), startBrowser(t)
	b.look(1280, "light")
	b.call("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": `(() => {
		const add = EventSource.prototype.addEventListener;
		EventSource.prototype.addEventListener = function(type, listener) {
			add.call(this, type, (e) => { listener(e); window.received = e.data; });
		};
	})()`}, nil)
	growOnHuawei(s, 0)
	visit(t, b, s, "/executions"+onHuawei("c001"))
	b.until(fmt.Sprintf(step, "query-workloads") + ` && window.received`)
	var before, pressed int
	const rows = `document.querySelectorAll('[role=treeitem]').length`
	b.value(rows, &before)
	release := b.press(fmt.Sprintf(step, "query-workloads"))
	growOnHuawei(s, 1)
	b.until(`window.received.includes('restart-frontend')`)
	if b.value(rows, &pressed); pressed != before {
		t.Errorf("the page went from %d rows to %d while the mouse was pressed", before, pressed)
	}
	release()
	b.until(`document.querySelector('[aria-label=Details]').textContent.includes('query-workloads')`)
	b.until(fmt.Sprintf(step, "restart-frontend"))
}

// TestBrowserProblem: an address that leads nowhere is a page that says so.
func TestBrowserProblem(t *testing.T) {
	t.Parallel()
	s, b := newSite(t, config{}), startBrowser(t)
	b.look(1280, "light")
	b.call("Page.navigate", map[string]any{"url": s.URL + "/executions" + onAlibaba("none")}, nil)
	b.until(`document.querySelector('h1')?.textContent === 'Not Found' && document.links[0].pathname === '/'`)
	pictures(b, "problem")
}
