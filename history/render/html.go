// SPDX-License-Identifier: Apache-2.0

package render

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// assets are the parts of a report that are the same in each.
//
//go:embed assets
var assets embed.FS

const (
	// DefaultMaxDetail is how many bytes of one input, output or failure a report shows if HTMLOptions.MaxDetail says
	// nothing.
	DefaultMaxDetail = 16 << 10
	// DefaultMaxDetails is how many bytes of them a report holds in all if HTMLOptions.MaxDetails says nothing.
	DefaultMaxDetails = 1 << 20
)

// HTMLOptions say what is in a report. The zero value, and nil, is a good default.
type HTMLOptions struct {
	// Title is that of the page; "" = the execution's name and status.
	Title string
	// MaxDetail is how many bytes of one detail are shown, MaxDetails how many of all; 0 = DefaultMaxDetail and
	// DefaultMaxDetails, negative = no limit. The report says where a detail was cut. Details that are the same count
	// once, and those of what failed come first.
	MaxDetail, MaxDetails int
	// Alike is as in TextOptions. Branches that are counted can be unfolded in the report.
	Alike int
	// Now is up to when what has not ended is drawn; zero = the latest time in the execution.
	Now time.Time
	// Live is the address of Server-Sent Events from which the page takes what it shows, as long as it is open; "" =
	// none. The data of each message is what Data returns. The address has to be of the page's own origin.
	Live string
}

// HTML writes a report: one page that needs nothing else, neither when it is opened nor later. It can be searched,
// zoomed, printed and used with the keyboard alone, and stays fluid with 10,000 steps. Without JavaScript it shows the
// picture that SVG draws. The error is that of w, or that the execution holds what has no JSON form.
func HTML(w io.Writer, e history.Execution, o *HTMLOptions) error {
	opts := o.withDefaults()
	page, err := newPage(e, opts)
	if err != nil {
		return err
	}
	tmpl, err := template.ParseFS(assets, "assets/report.html")
	if err != nil {
		return fmt.Errorf("render: the template of reports: %w", err)
	}
	var b bytes.Buffer
	if err := tmpl.Execute(&b, page); err != nil {
		return fmt.Errorf("render: report of %s: %w", history.FormatRef(e.Ref), err)
	}
	_, err = b.WriteTo(w)
	return err
}

// Data returns what a report knows about an execution, for HTMLOptions.Live: JSON in one line, in which no character
// means anything to HTML. Its form may change with any version; only the page of the same version reads it.
func Data(e history.Execution, o *HTMLOptions) ([]byte, error) {
	opts := o.withDefaults()
	return dataOf(newTimeline(e, opts.Now), opts)
}

func dataOf(t *timeline, opts HTMLOptions) ([]byte, error) {
	text, err := json.Marshal(newData(t, opts)) // escapes <, >, &, U+2028 and U+2029
	if err != nil {
		return nil, fmt.Errorf("render: data of %s: %w", history.FormatRef(t.exec.Ref), err)
	}
	return text, nil
}

func (o *HTMLOptions) withDefaults() HTMLOptions {
	var opts HTMLOptions
	if o != nil {
		opts = *o
	}
	if opts.MaxDetail == 0 {
		opts.MaxDetail = DefaultMaxDetail
	}
	if opts.MaxDetails == 0 {
		opts.MaxDetails = DefaultMaxDetails
	}
	return opts
}

// page is what the template needs.
type page struct {
	Title, Policy string
	Live          string
	Style         template.CSS
	Script, Data  template.JS
	Picture       template.HTML // for readers without JavaScript
}

func newPage(e history.Execution, opts HTMLOptions) (page, error) {
	t := newTimeline(e, opts.Now)
	data, err := dataOf(t, opts)
	if err != nil {
		return page{}, err
	}
	style, err := join("picture.css", "base.css", "rows.css", "panel.css", "print.css")
	if err != nil {
		return page{}, err
	}
	script, err := join("model.js", "format.js", "rows.js", "axis.js", "panel.js", "view.js", "controls.js", "main.js")
	if err != nil {
		return page{}, err
	}
	script = "'use strict';\n(() => {\n" + script + "})();\n"
	var picture strings.Builder
	if err := drawSVG(&picture, t, SVGOptions{Alike: opts.Alike}, ""); err != nil {
		return page{}, err
	}
	title := opts.Title
	if title == "" {
		title = t.name() + " – " + t.headline()
	}
	return page{
		Title: plain(title), Live: opts.Live, Style: template.CSS(style), Script: template.JS(script), Data: template.JS(data),
		Picture: template.HTML(picture.String()), // what drawSVG writes is escaped
		Policy:  policy(style, script, opts.Live != ""),
	}, nil
}

// policy forbids everything but the page's own style and script, which are named by their hashes.
func policy(style, script string, live bool) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	p := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + hash(style) + "; script-src " + hash(script)
	if live {
		p += "; connect-src 'self'"
	}
	return p
}

// join puts files of the same kind together.
func join(names ...string) (string, error) {
	var b strings.Builder
	for _, name := range names {
		text, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return "", fmt.Errorf("render: a part of reports: %w", err)
		}
		b.Write(text)
	}
	return b.String(), nil
}
