// SPDX-License-Identifier: Apache-2.0

package huaweitest

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// workflowQuery is the body of ListWorkflow.
type workflowQuery struct {
	Search              string            `json:"search"`
	Type                string            `json:"type"`
	Tags                map[string]string `json:"tags"`
	Page                int               `json:"page"`
	Size                *int              `json:"size"`
	EnterpriseProjectID string            `json:"enterprise_project_id"`
	CreateBy            string            `json:"create_by"`
	SortField           string            `json:"sort_field"`
	SortType            string            `json:"sort_type"`
	SearchTimeStart     int64             `json:"search_time_start"`
	SearchTimeEnd       int64             `json:"search_time_end"`
	Status              string            `json:"status"`
}

// listedWorkflow is a workflow with its last execution, if it has one.
type listedWorkflow struct {
	Workflow
	last Execution
}

// listWorkflows is ListWorkflow.
//
// Model: the first page is 0, the default of the document, which elsewhere gives 1
// as the least value; the time range applies to the field that is sorted by.
func (s *Server) listWorkflows(body []byte) (fakecloud.Answer, *apiError) {
	var q workflowQuery
	if err := json.Unmarshal(body, &q); err != nil {
		return fakecloud.Answer{}, invalidParam("body")
	}
	if bad := q.check(); bad != nil {
		return fakecloud.Answer{}, bad
	}
	now := s.opts.Now()
	var found []listedWorkflow
	for _, w := range s.store.all() {
		item := listedWorkflow{Workflow: w.workflow}
		for e := range w.visible(now) {
			item.last = e // the newest is the first
			break
		}
		if q.matches(item) {
			found = append(found, item)
		}
	}
	slices.SortStableFunc(found, q.compare)
	size := 10
	if q.Size != nil {
		size = *q.Size
	}
	first := min(q.Page*size, len(found))
	page := found[first:min(first+size, len(found))]
	return fakecloud.Answer{Body: s.form().appendWorkflows(page, len(found))}, nil
}

// check refuses what the document does not allow.
func (q workflowQuery) check() *apiError {
	types := []string{"", "cron", "event", "manual"}
	switch {
	case !slices.Contains([]string{"create_time", "last_execution_start_time", "update_time"}, q.SortField):
		return invalidParam("sort_field")
	case q.SortType != "ASC" && q.SortType != "DESC":
		return invalidParam("sort_type")
	case !slices.Contains(types, q.Type):
		return invalidParam("type")
	case utf8.RuneCountInString(q.Search) > maxID:
		return invalidParam("search")
	case len(q.Tags) > 10:
		return invalidParam("tags")
	case q.Page < 0 || q.Page > 9999999:
		return invalidParam("page")
	case q.Size != nil && (*q.Size < 1 || *q.Size > 100):
		return invalidParam("size")
	default:
		return nil
	}
}

func (q workflowQuery) matches(w listedWorkflow) bool {
	for key, value := range q.Tags {
		if w.Tags[key] != value {
			return false
		}
	}
	sorted := q.sortTime(w).UnixMilli()
	return (strings.Contains(w.Name, q.Search) || strings.Contains(w.Description, q.Search)) &&
		anyOr(q.Type, w.Type) && anyOr(q.CreateBy, w.CreatedBy) && anyOr(q.Status, w.last.Status) &&
		anyOr(q.EnterpriseProjectID, w.EnterpriseProjectID) &&
		(q.SearchTimeStart == 0 || sorted >= q.SearchTimeStart) &&
		(q.SearchTimeEnd == 0 || sorted <= q.SearchTimeEnd)
}

// anyOr reports whether a filter lets a value pass; an empty one lets all.
func anyOr(filter, value string) bool { return filter == "" || filter == value }

func (q workflowQuery) compare(a, b listedWorkflow) int {
	order := q.sortTime(a).Compare(q.sortTime(b))
	if q.SortType == "DESC" {
		order = -order
	}
	return cmp.Or(order, cmp.Compare(a.ID, b.ID))
}

func (q workflowQuery) sortTime(w listedWorkflow) time.Time {
	switch q.SortField {
	case "create_time":
		return w.Created
	case "update_time":
		return w.Updated
	default:
		return w.last.Begin
	}
}

// appendWorkflows writes the answer of ListWorkflow.
func (f form) appendWorkflows(page []listedWorkflow, total int) []byte {
	b := append(appendKey([]byte{'{'}, "elements"), '[')
	for i, w := range page {
		if i > 0 {
			b = append(b, ',')
		}
		b = f.appendWorkflow(append(b, " {"...), w)
		b = append(b, " }"...)
	}
	b = append(b, " ]"...)
	return append(strconv.AppendInt(appendKey(b, "total_elements"), int64(total), 10), " }"...)
}

func (f form) appendWorkflow(b []byte, w listedWorkflow) []byte {
	b = appendOptional(b, "create_by", w.CreatedBy)
	b = f.appendTime(b, "create_time", w.Created, UnsetAbsent)
	b = appendText(b, "description", w.Description)
	b = appendText(b, "enterprise_project_id", w.EnterpriseProjectID)
	b = appendText(b, "id", w.ID)
	b = f.appendTime(b, "last_execution_end_time", w.last.End, UnsetAbsent)
	b = appendOptional(b, "last_execution_id", w.last.ID)
	b = f.appendTime(b, "last_execution_start_time", w.last.Begin, UnsetAbsent)
	b = appendText(b, "name", w.Name)
	b = appendText(b, "project_id", f.project)
	b = appendOptional(b, "status", w.last.Status)
	if len(w.Tags) > 0 {
		tags, _ := json.Marshal(w.Tags) // strings always have a JSON form
		b = append(appendKey(b, "tags"), tags...)
	}
	b = appendText(b, "type", w.Type)
	b = f.appendTime(b, "update_time", w.Updated, UnsetAbsent)
	return appendText(b, "workflow_id", w.ID)
}
