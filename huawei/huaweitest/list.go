// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"io"
	"net/http"
	"net/url"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// listExecutions is ListWorkflowExecutions: one array with every execution there
// is. The service has no pages, no filter and no limit for it.
func (s *Server) listExecutions(rt route, query url.Values) (fakecloud.Answer, *apiError) {
	if bad := rt.checkParameters(query); bad != nil {
		return fakecloud.Answer{}, bad
	}
	w, ok := s.store.snapshot(rt.workflow)
	switch {
	case !ok:
		return fakecloud.Answer{}, workflowNotFound(rt.workflow)
	case w.raw != nil:
		return fakecloud.Answer{Body: w.raw}, nil
	}
	now := s.opts.Now()
	return fakecloud.Answer{Stream: func(out io.Writer) error {
		return s.form().writeList(out, w.visible(now))
	}}, nil
}

// workflowNotFound is the answer to an unknown workflow.
//
// Model: no document says whether the service answers 404, 500 or an empty list,
// and the number of the code is ours.
func workflowNotFound(id string) *apiError {
	return failure(http.StatusNotFound, "AOM.31001404", "workflow %s does not exist.", id)
}
