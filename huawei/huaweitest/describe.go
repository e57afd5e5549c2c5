// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"net/http"
	"net/url"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// describeExecution is SearchWorkflowExecutionDetail: one execution, without its
// creator.
func (s *Server) describeExecution(rt route, query url.Values) (fakecloud.Answer, *apiError) {
	if bad := rt.checkParameters(query); bad != nil {
		return fakecloud.Answer{}, bad
	}
	w, ok := s.store.snapshot(rt.workflow)
	if !ok {
		return fakecloud.Answer{}, workflowNotFound(rt.workflow)
	}
	for e := range w.visible(s.opts.Now()) {
		if e.ID == rt.execution {
			return fakecloud.Answer{Body: s.form().appendExecution(nil, e, false)}, nil
		}
	}
	return fakecloud.Answer{}, executionNotFound(rt.execution)
}

// executionNotFound is the answer to an unknown execution.
//
// Model: like workflowNotFound.
func executionNotFound(id string) *apiError {
	return failure(http.StatusNotFound, "AOM.31001404", "execution %s does not exist.", id)
}
