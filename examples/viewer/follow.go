// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"net/http"

	"github.com/flowhistory/flowhistory/history"
)

// follow sends the events of an execution as they come, and ends with it. Messages are:
//
//	page     {"items": […]}: some events. The message's id is a cursor behind them.
//	end      {}: the execution has ended, and this was its whole history
//	problem  an error, after which the stream ends; connecting again goes on where it stopped
//
// A comment comes with each look at the execution that brought nothing, or did not find it: one that was just started may
// not be known yet, and only after 30 seconds is that a problem. Behind the end the answer is 204, after which
// browsers do not connect again.
func (s *server) follow(w http.ResponseWriter, r *http.Request) error {
	q := newQuery(r)
	token := q.text("cursor")
	if err := q.done(); err != nil {
		return err
	}
	c, ref, err := s.target(r)
	if err != nil {
		return err
	}
	from, err := s.open("events", ref, cmp.Or(r.Header.Get("Last-Event-ID"), token))
	if err != nil {
		return err
	}
	if at, err := from.Position(); err == nil && at.End {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	st, err := s.stream(w, r)
	if err != nil {
		return err
	}
	defer st.close()
	return s.followTo(st, c.client, history.EventQuery{Ref: ref, From: from})
}

// followTo sends until the execution ends or the reader has gone.
func (s *server) followTo(st *stream, client *history.Client, q history.EventQuery) error {
	for page, err := range client.FollowPages(st.ctx, q) {
		if err != nil {
			return st.fail(err)
		}
		if len(page.Items) == 0 && page.Next != "" {
			err = st.beat()
		} else {
			err = st.send(s.seal("events", q.Ref, page.Resume), "page", map[string]any{"items": page.Items})
		}
		if err != nil {
			return nil // the reader has gone
		}
	}
	_ = st.send("", "end", struct{}{})
	return nil
}
