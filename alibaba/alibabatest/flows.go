// SPDX-License-Identifier: Apache-2.0

package alibabatest

import (
	"cmp"
	"maps"
	"slices"
)

// maxFlowsLimit is the largest Limit of ListFlows.
const maxFlowsLimit = 999

// listFlows answers with a page of the flows there are, preceded by overlap flows that were on the page before.
//
// Model: they come in order of their names. The document only says that a token is the name of the flow at which the
// query begins.
func (s *Server) listFlows(rq *request, overlap int) ([]byte, *apiError) {
	limit, bad := rq.number("Limit", 1, maxFlowsLimit, defaultLimit)
	if bad != nil {
		return nil, bad
	}
	flows := s.store.all()
	start, bad := s.startOfFlows(rq, flows)
	if bad != nil {
		return nil, bad
	}
	end := min(start+limit, len(flows))
	next := ""
	if end < len(flows) {
		next = flows[end].Name
	}
	s.tokens.issue(rq, next)
	page := flows[max(start-overlap, 0):end]
	return encode(func(o *object) {
		o.optional("NextToken", next)
		o.text("RequestId", rq.id)
		o.list("Flows", len(page), func(i int) { o.flow(page[i]) })
	}), nil
}

// startOfFlows returns the index of the flow that a request's NextToken names.
func (s *Server) startOfFlows(rq *request, flows []Flow) (int, *apiError) {
	token := rq.param("NextToken")
	good := s.tokens.accept(rq, token)
	if token == "" {
		return 0, nil
	}
	i := slices.IndexFunc(flows, func(f Flow) bool { return f.Name == token })
	if !good || i < 0 {
		return 0, rq.invalid("NextToken %q is not valid", token)
	}
	return i, nil
}

// all returns the descriptions of all flows as they are now, in order of their names.
func (st *store) all() []Flow {
	st.mu.Lock()
	defer st.mu.Unlock()
	list := make([]Flow, 0, len(st.flows))
	for _, name := range slices.Sorted(maps.Keys(st.flows)) {
		list = append(list, st.flows[name].flow)
	}
	return list
}

// flow writes the fields of a flow, in the order of the document's table.
//
// Model: a flow without a time of its own says nothing about it, though the real one always has them.
func (o *object) flow(f Flow) {
	o.text("Type", cmp.Or(f.Type, "FDL"))
	o.text("Definition", f.Definition)
	o.optional("RoleArn", f.RoleARN)
	o.text("Description", f.Description)
	o.text("Name", f.Name)
	if !f.Created.IsZero() {
		o.text("CreatedTime", formatTime(f.Created))
	}
	if modified := cmp.Or(f.Modified, f.Created); !modified.IsZero() {
		o.text("LastModifiedTime", formatTime(modified))
	}
	o.optional("Id", f.ID)
	o.text("ExecutionMode", cmp.Or(f.Mode, "Standard"))
}
