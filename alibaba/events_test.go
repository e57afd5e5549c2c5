// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
)

// An execution of any length is read in pages of any size, each event once.
func TestEventsPaging(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		events, size, requests int
		limit                  string
	}{
		{1, 1, 1, "1"}, {7, 1, 7, "1"}, {7, 2, 4, "2"}, {8, 2, 4, "2"}, {7, 7, 1, "7"},
		{1000, 999, 2, "999"}, {999, 999, 1, "999"}, {1000, 0, 2, "999"}, {1000, 1_000_000, 2, "999"}, {2500, 0, 3, "999"},
	} {
		for _, exclusive := range []bool{false, true} {
			srv, client := startWith(t, &alibabatest.Options{ExclusiveToken: exclusive}, nil, run(tt.events))
			got := walk(t, client, history.EventQuery{Ref: ref(), PageSize: tt.size})
			if diff := cmp.Diff(upTo(1, int64(tt.events)), ids(got)); diff != "" {
				t.Errorf("%+v exclusive %t: ids mismatch (-want +got):\n%s", tt, exclusive, diff)
			}
			if n := srv.Count(""); n != tt.requests {
				t.Errorf("%+v exclusive %t: %d requests, want %d", tt, exclusive, n, tt.requests)
			}
			if got := slices.Compact(params(srv, "", "Limit")); len(got) != 1 || got[0] != tt.limit {
				t.Errorf("%+v: Limit is %v, want %s", tt, got, tt.limit)
			}
		}
	}
}

// The service's own tokens go back verbatim.
func TestEventsTokensGoBack(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(5))
	walk(t, client, history.EventQuery{Ref: ref(), PageSize: 2, RequestID: "my-id"})
	if diff := cmp.Diff([]string{"", "3", "5"}, params(srv, "", "NextToken")); diff != "" {
		t.Errorf("NextToken mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"my-id", "my-id", "my-id"}, params(srv, "", "RequestId")); diff != "" {
		t.Errorf("RequestId mismatch (-want +got):\n%s", diff)
	}
}

// Each page has its request's id, and the caller's own items.
func TestEventsPages(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, run(5))
	var seen []string
	for page, err := range client.EventPages(t.Context(), history.EventQuery{Ref: ref(), PageSize: 2}) {
		if err != nil {
			t.Fatal(err)
		}
		if page.RequestID == "" || slices.Contains(seen, page.RequestID) {
			t.Errorf("page %d has the request id %q", len(seen), page.RequestID)
		}
		if page.Resume == "" || (page.Next == "") != (len(seen) == 2) {
			t.Errorf("page %d: Next %q, Resume %q", len(seen), page.Next, page.Resume)
		}
		seen = append(seen, page.RequestID)
	}
	if len(seen) != 3 {
		t.Errorf("%d pages, want 3", len(seen))
	}
}

// Whatever order and number the service sends events in, they come in order of ID, each once.
func TestEventsDisorder(t *testing.T) {
	t.Parallel()
	reversed := func(body []byte) []byte {
		head, rest, _ := strings.Cut(string(body), "[ ")
		items, tail, _ := strings.Cut(rest, " ]")
		list := strings.Split(items, ", {")
		for i := 1; i < len(list); i++ {
			list[i] = "{" + list[i]
		}
		slices.Reverse(list)
		return []byte(head + "[ " + strings.Join(list, ", ") + " ]" + tail)
	}
	for name, fault := range map[string]alibabatest.Fault{
		"overlap by one":   {Overlap: 1},
		"overlap by pages": {Overlap: 12},
		"reversed pages":   {Mutate: reversed},
		"both":             {Overlap: 7, Mutate: reversed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, client := start(t, nil, run(32))
			fault.Times = -1
			srv.Inject(fault)
			got := walk(t, client, history.EventQuery{Ref: ref(), PageSize: 5})
			if diff := cmp.Diff(upTo(1, 32), ids(got)); diff != "" {
				t.Errorf("ids mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// IDs need not be without gaps.
func TestEventsGaps(t *testing.T) {
	t.Parallel()
	e := run(40)
	for i := range e.Events {
		e.Events[i].ID = int64(3 * (i + 1))
	}
	_, client := start(t, nil, e)
	got := walk(t, client, history.EventQuery{Ref: ref(), PageSize: 7})
	if len(got) != 40 || got[39].ID != 120 || got[39].Type != history.ExecutionSucceeded {
		t.Errorf("%d events, ids %v", len(got), ids(got))
	}
}

// When a token is refused, reading falls back to the last event's id, and where that does not help to the beginning.
func TestEventsTokenRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		options alibabatest.Options
		tokens  []string // sent after the tokens expired
	}{
		{"inclusive", alibabatest.Options{}, []string{"11", "10", "20"}},
		{"exclusive", alibabatest.Options{ExclusiveToken: true}, []string{"10", "10", "", "10"}},
		{"only its own", alibabatest.Options{StrictTokens: true}, []string{"11", "10", "", "11"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv, client := startWith(t, &tt.options, nil, run(30))
			first, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10})
			if err != nil {
				t.Fatal(err)
			}
			srv.ExpireTokens()
			srv.ResetRequests()
			rest := walk(t, client, history.EventQuery{Ref: ref(), PageSize: 10, From: first.Next})
			if diff := cmp.Diff(upTo(11, 30), ids(rest)); diff != "" {
				t.Errorf("ids mismatch (-want +got):\n%s", diff)
			}
			got := params(srv, "", "NextToken")
			if diff := cmp.Diff(tt.tokens, got[:min(len(tt.tokens), len(got))]); diff != "" {
				t.Errorf("tokens mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// Tokens that do not outlive the reading of a page do not stop a reader, or look like pages that go round in circles:
// each page is found from the start.
func TestEventsTokensExpireBetweenPages(t *testing.T) {
	t.Parallel()
	for _, options := range []alibabatest.Options{{StrictTokens: true}, {ExclusiveToken: true}, {StrictTokens: true, ExclusiveToken: true}} {
		srv, client := startWith(t, &options, nil, run(30))
		var got []history.Event
		for page, err := range client.EventPages(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10}) {
			if err != nil {
				t.Fatalf("%+v: after %d events: %v", options, len(got), err)
			}
			if len(page.Items) != 10 {
				t.Errorf("%+v: a page of %d events, want 10", options, len(page.Items))
			}
			got = append(got, page.Items...)
			srv.ExpireTokens()
		}
		if diff := cmp.Diff(upTo(1, 30), ids(got)); diff != "" {
			t.Errorf("%+v: ids mismatch (-want +got):\n%s", options, diff)
		}
	}
}

// A service whose pages go round in circles is found out, also when a token is refused on the way.
func TestEventsCircle(t *testing.T) {
	t.Parallel()
	for _, from := range []history.Cursor{"", history.NewCursor(history.Position{Ref: ownRef(), Token: "refused", LastEvent: 50})} {
		pages := 0
		client := local(t, answerWith(func(r *http.Request) (int, []byte) {
			if pages++; pages > 100 {
				t.Error("no end")
				return http.StatusTeapot, nil
			}
			switch token := r.URL.Query().Get("NextToken"); token {
			case "", "a":
				return http.StatusOK, []byte(`{"RequestId":"r","NextToken":"b","Events":[{"EventId":1,` + someTime + `}]}`)
			case "b":
				return http.StatusOK, []byte(`{"RequestId":"r","NextToken":"a","Events":[{"EventId":2,` + someTime + `}]}`)
			default:
				return http.StatusBadRequest, []byte(`{"Code":"InvalidArgument"}`)
			}
		}))
		_, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref(), From: from}))
		if !errors.Is(err, history.ErrCursor) {
			t.Errorf("%v, want ErrCursor", err)
		}
	}
}

// A refusal that has nothing to do with a token is told after the ways around it were tried.
func TestEventsInvalidForAnotherReason(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(30))
	srv.Inject(alibabatest.Fault{Code: "InvalidArgument", After: 1, Times: -1})
	events, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10}))
	e := failure(t, err)
	if e.Kind != history.ErrInvalid || e.Code != "InvalidArgument" || len(events) != 10 {
		t.Errorf("%d events, %#v, want ErrInvalid behind 10", len(events), e)
	}
	if n := srv.Count(""); n != 4 {
		t.Errorf("%d requests, want 4: a page, its next one, by id, from the start", n)
	}
}

// From every kind of cursor reading goes on with the next event, in another client too.
func TestEventsResume(t *testing.T) {
	t.Parallel()
	for _, options := range []alibabatest.Options{{}, {ExclusiveToken: true}, {StrictTokens: true}} {
		srv, client := startWith(t, &options, nil, running(25))
		page, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10})
		if err != nil {
			t.Fatal(err)
		}
		another := open(t, configOf(srv), quick())
		for name, from := range map[string]history.Cursor{"Next": page.Next, "Resume": page.Resume, "After": history.After(page.Items[9])} {
			got := walk(t, another, history.EventQuery{Ref: ref(), From: from, PageSize: 4})
			if diff := cmp.Diff(upTo(11, 25), ids(got)); diff != "" {
				t.Errorf("%+v: ids from %s mismatch (-want +got):\n%s", options, name, diff)
			}
		}
	}
}

// Resume goes on behind the last page of an execution that grows, and stays at the end of one that has ended.
func TestEventsResumeGrowing(t *testing.T) {
	t.Parallel()
	for _, options := range []alibabatest.Options{{}, {ExclusiveToken: true}, {StrictTokens: true}} {
		srv, client := startWith(t, &options, nil, running(3))
		resume := lastPage(t, client, "").Resume
		if again := lastPage(t, client, resume); len(again.Items) != 0 || again.Resume != resume {
			t.Errorf("%+v: nothing new gave %v and the cursor changed: %t", options, ids(again.Items), again.Resume != resume)
		}
		srv.Append("flow", "exec", alibabatest.Event{Type: "StepExited"}, alibabatest.Event{Type: "StepEntered"})
		grown := lastPage(t, client, resume)
		if diff := cmp.Diff(upTo(4, 5), ids(grown.Items)); diff != "" {
			t.Errorf("%+v: new ids mismatch (-want +got):\n%s", options, diff)
		}
		srv.Append("flow", "exec", alibabatest.Event{Type: "ExecutionFailed"})
		ended := lastPage(t, client, grown.Resume)
		if diff := cmp.Diff(upTo(6, 6), ids(ended.Items)); diff != "" {
			t.Errorf("%+v: the last id mismatch (-want +got):\n%s", options, diff)
		}
		srv.ResetRequests()
		behind := lastPage(t, client, ended.Resume)
		if n := srv.Count(""); n != 0 || len(behind.Items) != 0 || behind.Resume != ended.Resume || behind.Next != "" {
			t.Errorf("%+v: behind the terminal event: %d requests, %+v", options, n, behind)
		}
		if n := len(walk(t, client, history.EventQuery{Ref: ref(), From: history.After(ended.Items[0])})); n != 0 || srv.Count("") != 0 {
			t.Errorf("%+v: after the terminal event: %d events, %d requests", options, n, srv.Count(""))
		}
	}
}

// lastPage reads to the end and returns the last page.
func lastPage(t testing.TB, client *history.Client, from history.Cursor) (last history.Page[history.Event]) {
	t.Helper()
	for page, err := range client.EventPages(t.Context(), history.EventQuery{Ref: ref(), From: from}) {
		if err != nil {
			t.Fatal(err)
		}
		last = page
	}
	return last
}

// An execution without events yet has a place to go on from too.
func TestEventsNoneYet(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, alibabatest.Execution{Flow: "flow", Name: "exec", Started: monday})
	page := lastPage(t, client, "")
	if len(page.Items) != 0 || page.Next != "" || page.Resume == "" || page.RequestID == "" {
		t.Fatalf("page %+v, want an empty one with a Resume", page)
	}
	srv.Append("flow", "exec", alibabatest.Event{Type: "ExecutionStarted"})
	if got := lastPage(t, client, page.Resume); len(got.Items) != 1 {
		t.Errorf("%d events from there, want 1", len(got.Items))
	}
}

func TestEventsOmitDetail(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, run(5))
	with, without := walk(t, client, history.EventQuery{Ref: ref()}), walk(t, client, history.EventQuery{Ref: ref(), OmitDetail: true})
	for i := range with {
		if with[i].Detail == "" {
			t.Errorf("event %d has no detail", i)
		}
		with[i].Detail = ""
	}
	if diff := cmp.Diff(with, without); diff != "" {
		t.Errorf("what is left mismatch (-want +got):\n%s", diff)
	}
}

// A missing flow and a missing execution are told apart.
func TestEventsNotFound(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, run(5))
	for workflow, want := range map[string]history.Kind{"flow": history.ErrExecutionNotFound, "nowhere": history.ErrWorkflowNotFound} {
		_, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: history.Ref{Workflow: workflow, Execution: "nobody"}}))
		if !errors.Is(err, want) || !errors.Is(err, history.ErrNotFound) {
			t.Errorf("in %s: %v, want %v", workflow, err, want)
		}
	}
}

// An event can be handed to code that works with the official SDK's type.
func TestEventsItem(t *testing.T) {
	t.Parallel()
	item := alibaba.EventsItem(seedEvent())
	got := []any{item.Type, item.EventId, item.Time, item.ScheduleEventId, item.EventDetail, item.StepName}
	want := []any{"TaskSucceeded", int64(2), "2019-01-01T01:01:01.001Z", int64(1), "{}", "passStep"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("item mismatch (-want +got):\n%s", diff)
	}
}
