// SPDX-License-Identifier: Apache-2.0

package alibabatest_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/fnf"

	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
)

// withEvents is an execution "f"/"e" with n events.
func withEvents(n int) alibabatest.Execution {
	e := alibabatest.Execution{Flow: "f", Name: "e", Started: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	for i := range n {
		e.Events = append(e.Events, alibabatest.Event{Type: "StepEntered", Step: fmt.Sprint("s", i)})
	}
	return e
}

func ids(from, to int64) []int64 {
	var list []int64
	for id := from; id <= to; id++ {
		list = append(list, id)
	}
	return list
}

func TestHistoryIsTheDocumentsExample(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(alibabatest.SeedExecution())
	request := historyOf(alibabatest.SeedFlow, alibabatest.SeedExecName, alibabatest.SeedToken, 1)
	request.QueryParams["RequestId"] = alibabatest.SeedRequestID
	response, err := newClient(t, srv).GetExecutionHistory(request)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(alibabatest.SeedAnswer()), response.GetHttpContentString()); diff != "" {
		t.Errorf("body mismatch (-want +got):\n%s", diff)
	}
	want := []fnf.EventsItem{{
		Type: "TaskSucceeded", EventId: 2, Time: "2019-01-01T01:01:01.001Z",
		ScheduleEventId: 1, EventDetail: "{}", StepName: "passStep",
	}}
	if diff := cmp.Diff(want, response.Events); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
	if got := http.Header(response.GetHttpHeaders()).Get("X-Acs-Request-Id"); got != alibabatest.SeedRequestID {
		t.Errorf("X-Acs-Request-Id = %q", got)
	}
	if got := http.Header(response.GetHttpHeaders()).Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type = %q", got)
	}
}

func TestHistoryPages(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		opts   alibabatest.Options
		events int
		limit  int
		tokens []string
	}{
		{"empty", alibabatest.Options{}, 0, 2, nil},
		{"one page", alibabatest.Options{}, 3, 3, nil},
		{"uneven", alibabatest.Options{}, 5, 2, []string{"3", "5"}},
		{"one by one", alibabatest.Options{}, 3, 1, []string{"2", "3"}},
		{"exclusive", alibabatest.Options{ExclusiveToken: true}, 5, 2, []string{"2", "4"}},
		{"strict", alibabatest.Options{StrictTokens: true}, 5, 2, []string{"3", "5"}},
		{"short-lived", alibabatest.Options{TokenLifetime: 1}, 5, 2, []string{"3", "5"}},
		{"default limit", alibabatest.Options{}, 130, 0, []string{"61", "121"}},
		{"largest limit", alibabatest.Options{}, 1000, 999, []string{"1000"}},
		{"limit of older documents", alibabatest.Options{MaxLimit: 1000}, 1001, 1000, []string{"1001"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := alibabatest.NewServer(t, &tt.opts)
			srv.AddExecution(withEvents(tt.events))
			got, tokens, err := walk(newClient(t, srv), "f", "e", tt.limit)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(ids(1, int64(tt.events)), got); diff != "" {
				t.Errorf("ids mismatch (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.tokens, tokens); diff != "" {
				t.Errorf("tokens mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHistoryTokens(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		opts  alibabatest.Options
		token string
		want  []int64 // nil with an empty page too
		code  string
	}{
		{"never handed out", alibabatest.Options{}, "4", ids(4, 5), ""},
		{"behind the end", alibabatest.Options{}, "6", nil, ""},
		{"far behind the end", alibabatest.Options{ExclusiveToken: true}, "4611686018427387903", nil, ""},
		{"no number", alibabatest.Options{}, "flow_xxx", nil, "InvalidArgument"},
		{"negative", alibabatest.Options{}, "-1", nil, "InvalidArgument"},
		{"too large", alibabatest.Options{}, "9223372036854775807", nil, "InvalidArgument"},
		{"strict", alibabatest.Options{StrictTokens: true}, "4", nil, "InvalidArgument"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := alibabatest.NewServer(t, &tt.opts)
			srv.AddExecution(withEvents(5))
			page, err := newClient(t, srv).GetExecutionHistory(historyOf("f", "e", tt.token, 0))
			if _, code := answerOf(t, err); code != tt.code {
				t.Fatalf("code = %q, want %q", code, tt.code)
			}
			var got []int64
			for _, e := range page.Events {
				got = append(got, e.EventId)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("ids mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHistoryTokensExpire(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, &alibabatest.Options{TokenLifetime: 2})
	srv.AddExecution(withEvents(5))
	client := newClient(t, srv)
	read := func(token string) string {
		_, err := client.GetExecutionHistory(historyOf("f", "e", token, 2))
		_, code := answerOf(t, err)
		return code
	}
	var got []string
	for _, token := range []string{"", "3", "3", "3"} {
		got = append(got, read(token))
	}
	got = append(got, read(""), read("3"))
	srv.ExpireTokens()
	got = append(got, read("3"), read("2"), read(""), read("3"))
	want := []string{"", "", "", "InvalidArgument", "", "", "InvalidArgument", "", "", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("codes mismatch (-want +got):\n%s", diff)
	}
}

func TestHistoryOverlap(t *testing.T) {
	t.Parallel()
	srv := alibabatest.NewServer(t, nil)
	srv.AddExecution(withEvents(6))
	srv.Inject(alibabatest.Fault{Op: alibabatest.OpGetExecutionHistory, Overlap: 2, Times: -1})
	got, _, err := walk(newClient(t, srv), "f", "e", 3)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{1, 2, 3, 2, 3, 4, 5, 6}, got); diff != "" {
		t.Errorf("ids mismatch (-want +got):\n%s", diff)
	}
}

func TestHistoryWritesEveryField(t *testing.T) {
	t.Parallel()
	detail := "{\"text\":\"<&> \\\" \u2028 \u00fc\"}"
	srv := alibabatest.NewServer(t, nil)
	started := time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)
	srv.AddExecution(alibabatest.Execution{Flow: "f", Name: "e", Started: started, Events: []alibabatest.Event{
		{ID: 9, Cause: 7, Type: "MapRunStarted", Step: "map \"one\"", Detail: detail, Time: time.Date(2026, 11, 1, 1, 2, 3, 4e6, time.FixedZone("", 3600))},
		{ID: 3, Type: "StepEntered", Time: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)},
		{ID: 4, Cause: alibabatest.NoCause, Type: "StepStarted"},
	}})
	page, err := newClient(t, srv).GetExecutionHistory(historyOf("f", "e", "", 0))
	if err != nil {
		t.Fatal(err)
	}
	want := []fnf.EventsItem{
		{EventId: 3, ScheduleEventId: 2, Type: "StepEntered", Time: "2026-11-01T00:00:00.000Z"},
		{EventId: 4, Type: "StepStarted", Time: "2026-10-31T00:00:00.000Z"},
		{EventId: 9, ScheduleEventId: 7, Type: "MapRunStarted", StepName: "map \"one\"", EventDetail: detail, Time: "2026-11-01T00:02:03.004Z"},
	}
	if diff := cmp.Diff(want, page.Events); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
}
