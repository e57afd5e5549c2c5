// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/flowhistory/flowhistory/history"
)

// kind is one of the things that a client walks over.
type kind int

const (
	walksEvents kind = iota
	walksExecutions
	walksWorkflows // of a source that lists them
)

func (k kind) String() string { return [...]string{"Events", "Executions", "Workflows"}[k] }

// walker is a client's walk over any kind, with each item as its JSON text, so that one check serves both.
type walker struct {
	walks  kind
	client *history.Client
}

func newWalker(c *history.Client, walks kind) walker { return walker{walks, c} }

// page is a history.Page of texts.
type page = history.Page[string]

// length is how many items of the sample the walk is over.
func (w walker) length() int {
	return [...]int{2*sampleSteps + 2, sampleExecutions, sampleWorkflows}[w.walks]
}

func (w walker) eventQuery(from history.Cursor, size int) history.EventQuery {
	return history.EventQuery{Ref: history.Ref{Workflow: sampleWorkflow, Execution: sampleExecution}, From: from, PageSize: size}
}

func (w walker) executionQuery(from history.Cursor, size int) history.ExecutionQuery {
	return history.ExecutionQuery{Workflow: sampleWorkflow, From: from, PageSize: size}
}

func (w walker) workflowQuery(from history.Cursor, size int) history.WorkflowQuery {
	return history.WorkflowQuery{From: from, PageSize: size}
}

func (w walker) items(ctx context.Context, from history.Cursor, size int) iter.Seq2[string, error] {
	switch w.walks {
	case walksEvents:
		return texts(w.client.Events(ctx, w.eventQuery(from, size)))
	case walksExecutions:
		return texts(w.client.Executions(ctx, w.executionQuery(from, size)))
	default:
		return texts(w.client.Workflows(ctx, w.workflowQuery(from, size)))
	}
}

func (w walker) pages(ctx context.Context, from history.Cursor, size int) iter.Seq2[page, error] {
	switch w.walks {
	case walksEvents:
		return textPages(w.client.EventPages(ctx, w.eventQuery(from, size)))
	case walksExecutions:
		return textPages(w.client.ExecutionPages(ctx, w.executionQuery(from, size)))
	default:
		return textPages(w.client.WorkflowPages(ctx, w.workflowQuery(from, size)))
	}
}

func (w walker) page(ctx context.Context, from history.Cursor, size int) (page, error) {
	switch w.walks {
	case walksEvents:
		p, err := w.client.EventPage(ctx, w.eventQuery(from, size))
		return textPage(p), err
	case walksExecutions:
		p, err := w.client.ExecutionPage(ctx, w.executionQuery(from, size))
		return textPage(p), err
	default:
		p, err := w.client.WorkflowPage(ctx, w.workflowQuery(from, size))
		return textPage(p), err
	}
}

func texts[T any](seq iter.Seq2[T, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for item, err := range seq {
			s := ""
			if err == nil {
				s = text(item)
			}
			if !yield(s, err) {
				return
			}
		}
	}
}

func textPages[T any](seq iter.Seq2[history.Page[T], error]) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		for p, err := range seq {
			if !yield(textPage(p), err) {
				return
			}
		}
	}
}

func textPage[T any](p history.Page[T]) page {
	out := page{Next: p.Next, Resume: p.Resume, RequestID: p.RequestID}
	for _, item := range p.Items {
		out.Items = append(out.Items, text(item))
	}
	return out
}

func text(item any) string {
	b, err := json.Marshal(item)
	if err != nil {
		return fmt.Sprintf("%+v cannot be written as JSON: %v", item, err)
	}
	return string(b)
}

// collect is history.Collect, except that it goes on behind an error to see that nothing comes there.
func collect[T any](seq iter.Seq2[T, error]) (items []T, err error) {
	for item, e := range seq {
		switch {
		case err != nil:
			return items, fmt.Errorf("the sequence goes on behind its error (%v) with %v, %v", err, item, e)
		case e != nil:
			err = e
		default:
			items = append(items, item)
		}
	}
	return items, err
}
