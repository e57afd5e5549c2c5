// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

const (
	// liveInterval is the least time between two pictures of an execution.
	liveInterval = 250 * time.Millisecond
	// smallPicture is how many bytes a picture may have that is sent again for nothing but the time that has passed.
	smallPicture = 64 << 10
)

// report is the page of one execution. While it runs the page takes what it shows from live.
func (s *server) report(w http.ResponseWriter, r *http.Request) error {
	if err := newQuery(r).done(); err != nil {
		return err
	}
	e, err := s.read(r)
	if err != nil {
		return err
	}
	opts := options(e)
	if !e.Status.Terminal() {
		opts.Live = "/live" + path(e.Ref)
	}
	var page bytes.Buffer
	if err := render.HTML(&page, e, opts); err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", reportPolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = page.WriteTo(w)
	return nil
}

// options draw what still runs up to now.
func options(e history.Execution) *render.HTMLOptions {
	if e.Status.Terminal() {
		return &render.HTMLOptions{}
	}
	return &render.HTMLOptions{Now: time.Now()}
}

// live sends a picture of an execution whenever it has changed, until it has ended. Each is whole, so that a page that
// connects again has nothing to catch up with.
func (s *server) live(w http.ResponseWriter, r *http.Request) error {
	if err := newQuery(r).done(); err != nil {
		return err
	}
	c, ref, err := s.target(r)
	if err != nil {
		return err
	}
	st, err := s.stream(w, r)
	if err != nil {
		return err
	}
	defer st.close()
	p := painter{stream: st, client: c.client, ref: ref}
	for page, err := range c.client.FollowPages(st.ctx, history.EventQuery{Ref: ref}) {
		if err != nil {
			return st.fail(err)
		}
		if err := p.add(page); err != nil {
			return st.fail(err)
		}
	}
	return nil
}

// painter folds events into pictures.
type painter struct {
	stream *stream
	client *history.Client
	ref    history.Ref

	folder  history.Folder
	about   history.Execution // what is known of the execution beside its events; the zero value until it was asked for
	changed bool              // since the last picture
	drawn   time.Time         // when that was
	size    int               // how many bytes it had
}

// add draws what a page brought: not more often than a reader can see, but always the end.
func (p *painter) add(page history.Page[history.Event]) error {
	for _, e := range page.Items {
		p.folder.Add(e)
	}
	p.changed = p.changed || len(page.Items) > 0
	switch {
	case page.Next == "":
		return p.last()
	case p.changed && time.Since(p.drawn) >= liveInterval, len(page.Items) == 0 && p.size < smallPicture:
		return p.draw(p.folder.Execution())
	case len(page.Items) == 0:
		return p.stream.beat()
	}
	return nil
}

// draw sends a picture of what was folded, with what only a description says.
func (p *painter) draw(e history.Execution) error {
	if p.about.Execution == "" {
		about, err := p.client.Describe(p.stream.ctx, p.ref)
		if err == nil {
			p.about = about // else the next picture has it
		}
	}
	e.Ref = p.ref
	e.Definition, e.CreatedBy, e.Approvers, e.Attributes = p.about.Definition, p.about.CreatedBy, p.about.Approvers, p.about.Attributes
	return p.send(e)
}

// last sends what opening the page anew would show, which is more than the events say.
func (p *painter) last() error {
	ctx, cancel := context.WithTimeout(p.stream.ctx, requestTimeout)
	defer cancel()
	e, err := p.client.Execution(ctx, p.ref)
	if err != nil {
		e = p.folder.Execution()
	}
	return p.send(e)
}

func (p *painter) send(e history.Execution) error {
	data, err := render.Data(e, options(e))
	if err != nil {
		return err
	}
	p.changed, p.drawn, p.size = false, time.Now(), len(data)
	return p.stream.send("", "", json.RawMessage(data))
}
