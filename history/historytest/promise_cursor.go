// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"strings"

	"github.com/flowhistory/flowhistory/history"
)

// A cursor of another place, or one that is damaged, is ErrCursor before any request, and stays in the error unchanged.
func foreignAndDamagedCursors(t *trial) {
	for _, t.walks = range t.kinds() {
		w := t.walker()
		p, err := w.page(t.Context(), "", 2)
		if err != nil {
			t.Fatal(err)
		}
		for what, bad := range badCursors(t, p.Resume) {
			before := t.requests()
			got, err := collect(w.items(t.Context(), bad, 2))
			t.refuses(what, got, err, history.ErrCursor, bad)
			_, err = w.page(t.Context(), bad, 2)
			t.refuses(what+" for one page", nil, err, history.ErrCursor, bad)
			if n := t.requests() - before; n != 0 {
				t.Errorf("%s: %d requests were made", what, n)
			}
		}
	}
	t.refusesCursorsOfOtherFilters()
}

// badCursors are cursors that a walk must not take, made from one that it does.
func badCursors(t *trial, good history.Cursor) map[string]history.Cursor {
	t.Helper()
	foreign := func(change func(*history.Position)) history.Cursor {
		p, err := good.Position()
		if err != nil {
			t.Fatal(err)
		}
		change(&p)
		return history.NewCursor(p)
	}
	middle := len(good) / 2
	swapped := byte('A')
	if good[middle] == swapped {
		swapped = 'B'
	}
	return map[string]history.Cursor{
		"another provider":  foreign(func(p *history.Position) { p.Provider += "-other" }),
		"another scope":     foreign(func(p *history.Position) { p.Scope += "-other" }),
		"another workflow":  foreign(func(p *history.Position) { p.Workflow += "-other" }),
		"another execution": foreign(func(p *history.Position) { p.Execution += "-other" }),
		"other filters":     foreign(func(p *history.Position) { p.Query += "0" }),
		"cut":               good[:len(good)-1],
		"lengthened":        good + "A",
		"changed":           good[:middle] + history.Cursor(swapped) + good[middle+1:],
		"no cursor at all":  "flow_xxx",
		"too long":          history.Cursor(strings.Repeat("A", 1<<16)),
	}
}

// refusesCursorsOfOtherFilters uses the cursors of each filter with each other.
func (t *trial) refusesCursorsOfOtherFilters() {
	t.Helper()
	c := t.client()
	for made, from := range filters() {
		from.query.Workflow, from.query.PageSize = sampleWorkflow, 2
		p, err := c.ExecutionPage(t.Context(), from.query)
		if err != nil {
			t.Fatal(err)
		}
		for used, q := range filters() {
			if made == used {
				continue
			}
			q.query.Workflow, q.query.From = sampleWorkflow, p.Resume
			got, err := collect(texts(c.Executions(t.Context(), q.query)))
			t.refuses("the cursor of the filter "+made+" with "+used, got, err, history.ErrCursor, p.Resume)
		}
	}
}

// refuses checks that a call brought nothing but an error of a kind with the call's own cursor.
func (t *trial) refuses(what string, got []string, err error, kind history.Kind, from history.Cursor) {
	t.Helper()
	if len(got) > 0 {
		t.Errorf("%s: %d items came", what, len(got))
	}
	t.fails(what, err, kind)
	if e := t.failure(what, err); e.Cursor != from {
		t.Errorf("%s: the error's cursor is %q, want the call's own, %q", what, e.Cursor, from)
	}
}

// A query that cannot succeed is ErrInvalid before any request, and says what to change.
func invalidQueriesMakeNoRequest(t *trial) {
	c := t.client()
	from := history.After(history.Event{Ref: history.Ref{Provider: c.Provider(), Scope: c.Scope(),
		Workflow: sampleWorkflow, Execution: sampleExecution}, ID: 1})
	good := history.Ref{Workflow: sampleWorkflow, Execution: sampleExecution}
	for what, ref := range map[string]history.Ref{
		"no workflow":      {Execution: good.Execution},
		"no execution":     {Workflow: good.Workflow},
		"another provider": {Provider: c.Provider() + "-other", Workflow: good.Workflow, Execution: good.Execution},
		"another scope":    {Scope: c.Scope() + "-other", Workflow: good.Workflow, Execution: good.Execution},
	} {
		got, err := collect(texts(c.Events(t.Context(), history.EventQuery{Ref: ref, From: from})))
		t.refuses(what, got, err, history.ErrInvalid, from)
		_, err = c.Describe(t.Context(), ref)
		t.refuses(what+" to describe", nil, err, history.ErrInvalid, "")
	}
	got, err := collect(texts(c.Events(t.Context(), history.EventQuery{Ref: good, From: from, PageSize: -1})))
	t.refuses("a negative page size", got, err, history.ErrInvalid, from)
	for what, q := range map[string]history.ExecutionQuery{
		"no workflow":           {},
		"a negative page size":  {Workflow: sampleWorkflow, PageSize: -1},
		"a reversed time range": {Workflow: sampleWorkflow, StartedAfter: sampleStart().Add(1), StartedBefore: sampleStart()},
		"a status of no kind":   {Workflow: sampleWorkflow, Status: []history.Status{"of no kind"}},
	} {
		got, err := collect(texts(c.Executions(t.Context(), q)))
		t.refuses(what, got, err, history.ErrInvalid, "")
	}
	if n := t.requests(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}
