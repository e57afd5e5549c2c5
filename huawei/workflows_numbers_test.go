// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/corpus"
	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

type recorded = fakecloud.Recorded

// numbering is a service that numbers its pages in one of the ways that the document allows.
type numbering struct {
	ids      []string
	first    int    // the number of the first page; a page without a number is the first one, too
	largest  int    // pages are no larger than this, 0 = as asked
	stuck    bool   // every page is the first
	total    string // how the total is said, with a %d; "" = not at all
	requests int
}

func (n *numbering) answer(r *http.Request) (int, []byte) {
	n.requests++
	var q struct {
		Page      *int
		Size      int
		SortField string `json:"sort_field"`
		SortType  string `json:"sort_type"`
	}
	if json.NewDecoder(r.Body).Decode(&q) != nil || q.SortField != "create_time" || q.SortType != "ASC" || q.Size < 1 || q.Size > 100 {
		return http.StatusBadRequest, []byte(`{"error_code":"AOM.31001400","error_msg":"Invalid param"}`)
	}
	if n.largest > 0 {
		q.Size = min(q.Size, n.largest)
	}
	start := 0
	if q.Page != nil && !n.stuck {
		start = max(*q.Page-n.first, 0) * q.Size
	}
	var elements []string
	for i := start; i < min(start+q.Size, len(n.ids)); i++ {
		elements = append(elements, fmt.Sprintf(`{"id":%q}`, n.ids[i]))
	}
	body := `{"elements":[` + strings.Join(elements, ",") + `]`
	if n.total != "" {
		body += "," + fmt.Sprintf(n.total, len(n.ids))
	}
	return http.StatusOK, []byte(body + "}")
}

// Whatever number the first page has, however the total is said and however small the service makes its pages, each
// workflow comes once.
func TestWorkflowPageNumbers(t *testing.T) {
	t.Parallel()
	for n := range 14 {
		for _, first := range []int{0, 1} {
			for _, largest := range []int{0, 3} {
				for _, total := range []string{"", `"total_elements":%d`, `"totalElements":"%d"`} {
					if total == "" && largest > 0 {
						continue // nothing says then that a small page is not the last
					}
					service := &numbering{ids: workflowIDs(0, n-1), first: first, largest: largest, total: total}
					client := local(t, answerWith(service.answer))
					name := fmt.Sprintf("%d workflows, first page %d, largest %d, total %s", n, first, largest, total)
					var done int
					for page, err := range client.WorkflowPages(t.Context(), history.WorkflowQuery{PageSize: 4}) {
						if err != nil {
							t.Fatalf("%s: %v", name, err)
						}
						if diff := cmp.Diff(service.ids[done:done+len(page.Items)], idsOf(page.Items)); diff != "" {
							t.Fatalf("%s: workflows mismatch (-want +got):\n%s", name, diff)
						}
						done += len(page.Items)
						rest := workflows(t, client, history.WorkflowQuery{From: page.Resume})
						if diff := cmp.Diff(service.ids[done:], idsOf(rest)); diff != "" {
							t.Fatalf("%s: workflows behind %d mismatch (-want +got):\n%s", name, done, diff)
						}
					}
					if done != n {
						t.Errorf("%s: %d came", name, done)
					}
				}
			}
		}
	}
}

// A service that takes no notice of the page's number sends nothing new, and the walk ends soon.
func TestWorkflowPagesGoInCircles(t *testing.T) {
	t.Parallel()
	for _, total := range []string{"", `"total_elements":%d`} {
		service := &numbering{ids: workflowIDs(0, 9), stuck: true, total: total}
		got, err := history.Collect(local(t, answerWith(service.answer)).Workflows(t.Context(), history.WorkflowQuery{PageSize: 4}))
		if e := failure(t, err); e.Kind != history.ErrCursor || service.requests > 5 || len(got) != 4 {
			t.Errorf("total %q: error %v after %d requests and %d workflows, want ErrCursor soon", total, err, service.requests, len(got))
		}
	}
}

// One that was made while the list is read comes at its end; one that moved to the next page is not repeated.
func TestWorkflowListChanges(t *testing.T) {
	t.Parallel()
	service := &numbering{ids: workflowIDs(1, 6), total: `"total_elements":%d`}
	var got []string
	for w, err := range local(t, answerWith(service.answer)).Workflows(t.Context(), history.WorkflowQuery{PageSize: 4}) {
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, w.Workflow); len(got) == 4 {
			service.ids = workflowIDs(0, 7) // the first, restored from somewhere, moves all others on
		}
	}
	if diff := cmp.Diff(workflowIDs(1, 7), got); diff != "" {
		t.Errorf("workflows mismatch (-want +got):\n%s", diff)
	}
}

// Whatever the service answers, it is a page or a *history.Error, and what comes has an id.
func FuzzWorkflows(f *testing.F) {
	for _, body := range []string{
		``, `{`, `[]`, `null`, `{"elements":[]}`, `{"elements":[{"id":"a"},null,{"workflow_id":"b","tags":[]}],"total_elements":"9"}`,
		`{"elements":[{"id":"a","create_time":1e400,"Create_Time":"","tags":{"a":1}}],"totalElements":1.5}`, `{"elements":[[{"id":"a"}]]}`,
	} {
		f.Add(body)
	}
	corpus.Add("aom_workflows", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, body string) {
		page, err := local(t, always(http.StatusOK, body)).WorkflowPage(t.Context(), history.WorkflowQuery{})
		if err != nil {
			failure(t, err)
			return
		}
		for _, w := range page.Items {
			if w.Workflow == "" || w.Provider != "huawei" || w.Scope != scope {
				t.Errorf("%q: a workflow is %+v", body, w)
			}
			if _, err := json.Marshal(w); err != nil {
				t.Errorf("%q: %v", body, err)
			}
		}
	})
}
