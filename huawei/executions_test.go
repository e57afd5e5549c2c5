// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// One answer is cut into pages of any size, with one request for the whole walk.
func TestExecutionPages(t *testing.T) {
	t.Parallel()
	const n = 250
	srv, client := start(t, nil, numbered(n)...)
	for _, tt := range []struct{ size, pages, first int }{
		{0, 3, 100}, {1, 250, 1}, {7, 36, 7}, {125, 2, 125}, {249, 2, 249}, {250, 1, 250}, {251, 1, 250}, {5000, 1, 250},
	} {
		srv.ResetRequests()
		pages, err := history.Collect(client.ExecutionPages(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: tt.size}))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, page := range pages {
			got = append(got, names(page.Items)...)
			if page.Resume == "" || page.RequestID == "" || (page.Next == "") != (i == len(pages)-1) {
				t.Errorf("size %d: page %d has Next %q, Resume %q, RequestID %q", tt.size, i, page.Next, page.Resume, page.RequestID)
			}
		}
		if diff := cmp.Diff(execs(0, n-1), got); diff != "" {
			t.Errorf("size %d: executions mismatch (-want +got):\n%s", tt.size, diff)
		}
		if len(pages) != tt.pages || len(pages[0].Items) != tt.first || srv.Count("") != 1 {
			t.Errorf("size %d: %d pages, %d items in the first, %d requests; want %d, %d, 1",
				tt.size, len(pages), len(pages[0].Items), srv.Count(""), tt.pages, tt.first)
		}
	}
}

// A cursor of any page goes on behind it, in another walk with another page size; so does Resume.
func TestExecutionCursors(t *testing.T) {
	t.Parallel()
	const n = 23
	_, client := start(t, nil, numbered(n)...)
	done := 0
	for page, err := range client.ExecutionPages(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 5}) {
		if err != nil {
			t.Fatal(err)
		}
		done += len(page.Items)
		for _, from := range []history.Cursor{page.Next, page.Resume} {
			if from == "" {
				continue
			}
			rest := list(t, client, history.ExecutionQuery{Workflow: "flow", PageSize: 3, From: from})
			if diff := cmp.Diff(execs(done, n-1), names(rest)); diff != "" {
				t.Errorf("behind %d: executions mismatch (-want +got):\n%s", done, diff)
			}
		}
	}
	if done != n {
		t.Errorf("%d executions, want %d", done, n)
	}
}

// The Resume of the last page finds what came to the list's end since then.
func TestExecutionResumeFindsNewOnes(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil)
	srv.ServeRaw("flow", []byte(`[]`))
	q := history.ExecutionQuery{Workflow: "flow"}
	for _, tt := range []struct {
		body string
		want []string
	}{
		{`[]`, []string{}},
		{`[{"execution_id":"a"},{"execution_id":"b"}]`, []string{"a", "b"}},
		{`[{"execution_id":"a"},{"execution_id":"b"}]`, []string{}},
		{`[{"execution_id":"a"},{"execution_id":"b"},{"execution_id":"c"}]`, []string{"c"}},
		{`[{"execution_id":"c"}]`, []string{}},
	} {
		srv.ServeRaw("flow", []byte(tt.body))
		page, err := client.ExecutionPage(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, names(page.Items)); diff != "" {
			t.Errorf("%s: executions mismatch (-want +got):\n%s", tt.body, diff)
		}
		if page.Resume == "" || page.Next != "" {
			t.Errorf("%s: Next %q, Resume %q", tt.body, page.Next, page.Resume)
		}
		q.From = page.Resume
	}
	srv.ServeRaw("flow", []byte(`[{"execution_id":"d"}]`))
	_, err := client.ExecutionPage(t.Context(), q)
	if e := failure(t, err); e.Kind != history.ErrCursor || e.Cursor != q.From || !strings.Contains(e.Message, `"c"`) {
		t.Errorf("error is %v, want ErrCursor that names the execution and has the query's own cursor", err)
	}
}

// A list that has an execution twice is read to its end also one page with each request, by the page's Next.
func TestExecutionTwiceInTheList(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"a b a c", "a a b", "a a a", "a b a b c", "a b c a"} {
		want := strings.Fields(list)
		client := local(t, always(http.StatusOK, listOf(want...)))
		q := history.ExecutionQuery{Workflow: "flow", PageSize: 1}
		got, err := history.Collect(client.Executions(t.Context(), q))
		if diff := cmp.Diff(want, names(got)); diff != "" || err != nil {
			t.Errorf("%s: error %v, executions mismatch (-want +got):\n%s", list, err, diff)
		}
		got = nil
		for range len(want) + 1 {
			page, err := client.ExecutionPage(t.Context(), q)
			if err != nil {
				t.Fatalf("%s: behind %v: %v", list, names(got), err)
			}
			got = append(got, page.Items...)
			if q.From = page.Next; q.From == "" {
				break
			}
		}
		if diff := cmp.Diff(want, names(got)); diff != "" {
			t.Errorf("%s: executions mismatch, page by page (-want +got):\n%s", list, diff)
		}
	}
}

// A cursor finds its execution wherever it has gone in the list, at the cost of one more request where others went away in
// front of it. Cursors from before the number was kept have only the id.
func TestExecutionMovedInTheList(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		token, list, want string
		requests          int
	}{
		{"2/b", "a b c d", "c d", 1},
		{"2/b", "x y a b c d", "c d", 1},
		{"3/c", "c d e", "d e", 2},
		{"3/c", "b c d", "d", 2},
		{"9/c", "b c d", "d", 2},
		{"9/c", "b c", "", 1},
		{"3/a", "a b a c", "c", 1},
		{"1/a", "x a b a c", "b a c", 1},
		{"3/a", "x a b a c", "b a c", 2},
		{"4/a", "a b a c", "b a c", 2}, // which of them it was nobody knows: nothing is lost
		{"b", "a b c", "c", 1},
		{"a", "a b a c", "b a c", 1},
		{"1/", "x 1/ y", "y", 1},
		{"0/b", "b 0/b c", "c", 1},
		{"2/1/b", "x 1/b c", "c", 1},
	} {
		sent := 0
		client := local(t, answerWith(func(*http.Request) (int, []byte) {
			sent++
			return http.StatusOK, []byte(listOf(strings.Fields(tt.list)...))
		}))
		pos := history.Position{Ref: history.Ref{Provider: client.Provider(), Scope: client.Scope(), Workflow: "flow"}, Token: tt.token}
		got := list(t, client, history.ExecutionQuery{Workflow: "flow", From: history.NewCursor(pos)})
		if diff := cmp.Diff(strings.Fields(tt.want), names(got)); diff != "" || sent != tt.requests {
			t.Errorf("behind %s in %s: %d requests, want %d; executions mismatch (-want +got):\n%s", tt.token, tt.list, sent, tt.requests, diff)
		}
	}
}

// listOf is an answer with executions of these ids.
func listOf(ids ...string) string {
	return `[{"execution_id":"` + strings.Join(ids, `"},{"execution_id":"`) + `"}]`
}

// A consumer that leaves gets no further page, and its connection is closed rather than drained.
func TestExecutionsLeft(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, numbered(250)...)
	for range 3 {
		for e, err := range client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 10}) {
			if err != nil || e.Execution != "exec-0" {
				t.Fatalf("first is %q, %v", e.Execution, err)
			}
			break
		}
	}
	if srv.Count("") != 3 {
		t.Errorf("%d requests, want 3", srv.Count(""))
	}
}

// The loop's body may use the client, and a panic in it passes through.
func TestExecutionsLoopBody(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, numbered(30)...)
	for e, err := range client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 10}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Describe(t.Context(), e.Ref); err != nil {
			t.Fatal(err)
		}
	}
	defer func() {
		if got := recover(); got != "enough" {
			t.Errorf("recovered %v, want the loop's own panic", got)
		}
	}()
	for range client.Executions(t.Context(), history.ExecutionQuery{Workflow: "flow", PageSize: 10}) {
		panic("enough")
	}
}

func TestExecutionsFilters(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, append(numbered(20), huaweitest.Execution{Workflow: "flow", ID: "other", Begin: after(1000)})...)
	for _, tt := range []struct {
		name string
		q    history.ExecutionQuery
		want []string
	}{
		{"status", history.ExecutionQuery{Status: []history.Status{history.Running}}, []string{"other"}},
		{"prefix", history.ExecutionQuery{NamePrefix: "exec-1"}, append([]string{"exec-1"}, execs(10, 19)...)},
		{"started", history.ExecutionQuery{StartedAfter: after(10), StartedBefore: after(13)}, execs(8, 10)},
	} {
		tt.q.Workflow, tt.q.PageSize = "flow", 4
		if diff := cmp.Diff(tt.want, names(list(t, client, tt.q))); diff != "" {
			t.Errorf("%s: executions mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestExecutionsOmitDetail(t *testing.T) {
	t.Parallel()
	_, client := start(t, nil, numbered(2)...)
	for _, omit := range []bool{false, true} {
		for _, e := range list(t, client, history.ExecutionQuery{Workflow: "flow", OmitDetail: omit}) {
			if got := e.Steps[0].Output; (got == "") != omit {
				t.Errorf("OmitDetail %v: output is %q", omit, got)
			}
		}
	}
}

// A cursor of another query, or a damaged one, costs no request.
func TestExecutionsForeignCursor(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, numbered(3)...)
	place := history.Position{Ref: history.Ref{Provider: "huawei", Scope: scope, Workflow: "flow"}, Token: "exec-0"}
	for name, change := range map[string]func(*history.Position){
		"provider": func(p *history.Position) { p.Provider = "alibaba" },
		"scope":    func(p *history.Position) { p.Scope = "cn-north-4/other" },
		"workflow": func(p *history.Position) { p.Workflow = "other" },
		"filters":  func(p *history.Position) { p.Query = "0123456789ab" },
	} {
		p := place
		change(&p)
		_, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow", From: history.NewCursor(p)})
		if !errors.Is(err, history.ErrCursor) {
			t.Errorf("%s: %v, want ErrCursor", name, err)
		}
	}
	if _, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow", From: "damaged"}); !errors.Is(err, history.ErrCursor) {
		t.Errorf("damaged: %v, want ErrCursor", err)
	}
	if n := srv.Count(""); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}
