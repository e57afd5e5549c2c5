// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	e := history.Execution{Ref: ref, Status: history.Failed, Started: began}
	unknown := history.Execution{Ref: ref}
	for _, tc := range []struct {
		name  string
		query history.ExecutionQuery
		e     history.Execution
		want  bool
	}{
		{"no filter", history.ExecutionQuery{}, e, true},
		{"no filter, nothing known", history.ExecutionQuery{}, unknown, true},
		{"one status", history.ExecutionQuery{Status: []history.Status{history.Failed}}, e, true},
		{"any of the statuses", history.ExecutionQuery{Status: []history.Status{history.Running, history.Failed}}, e, true},
		{"another status", history.ExecutionQuery{Status: []history.Status{history.Running}}, e, false},
		{"unknown words are asked for with an empty status", history.ExecutionQuery{Status: []history.Status{""}}, unknown, true},
		{"prefix", history.ExecutionQuery{NamePrefix: "ex"}, e, true},
		{"whole name", history.ExecutionQuery{NamePrefix: "exec"}, e, true},
		{"longer than the name", history.ExecutionQuery{NamePrefix: "execs"}, e, false},
		{"after includes its instant", history.ExecutionQuery{StartedAfter: began}, e, true},
		{"after", history.ExecutionQuery{StartedAfter: began.Add(1)}, e, false},
		{"before excludes its instant", history.ExecutionQuery{StartedBefore: began}, e, false},
		{"before", history.ExecutionQuery{StartedBefore: began.Add(1)}, e, true},
		{"no start is after nothing", history.ExecutionQuery{StartedAfter: began}, unknown, false},
		{"no start is before nothing", history.ExecutionQuery{StartedBefore: began}, unknown, false},
		{"all must pass", history.ExecutionQuery{Status: []history.Status{history.Failed}, NamePrefix: "x"}, e, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			equal(t, "Match", tc.want, tc.query.Match(tc.e))
		})
	}
}

func TestFingerprint(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("CST", 8*60*60)
	status := func(s ...history.Status) history.ExecutionQuery { return history.ExecutionQuery{Status: s} }
	same := [][2]history.ExecutionQuery{
		{{}, {Workflow: "w", OmitDetail: true, From: "c", PageSize: 3, Prefetch: 2}},
		{status("failed", "running"), status("running", "failed", "failed")},
		{{StartedAfter: began}, {StartedAfter: began.In(zone)}},
	}
	for _, pair := range same {
		equal(t, "fingerprint", pair[0].Fingerprint(), pair[1].Fingerprint())
	}
	equal(t, "fingerprint without filters", "", history.ExecutionQuery{Workflow: "w"}.Fingerprint())

	seen := make(map[string]history.ExecutionQuery)
	for _, q := range []history.ExecutionQuery{
		{}, status(""), status("failed"), status("running"), status("failed", "running"), {NamePrefix: "failed"}, {NamePrefix: " "},
		{StartedAfter: began}, {StartedBefore: began}, {StartedAfter: began.Add(1)},
	} {
		f := q.Fingerprint()
		if other, ok := seen[f]; ok {
			t.Errorf("%+v and %+v have the same fingerprint %q", q, other, f)
		}
		seen[f] = q
	}
}

func TestBadQueriesAreRefusedBeforeTheSource(t *testing.T) {
	t.Parallel()
	c := history.NewClient(never(t), nil)
	other := func(change func(*history.Ref)) history.Ref {
		r := ref
		change(&r)
		return r
	}
	for _, tc := range []struct {
		name, says string
		query      history.EventQuery
	}{
		{"no workflow", "Workflow", history.EventQuery{Ref: other(func(r *history.Ref) { r.Workflow = "" })}},
		{"no execution", "Execution", history.EventQuery{Ref: other(func(r *history.Ref) { r.Execution = "" })}},
		{"another provider", `"other"`, history.EventQuery{Ref: other(func(r *history.Ref) { r.Provider = "other" })}},
		{"another scope", `"other"`, history.EventQuery{Ref: other(func(r *history.Ref) { r.Scope = "other" })}},
		{"negative page size", "PageSize", history.EventQuery{Ref: ref, PageSize: -1}},
	} {
		t.Run("events/"+tc.name, func(t *testing.T) {
			t.Parallel()
			tc.query.From = history.NewCursor(history.Position{Ref: ref, LastEvent: 1})
			_, err := history.Collect(c.Events(t.Context(), tc.query))
			refused(t, err, tc.says, tc.query.From)
			if _, err = c.EventPage(t.Context(), tc.query); !errors.Is(err, history.ErrInvalid) {
				t.Errorf("EventPage: %v, want ErrInvalid", err)
			}
			if tc.query.PageSize == 0 {
				_, err = c.Describe(t.Context(), tc.query.Ref)
				refused(t, err, tc.says, "")
			}
		})
	}
	for _, tc := range []struct {
		name, says string
		query      history.ExecutionQuery
	}{
		{"no workflow", "Workflow", history.ExecutionQuery{}},
		{"negative page size", "PageSize", history.ExecutionQuery{Workflow: "flow", PageSize: -1}},
		{"reversed time range", "StartedAfter", history.ExecutionQuery{Workflow: "flow", StartedAfter: began.Add(1), StartedBefore: began}},
		{"empty time range", "StartedAfter", history.ExecutionQuery{Workflow: "flow", StartedAfter: began, StartedBefore: began}},
		{"the provider's own status word", "Succeeded", history.ExecutionQuery{Workflow: "flow", Status: []history.Status{"Succeeded"}}},
	} {
		t.Run("executions/"+tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := history.Collect(c.Executions(t.Context(), tc.query))
			refused(t, err, tc.says, "")
			if _, err = c.ExecutionPage(t.Context(), tc.query); !errors.Is(err, history.ErrInvalid) {
				t.Errorf("ExecutionPage: %v, want ErrInvalid", err)
			}
		})
	}
}

// "" is the status of what the provider has another word for, so that it may be asked for too.
func TestUnknownStatusMayBeAskedFor(t *testing.T) {
	t.Parallel()
	src := newWorkflow(2, 0)
	odd := history.Execution{Ref: history.Ref{Workflow: ref.Workflow, Execution: "odd"}, NativeStatus: "Odd"}
	src.Add(odd)
	got, err := history.Collect(history.NewClient(src, nil).Executions(t.Context(), history.ExecutionQuery{
		Workflow: ref.Workflow, Status: []history.Status{""},
	}))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "executions", []string{"odd"}, names(got))
}

// refused checks that err is ErrInvalid, says what is wrong, and has the query's own cursor.
func refused(t *testing.T, err error, says string, from history.Cursor) {
	t.Helper()
	e := asError(t, err)
	if e.Kind != history.ErrInvalid || !strings.Contains(e.Message, says) {
		t.Errorf("the error is %v, want ErrInvalid that says %s", err, says)
	}
	equal(t, "Error.Cursor", from, e.Cursor)
	equal(t, "Error.Provider and Scope", [2]string{"script", "test"}, [2]string{e.Provider, e.Scope})
}
