// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
)

const (
	maxWorkflows  = 50 // of one cloud in one list: each costs a request
	maxEmptyPages = 10 // that are read on for one answer when a filter lets nothing pass
)

// cloudAnswer is one element of /api/clouds.
type cloudAnswer struct {
	Title        string               `json:"title"`
	Provider     string               `json:"provider"`
	Scope        string               `json:"scope"`
	Workflows    []string             `json:"workflows,omitempty"` // none = all
	Capabilities history.Capabilities `json:"capabilities"`
}

func (s *server) listClouds(w http.ResponseWriter, r *http.Request) error {
	if err := newQuery(r).done(); err != nil {
		return err
	}
	answer := make([]cloudAnswer, len(s.clouds))
	for i, c := range s.clouds {
		answer[i] = cloudAnswer{c.title, c.client.Provider(), c.client.Scope(), c.workflows, c.client.Capabilities()}
	}
	return writeJSON(w, map[string]any{"clouds": answer})
}

// listAnswer is what /api/executions answers.
type listAnswer struct {
	Items  []history.Execution `json:"items"`  // newest first; without details and steps
	More   []more              `json:"more"`   // the workflows of which there are more
	Errors []*problem          `json:"errors"` // what could not be read; each has its target
}

// more is where a list goes on: ask with these as parameters, and with the same filters.
type more struct {
	history.Ref
	Cursor string `json:"cursor"`
}

// listRequest is what the parameters of /api/executions say.
type listRequest struct {
	query  history.ExecutionQuery
	target history.Ref // what is empty is any
	cursor string
}

func newListRequest(r *http.Request) (listRequest, error) {
	q := newQuery(r)
	req := listRequest{
		query: history.ExecutionQuery{
			NamePrefix: q.text("prefix"), StartedAfter: q.time("after"), StartedBefore: q.time("before"), OmitDetail: true, PageSize: q.limit(),
		},
		target: history.Ref{Provider: q.text("provider"), Scope: q.text("scope"), Workflow: q.text("workflow")},
		cursor: q.text("cursor"),
	}
	for _, status := range q.list("status") {
		req.query.Status = append(req.query.Status, history.Status(status))
	}
	if t := req.target; req.cursor != "" && (t.Provider == "" || t.Scope == "" || t.Workflow == "") {
		q.wrong("a cursor needs the provider, scope and workflow that came with it")
	}
	return req, q.done()
}

func (s *server) listExecutions(w http.ResponseWriter, r *http.Request) error {
	req, err := newListRequest(r)
	if err != nil {
		return err
	}
	clouds := slices.DeleteFunc(slices.Clone(s.clouds), func(c cloud) bool { return !c.fits(req.target) })
	if len(clouds) == 0 && req.target != (history.Ref{}) {
		return nothingOf(req.target)
	}
	if req.query.From, err = s.open("executions", req.target, req.cursor); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	answer := listAnswer{Items: []history.Execution{}, More: []more{}, Errors: []*problem{}}
	targets, failed := workflows(ctx, clouds, req.target.Workflow)
	var unread []*problem // each of a target
	for result, err := range group.Each(ctx, s.group, slices.Values(targets), req.read) {
		switch {
		case err != nil:
			return err
		case result.Err != nil:
			unread = append(unread, problemOf(result.Target, result.Err))
			continue
		}
		answer.Items = append(answer.Items, result.Value.Items...)
		if result.Value.Next != "" {
			answer.More = append(answer.More, more{result.Target, s.seal("executions", result.Target, result.Value.Next)})
		}
	}
	if len(unread) == len(targets) && len(unread) > 0 {
		if p := req.fault(unread); p != nil {
			return p
		}
	}
	answer.Errors = append(append(answer.Errors, failed...), unread...)
	answer.sort()
	return writeJSON(w, answer)
}

// fault is what makes a request wrong as a whole, when no target could be read: it cannot be answered as it is, or the
// workflow that it names is nowhere. nil = the clouds are at fault, each for itself.
func (req listRequest) fault(unread []*problem) *problem {
	slices.SortFunc(unread, byTarget) // so that it is the same one each time
	refused := func(p *problem) bool { return p.Status == http.StatusBadRequest }
	if i := slices.IndexFunc(unread, refused); i >= 0 {
		return unread[i]
	}
	other := func(p *problem) bool { return p.Status != http.StatusNotFound }
	switch {
	case req.target.Workflow == "" || slices.ContainsFunc(unread, other):
		return nil
	case len(unread) == 1:
		return unread[0] // in the cloud's own words
	}
	return nothingOf(req.target)
}

// read reads a page of one workflow, and on while nothing passes the filters.
func (req listRequest) read(ctx context.Context, client *history.Client, target history.Ref) (history.Page[history.Execution], error) {
	q := req.query
	q.Workflow = target.Workflow
	var last history.Page[history.Execution]
	read := 0
	for page, err := range client.ExecutionPages(ctx, q) {
		if err != nil {
			return last, err
		}
		if last = page; len(page.Items) > 0 {
			break
		}
		if read++; read == maxEmptyPages {
			break
		}
	}
	for i := range last.Items {
		last.Items[i].Steps = nil
	}
	return last, nil
}

// workflows finds the workflows of clouds, or of them the one that is asked for, all clouds at once. A cloud that cannot
// say what it has is a problem and does not hold up the others.
func workflows(ctx context.Context, clouds []cloud, only string) (found []history.Ref, failed []*problem) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, c := range clouds {
		own := history.Ref{Provider: c.client.Provider(), Scope: c.client.Scope()}
		wg.Go(func() {
			names, err := c.names(ctx, only)
			mu.Lock()
			defer mu.Unlock()
			for _, name := range names {
				ref := own
				ref.Workflow = name
				found = append(found, ref)
			}
			if err != nil {
				failed = append(failed, problemOf(own, err))
			}
		})
	}
	wg.Wait()
	return found, failed
}

// names are the workflows of a cloud that are shown, or of them the one that is asked for, which is one of them.
func (c cloud) names(ctx context.Context, only string) ([]string, error) {
	switch {
	case only != "":
		return []string{only}, nil
	case c.workflows != nil:
		return c.workflows, nil
	}
	list, err := history.Collect(history.Limit(c.client.Workflows(ctx, history.WorkflowQuery{OmitDetail: true}), maxWorkflows+1))
	if err == nil && len(list) > maxWorkflows {
		list = list[:maxWorkflows]
		err = &problem{Status: http.StatusOK, Title: "Not all", Detail: "there are more workflows than a list shows; ask for one, or name some when the server starts"}
	}
	names := make([]string, len(list))
	for i, w := range list {
		names[i] = w.Workflow
	}
	return names, err
}

func problemOf(target history.Ref, err error) *problem {
	p := newProblem(err)
	p.Target = &target
	return p
}

// sort puts the newest first, and makes the answer the same whatever came first.
func (a *listAnswer) sort() {
	slices.SortFunc(a.Items, func(x, y history.Execution) int {
		return cmp.Or(y.Started.Compare(x.Started), cmp.Compare(history.FormatRef(x.Ref), history.FormatRef(y.Ref)))
	})
	slices.SortFunc(a.More, func(x, y more) int { return cmp.Compare(history.FormatRef(x.Ref), history.FormatRef(y.Ref)) })
	slices.SortFunc(a.Errors, byTarget)
}

func byTarget(x, y *problem) int {
	return cmp.Compare(history.FormatRef(*x.Target), history.FormatRef(*y.Target))
}
