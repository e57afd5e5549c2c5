// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

// Whatever the service answers, it is a page or a *history.Error, and what comes has a name.
func FuzzWorkflows(f *testing.F) {
	for _, body := range []string{
		``, `{`, `[]`, `null`, `{"RequestId":"r","Flows":[]}`, `{"RequestId":"r","NextToken":"b","Flows":[{"Name":"a","CreatedTime":"2019-01-01T01:01:01.001Z"}]}`,
		`{"RequestId":1,"Flows":[{"Name":7,"Environment":{"Variables":[]}},{"Id":"x"}]}`, `{"RequestId":"r","Flows":[null]}`,
	} {
		f.Add(body)
	}
	corpus.Add("fnf_workflows", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, body string) {
		page, err := once(t, always(http.StatusOK, body)).WorkflowPage(t.Context(), history.WorkflowQuery{})
		if err != nil {
			failure(t, err)
			return
		}
		for _, w := range page.Items {
			if w.Workflow == "" || w.Provider != "alibaba" || w.Scope != "cn-hangzhou" {
				t.Errorf("%q: a workflow is %+v", body, w)
			}
			if _, err := json.Marshal(w); err != nil {
				t.Errorf("%q: %v", body, err)
			}
		}
	})
}
