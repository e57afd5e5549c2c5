// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

const (
	defaultLimit = 50
	maxLimit     = 1000
)

// query reads the parameters of a request. What is wrong with any of them is the error of done.
type query struct {
	values url.Values
	known  map[string]bool
	err    error
}

func newQuery(r *http.Request) *query {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		err = refuse("the query cannot be read: " + err.Error())
	}
	return &query{values: values, known: map[string]bool{}, err: err}
}

func (q *query) text(name string) string {
	list := q.list(name)
	if len(list) > 1 {
		q.wrong("%s is there %d times; give it once", name, len(list))
	}
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func (q *query) list(name string) []string {
	q.known[name] = true
	return slices.DeleteFunc(slices.Clone(q.values[name]), func(v string) bool { return v == "" })
}

func (q *query) limit() int {
	text := q.text("limit")
	if text == "" {
		return defaultLimit
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxLimit {
		q.wrong("limit is %q; use a number from 1 to %d", text, maxLimit)
	}
	return n
}

func (q *query) time(name string) time.Time {
	text := q.text(name)
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		q.wrong("%s is %q; write it like 2026-11-01T09:00:00Z", name, text)
	}
	return t
}

func (q *query) wrong(format string, args ...any) {
	if q.err == nil {
		q.err = refuse(fmt.Sprintf(format, args...))
	}
}

// done also refuses parameters that mean nothing: a filter that is misspelt would let everything pass.
func (q *query) done() error {
	for name := range q.values {
		if !q.known[name] {
			known := cmp.Or(strings.Join(slices.Sorted(maps.Keys(q.known)), ", "), "none")
			q.wrong("there is no parameter %q here; there are: %s", name, known)
		}
	}
	return q.err
}

// target is the execution that a request's path names, and the cloud that it is on.
func (s *server) target(r *http.Request) (cloud, history.Ref, error) {
	ref := history.Ref{
		Provider: r.PathValue("provider"), Scope: r.PathValue("scope"), Workflow: r.PathValue("workflow"), Execution: r.PathValue("execution"),
	}
	for _, c := range s.clouds {
		if c.fits(ref) {
			return c, ref, nil
		}
	}
	return cloud{}, ref, nothingOf(ref)
}

// nothingOf is the problem of a target that no cloud fits.
func nothingOf(target history.Ref) *problem {
	name := strings.TrimLeft(history.FormatRef(target), ":/") // a list's may have no provider
	return &problem{Status: http.StatusNotFound, Kind: history.ErrNotFound, Detail: "nothing of " + name + " is shown here"}
}

// path is the target's part of an address, the reverse of target.
func path(ref history.Ref) string {
	return "/" + url.PathEscape(ref.Provider) + "/" + url.PathEscape(ref.Scope) + "/" + url.PathEscape(ref.Workflow) + "/" + url.PathEscape(ref.Execution)
}

// seal makes a page token of a cursor. It is good for the same kind of list of the same target.
func (s *server) seal(what string, target history.Ref, c history.Cursor) string {
	return history.Seal(s.key, c, what+" "+history.FormatRef(target))
}

func (s *server) open(what string, target history.Ref, token string) (history.Cursor, error) {
	return history.Open(s.key, token, what+" "+history.FormatRef(target))
}
