// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxListLimit is the largest Limit of ListExecutions.
const maxListLimit = 100

// listExecutions answers with a page of a flow's executions, preceded by overlap
// executions that were on the page before.
func (s *Server) listExecutions(rq *request, overlap int) ([]byte, *apiError) {
	flow, bad := rq.name("FlowName")
	if bad != nil {
		return nil, bad
	}
	limit, bad := rq.number("Limit", 1, maxListLimit, defaultLimit)
	if bad != nil {
		return nil, bad
	}
	wanted, bad := rq.filter()
	if bad != nil {
		return nil, bad
	}
	f, ok := s.store.snapshot(flow)
	if !ok {
		return nil, rq.fail("FlowNotExists")
	}
	executions := f.visible(s.opts.Now())
	start, bad := s.startOfList(rq, executions)
	if bad != nil {
		return nil, bad
	}
	before := slices.DeleteFunc(slices.Clone(executions[:start]), func(e Execution) bool { return !wanted.has(e) })
	page := slices.DeleteFunc(executions[start:], func(e Execution) bool { return !wanted.has(e) })
	next := ""
	if len(page) > limit {
		next = page[limit].Name
		page = page[:limit]
	}
	s.tokens.issue(rq, next)
	page = slices.Concat(before[max(len(before)-overlap, 0):], page)
	return encode(func(o *object) {
		o.optional("NextToken", next)
		o.text("RequestId", rq.id)
		o.list("Executions", len(page), func(i int) {
			o.execution(page[i], s.opts.UnsetEnd, !wanted.metadataOnly)
		})
	}), nil
}

// startOfList returns the index of the execution that a request's NextToken names.
//
// Model: a token is the name of the first execution of the page, as the older
// documents show it. The newer ones have an opaque one.
func (s *Server) startOfList(rq *request, executions []Execution) (int, *apiError) {
	token := rq.param("NextToken")
	good := s.tokens.accept(rq, token)
	if token == "" {
		return 0, nil
	}
	i := slices.IndexFunc(executions, func(e Execution) bool { return e.Name == token })
	if !good || i < 0 {
		return 0, rq.invalid("NextToken %q is not valid", token)
	}
	return i, nil
}

// filter is what a list is narrowed down to.
type filter struct {
	status, prefix string
	begin, end     time.Time
	metadataOnly   bool
}

// has reports whether an execution is wanted.
//
// Model: both bounds of the time are inclusive, no document says.
func (f filter) has(e Execution) bool {
	return (f.status == "" || e.Status == f.status) &&
		strings.HasPrefix(e.Name, f.prefix) &&
		(f.begin.IsZero() || !e.Started.Before(f.begin)) &&
		(f.end.IsZero() || !e.Started.After(f.end))
}

// filter reads the filters of a request.
func (rq *request) filter() (filter, *apiError) {
	f := filter{status: rq.param("Status"), prefix: rq.param("ExecutionNamePrefix")}
	known := []string{"", StatusStarting, StatusRunning, StatusStopped, StatusSucceeded, StatusFailed, StatusTimedOut}
	if !slices.Contains(known, f.status) {
		return filter{}, rq.invalid("Status must be one of %s", strings.Join(known[1:], ", "))
	}
	var bad *apiError
	if f.begin, bad = rq.time("StartedTimeBegin"); bad != nil {
		return filter{}, bad
	}
	if f.end, bad = rq.time("StartedTimeEnd"); bad != nil {
		return filter{}, bad
	}
	if value := rq.param("MetadataOnly"); value != "" {
		only, err := strconv.ParseBool(value)
		if err != nil {
			return filter{}, rq.invalid("MetadataOnly must be true or false")
		}
		f.metadataOnly = only
	}
	return f, nil
}

// time returns a parameter that is a time, zero when it is missing.
func (rq *request) time(param string) (time.Time, *apiError) {
	value := rq.param(param)
	if value == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return time.Time{}, rq.invalid("%s must be like 2020-12-02T02:39:20.402Z", param)
	}
	return t, nil
}
