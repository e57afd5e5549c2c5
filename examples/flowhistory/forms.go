// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"io"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/history/render"
	"github.com/flowhistory/flowhistory/history/trace"
)

// form is one that executions are exported in.
type form struct {
	name  string
	many  bool // holds any number of executions
	begin func(c *call, p *place, w io.Writer) (writeOne, error)
}

// writeOne reads an execution and writes it.
type writeOne func(ctx context.Context, it found) error

func forms() []form {
	return []form{
		{"jsonl", true, beginArchive},
		{"otlp", true, whole(func(c *call, p *place, w io.Writer, e history.Execution) error {
			return trace.OTLP(w, e, &trace.Options{Now: p.until(c.now())})
		})},
		{"cloudevents", true, whole(func(_ *call, _ *place, w io.Writer, e history.Execution) error {
			return trace.CloudEvents(w, e)
		})},
		{"csv", true, beginCSV},
		{"html", false, whole(func(c *call, p *place, w io.Writer, e history.Execution) error {
			return render.HTML(w, e, &render.HTMLOptions{Now: p.until(c.now()), Alike: c.text(c.now()).Alike})
		})},
		{"svg", false, whole(func(c *call, p *place, w io.Writer, e history.Execution) error {
			o := c.text(p.until(c.now()))
			return render.SVG(w, e, &render.SVGOptions{Now: o.Now, Alike: o.Alike, MaxRows: o.Alike})
		})},
		{"mermaid", false, whole(func(c *call, p *place, w io.Writer, e history.Execution) error {
			o := c.text(p.until(c.now()))
			return render.Mermaid(w, e, &render.MermaidOptions{Now: o.Now, Alike: o.Alike, MaxRows: o.Alike})
		})},
		{"chrome", false, whole(func(c *call, p *place, w io.Writer, e history.Execution) error {
			return trace.Chrome(w, e, &trace.Options{Now: p.until(c.now())})
		})},
	}
}

func formNames() []string {
	var names []string
	for _, f := range forms() {
		names = append(names, f.name)
	}
	return names
}

// whole is a form that is made of whole executions and nothing around them.
func whole(write func(*call, *place, io.Writer, history.Execution) error) func(*call, *place, io.Writer) (writeOne, error) {
	return func(c *call, p *place, w io.Writer) (writeOne, error) {
		return func(ctx context.Context, it found) error {
			e, err := c.read(ctx, it)
			if err != nil {
				return err
			}
			return write(c, p, w, e)
		}, nil
	}
}

// beginArchive writes executions with their events, as they were read: what is made of them can be made again.
func beginArchive(_ *call, _ *place, w io.Writer) (writeOne, error) {
	out := archive.NewWriter(w, archive.Policy{})
	return func(ctx context.Context, it found) error {
		events, err := history.Collect(it.client.Events(ctx, history.EventQuery{Ref: it.ref}))
		if err != nil {
			return err
		}
		e, err := it.client.Describe(ctx, it.ref) // behind the events, so that it is no older than they are
		if err != nil {
			return err
		}
		err = out.WriteExecution(e)
		for _, event := range events {
			err = cmp.Or(err, out.WriteEvent(event))
		}
		return err
	}, nil
}
