// SPDX-License-Identifier: Apache-2.0

package huawei

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/exchange"
	"github.com/flowhistory/flowhistory/internal/scan"
	"github.com/flowhistory/flowhistory/internal/wire"
)

const (
	maxWorkflowPage = 100     // by the document, which means 10 without a size
	maxPageNumber   = 9999999 // likewise
	maxStale        = 2       // pages in a row that bring nothing new, before the walk counts as one in circles

	// What bounds the memory of an answer. A service that takes no notice of the page's size may still send some thousands of
	// workflows, with the twenty fields that the document has.
	mostWorkflows = 10_000
	mostValues    = 100_000
)

var _ history.WorkflowLister = (*source)(nil)

// workflowsAnswer is the answer of ListWorkflow.
type workflowsAnswer struct {
	Elements   *workflowList `json:"elements"` // nil: the answer has none, or null
	Total      wire.Text     `json:"total_elements"`
	CamelTotal wire.Text     `json:"totalElements"`
	requestID  string
}

type workflowList []workflowItem

// UnmarshalJSON counts the workflows before it makes them: "{}," is three bytes, and a thousand times that as a workflow.
func (l *workflowList) UnmarshalJSON(data []byte) error {
	var s scan.Scanner
	s.Reset(data)
	if s.Array() {
		for n := 0; s.Next(); n++ {
			if n == mostWorkflows {
				return wire.Unreadable("there are more than %d; a page has at most %d", mostWorkflows, maxWorkflowPage)
			}
			s.Skip()
		}
	}
	return json.Unmarshal(data, (*[]workflowItem)(l))
}

// workflowItem is a workflow, nil for null: its fields, of whatever type, by their names in lower case and without
// underscores, since the service spells some in two ways. Of two spellings the one that says something wins.
type workflowItem map[string]workflowField

// workflowField is a field with its name as it was sent.
type workflowField struct {
	name  string
	value wire.Text
}

// UnmarshalJSON takes any object.
func (i *workflowItem) UnmarshalJSON(data []byte) error {
	var sent map[string]wire.Text
	if err := json.Unmarshal(data, &sent); err != nil || sent == nil {
		return err
	}
	*i = make(workflowItem, len(sent))
	for name, value := range sent {
		key := strings.ToLower(strings.ReplaceAll(name, "_", ""))
		if old := (*i)[key]; old.value == "" || value != "" && name < old.name {
			(*i)[key] = workflowField{name, value}
		}
	}
	return nil
}

// workflowPlace is where the list goes on. It is the Token of a cursor's position, as JSON.
//
// Assumption: pages count from 0, the document's default for a page that is not named, though the same document gives 1 as
// the least number. A service that counts from 1 sends its first page twice, as what is left out and as 1: what was
// delivered is known by the last id, so nothing is repeated and nothing is lost.
type workflowPlace struct {
	Page   int    `json:"p,omitempty"` // the page's number
	Size   int    `json:"s"`           // of the pages, from the walk's beginning on: a number means nothing without it
	Seen   int    `json:"n,omitempty"` // workflows before the place
	After  string `json:"a,omitempty"` // id of the last of them
	Within bool   `json:"w,omitempty"` // the place is within the page, behind After, and not at its beginning
	Stale  int    `json:"r,omitempty"` // pages in a row, before this one, that brought nothing new
}

// WorkflowPages reads ListWorkflow page by page, the oldest workflow first: so new ones come at the end and move no other
// to a page that was read before.
func (s *source) WorkflowPages(ctx context.Context, q history.WorkflowQuery) iter.Seq2[history.Page[history.Workflow], error] {
	return history.Paged(ctx, q.From, func(ctx context.Context, at history.Cursor) (history.Page[history.Workflow], error) {
		place, err := placeOf(at, q.PageSize)
		if err != nil {
			return history.Page[history.Workflow]{}, err
		}
		answer, err := s.listWorkflows(ctx, place)
		if err != nil {
			return history.Page[history.Workflow]{}, err
		}
		return s.workflowPage(ctx, q, place, answer)
	})
}

// placeOf is the place of a cursor; of none the beginning, with pages of the given size.
func placeOf(at history.Cursor, size int) (workflowPlace, error) {
	if at == "" {
		if size < 1 {
			size = maxWorkflowPage
		}
		return workflowPlace{Size: min(size, maxWorkflowPage)}, nil
	}
	pos, err := at.Position()
	if err != nil {
		return workflowPlace{}, err
	}
	var place workflowPlace
	if json.Unmarshal([]byte(pos.Token), &place) != nil || place.Page < 0 || place.Page > maxPageNumber ||
		place.Size < 1 || place.Size > maxWorkflowPage {
		return workflowPlace{}, &history.Error{Kind: history.ErrCursor,
			Message: fmt.Sprintf("the cursor's place %q is none in a list of workflows; start from \"\"", wire.Clip(pos.Token))}
	}
	return place, nil
}

// listWorkflows makes one ListWorkflow request. The service's filters are not used: none of them is one of the query's.
func (s *source) listWorkflows(ctx context.Context, place workflowPlace) (workflowsAnswer, error) {
	var answer workflowsAnswer
	err := s.exchange.Do(ctx, exchange.Call{
		Op: opWorkflows,
		Sign: func(ctx context.Context) (exchange.Signed, error) {
			body := &model.WorkflowQueryParam{SortField: "create_time", SortType: "ASC", Size: new(int32(place.Size))}
			if place.Page > 0 {
				body.Page = new(int32(place.Page))
			}
			if s.enterprise != "" {
				body.EnterpriseProjectId = &s.enterprise
			}
			return s.signer.signPost(ctx, "/v1/"+s.project+"/cms/workflow-list", body)
		},
		Read: func(_ context.Context, reply *exchange.Reply) error {
			answer = workflowsAnswer{requestID: reply.RequestID}
			return reply.Borrow(answer.decode)
		},
	})
	return answer, err
}

// decode reads one answer: an object with a list of workflows and nothing behind it.
//
// Assumption: a list that is null or missing is an empty one if the total says so, too.
func (a *workflowsAnswer) decode(data []byte) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return wire.Unreadable("the answer is empty; want a list of workflows")
	}
	if exchange.Crowded(data, mostValues) {
		return wire.Unreadable("the answer has more than %d values; a page has at most %d workflows", mostValues, maxWorkflowPage)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(a); err != nil {
		return decodeError(named("the list of workflows", err), beginning(data))
	}
	if a.Elements == nil {
		if total, ok := a.total(); !ok || total != 0 {
			return wire.Unreadable("want an object with elements; %s", beginning(data))
		}
		a.Elements = &workflowList{}
	}
	return endOfAnswer(dec)
}

// total is how many workflows there are, and whether the answer says so. What cannot be true says nothing.
func (a *workflowsAnswer) total() (int, bool) {
	for _, sent := range []wire.Text{a.Total, a.CamelTotal} {
		if n, err := strconv.Atoi(string(sent)); err == nil && n >= 0 {
			return n, a.Elements == nil || n >= len(*a.Elements)
		}
	}
	return 0, false
}

// more reports whether there is another page behind this one, with which so many workflows were seen.
func (a *workflowsAnswer) more(seen, size int) bool {
	n := len(*a.Elements)
	if total, ok := a.total(); ok {
		return n > 0 && seen < total
	}
	return n >= size
}

// workflowPage makes a page of an answer: what it has behind the last workflow that was delivered. One that cannot be
// asked for ends it with an error behind what came before.
func (s *source) workflowPage(ctx context.Context, q history.WorkflowQuery, place workflowPlace, answer workflowsAnswer) (history.Page[history.Workflow], error) {
	page := history.Page[history.Workflow]{RequestID: answer.requestID}
	items := *answer.Elements
	i := slices.IndexFunc(items, func(i workflowItem) bool { return place.After != "" && i.id() == place.After })
	if i < 0 && place.Within {
		return page, s.workflowError(answer, history.ErrCursor, fmt.Sprintf(
			"the workflow %q, behind which reading was to go on, is no longer in its place of the list; start from \"\"", wire.Clip(place.After)))
	}
	place.Within = i >= 0
	nulls := 0 // behind the place
	for _, item := range items[i+1:] {
		if item == nil {
			s.log.DebugContext(ctx, "the list of workflows has a null, which is left out")
			nulls++
			continue
		}
		if why := workflowIDProblem(item.id()); why != "" {
			page.Next = s.workflowCursor(q, place, false)
			page.Resume = page.Next
			return page, s.workflowError(answer, history.ErrDecode, why)
		}
		page.Items = append(page.Items, item.workflow(s.own(history.Ref{Workflow: item.id()})))
		place.Seen, place.After, place.Within, nulls = place.Seen+nulls+1, item.id(), true, 0
	}
	if !answer.more(place.Seen+nulls, place.Size) {
		page.Resume = s.workflowCursor(q, place, true)
		return page, nil
	}
	place.Seen += nulls
	return s.turnPage(q, place, answer, page)
}

// turnPage makes the place on the next page the Next of this one, and notices when the list does not get on.
func (s *source) turnPage(q history.WorkflowQuery, place workflowPlace, answer workflowsAnswer, page history.Page[history.Workflow]) (history.Page[history.Workflow], error) {
	place.Stale++
	if len(page.Items) > 0 {
		place.Stale = 0
	}
	if place.Stale > maxStale {
		return page, s.workflowError(answer, history.ErrCursor, "the service sends the same workflows on each page")
	}
	place.Page, place.Within = place.Page+1, false
	page.Next = s.workflowCursor(q, place, false)
	page.Resume = page.Next
	return page, nil
}

func (s *source) workflowCursor(q history.WorkflowQuery, place workflowPlace, end bool) history.Cursor {
	token, _ := json.Marshal(place) // numbers and texts always have a JSON form
	return history.NewCursor(history.Position{Ref: s.own(history.Ref{}), Query: q.Fingerprint(), Token: string(token), End: end})
}

func (s *source) workflowError(answer workflowsAnswer, kind history.Kind, message string) error {
	return &history.Error{Op: opWorkflows, Kind: kind, RequestID: answer.requestID, Message: message}
}

// id is what the workflow's executions are asked for by.
//
// Assumption: that is "id", which the document calls unique and made of the project's id and the workflow's name, as it
// does the workflow_id of an execution's path; the "workflow_id" in the list is FunctionGraph's.
func (i workflowItem) id() string { return string(cmp.Or(i["id"].value, i["workflowid"].value)) }

// workflowIDProblem says why a workflow cannot be asked for, "" if it can; a cursor has room for no longer id.
func workflowIDProblem(id string) string {
	if id != "" && wire.Text(id).Plain() && len(id) <= 1024 {
		return ""
	}
	return fmt.Sprintf("a workflow's id is %q; want an id", wire.Clip(id))
}

// workflow maps what the service says of a workflow. What has no home in the neutral model is an attribute,
// if it is plain.
func (i workflowItem) workflow(ref history.Ref) history.Workflow {
	rest := maps.Clone(i)
	take := func(key string) wire.Text {
		defer delete(rest, key)
		return rest[key].value
	}
	n := notes{}
	w := history.Workflow{
		Ref:           ref,
		Name:          string(take("name")),
		Description:   string(take("description")),
		CreatedBy:     string(cmp.Or(take("createby"), take("createdby"))),
		Created:       n.time("", "create_time", &stamp{sent: string(take("createtime"))}),
		Updated:       n.time("", "update_time", &stamp{sent: string(take("updatetime"))}),
		LastExecution: string(take("lastexecutionid")),
		LastStarted:   n.time("", "last_execution_start_time", &stamp{sent: string(take("lastexecutionstarttime"))}),
		LastEnded:     n.time("", "last_execution_end_time", &stamp{sent: string(take("lastexecutionendtime"))}),
		NativeStatus:  string(take("status")),
		Attributes:    tags(take("tags")),
	}
	if w.NativeStatus != "" { // it has none before it ran
		w.Status = n.status("", wire.Text(w.NativeStatus))
	}
	delete(rest, "id")
	if string(rest["workflowid"].value) == ref.Workflow {
		delete(rest, "workflowid")
	}
	for _, field := range rest {
		if field.value != "" && field.value.Plain() {
			w.Attributes[field.name] = string(field.value)
		}
	}
	if len(w.Attributes) == 0 {
		w.Attributes = nil
	}
	w.Diagnostics = n.list
	return w
}

// tags are a workflow's tags as attributes, e.g. "tags.env". Where the document has an object a list was seen: an empty one.
func tags(sent wire.Text) map[string]string {
	out := make(map[string]string)
	var values map[string]wire.Text
	if json.Unmarshal([]byte(sent), &values) == nil {
		for name, value := range values {
			out["tags."+name] = string(value)
		}
	}
	return out
}
