// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net/http"

	"github.com/flowhistory/flowhistory/history"
)

// executionAnswer is what /api/executions/{target} answers.
type executionAnswer struct {
	Execution history.Execution `json:"execution"`
	RootCause *causeAnswer      `json:"root_cause,omitempty"` // none if it succeeded, or has not ended
}

// causeAnswer is a history.RootCause with the ids of steps in place of the steps.
type causeAnswer struct {
	Status   history.Status  `json:"status"`
	Path     []string        `json:"path"` // outermost first
	Failure  history.Failure `json:"failure"`
	Survived []string        `json:"survived,omitempty"`
	Caught   []string        `json:"caught,omitempty"`
}

// execution reads one execution in full and folds its events into steps.
func (s *server) execution(w http.ResponseWriter, r *http.Request) error {
	if err := newQuery(r).done(); err != nil {
		return err
	}
	e, err := s.read(r)
	if err != nil {
		return err
	}
	answer := executionAnswer{Execution: e}
	if cause, ok := e.RootCause(); ok {
		answer.RootCause = &causeAnswer{cause.Status, ids(cause.Path), cause.Failure, ids(cause.Survived), ids(cause.Caught)}
	}
	return writeJSON(w, answer)
}

// read reads the execution that a request's path names.
func (s *server) read(r *http.Request) (history.Execution, error) {
	c, ref, err := s.target(r)
	if err != nil {
		return history.Execution{}, err
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	return c.client.Execution(ctx, ref)
}

func ids(steps []*history.Step) []string {
	list := make([]string, len(steps))
	for i, step := range steps {
		list[i] = step.ID
	}
	return list
}

// eventsAnswer is a page of events. Its cursors are sealed.
type eventsAnswer struct {
	Items []history.Event `json:"items"`
	Next  string          `json:"next,omitempty"` // the cursor of the next page; none on the last one
	// Resume goes on behind the last event, also behind the last page of an execution that runs; /api/follow takes it too.
	Resume    string `json:"resume,omitempty"`
	RequestID string `json:"request_id,omitempty"` // the cloud's own
}

// events reads one page of an execution's events with one request.
func (s *server) events(w http.ResponseWriter, r *http.Request) error {
	q := newQuery(r)
	limit, token, detail := q.limit(), q.text("cursor"), q.text("detail")
	if detail != "" && detail != "no" {
		q.wrong("detail is %q; leave it out, or write no", detail)
	}
	if err := q.done(); err != nil {
		return err
	}
	c, ref, err := s.target(r)
	if err != nil {
		return err
	}
	from, err := s.open("events", ref, token)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), requestTimeout)
	defer cancel()
	page, err := c.client.EventPage(ctx, history.EventQuery{Ref: ref, From: from, PageSize: limit, OmitDetail: detail == "no"})
	if err != nil {
		return err
	}
	return writeJSON(w, s.eventsAnswer(ref, page))
}

func (s *server) eventsAnswer(ref history.Ref, page history.Page[history.Event]) eventsAnswer {
	return eventsAnswer{
		Items: page.Items, Next: s.seal("events", ref, page.Next), Resume: s.seal("events", ref, page.Resume), RequestID: page.RequestID,
	}
}
