// SPDX-License-Identifier: Apache-2.0

package alibaba_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

// badNames are what the service's rule for names does not allow, and a word of the reason.
func badNames() map[string]string {
	return map[string]string{
		"":                             "", // told by the query's own check
		"1flow":                        "begin",
		"-flow":                        "begin",
		"flow/..":                      "'/'",
		"../../x":                      "begin",
		"flow.x":                       "'.'",
		"flow x":                       "' '",
		"flow\n":                       `'\n'`,
		"flow\x00":                     `'\x00'`,
		"flöw":                         "'ö'",
		"flšw":                         "'š'", // its lowest byte is a letter
		"界":                            "begin",
		"flow?Action=x":                "'?'",
		"flow%2F":                      "'%'",
		"flow\xff":                     "'\uFFFD'",
		strings.Repeat("f", 129):       "129 characters, more than 128",
		strings.Repeat("f", 1_000_000): "more than 128",
	}
}

// Malformed names cost no request, for any call, and the message says what was expected.
func TestInputNames(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(3))
	for name, reason := range badNames() {
		_, events := client.EventPage(t.Context(), history.EventQuery{Ref: history.Ref{Workflow: name, Execution: "exec"}})
		_, event := client.EventPage(t.Context(), history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: name}})
		_, describe := client.Describe(t.Context(), history.Ref{Workflow: name, Execution: "exec"})
		_, described := client.Describe(t.Context(), history.Ref{Workflow: "flow", Execution: name})
		_, wait := client.Wait(t.Context(), history.Ref{Workflow: "flow", Execution: name})
		_, executions := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: name})
		for i, err := range []error{events, event, describe, described, wait, executions} {
			if !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), reason) || len(err.Error()) > 400 {
				t.Errorf("call %d with the name %.40q: %v, want an ErrInvalid that says %s", i, name, err, reason)
			}
			if name != "" && !strings.Contains(err.Error(), "letter") {
				t.Errorf("call %d with the name %.40q: %v does not say what a name is", i, name, err)
			}
		}
	}
	if n := srv.Count(""); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// Names at the rule's edges are the service's to judge.
func TestInputNamesAllowed(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil)
	for _, name := range []string{"a", "_", "A-", "_0-9_z", strings.Repeat("f", 128)} {
		if _, err := client.Describe(t.Context(), history.Ref{Workflow: name, Execution: name}); !errors.Is(err, history.ErrWorkflowNotFound) {
			t.Errorf("%q: %v, want ErrWorkflowNotFound from the service", name, err)
		}
	}
	if n := srv.Count(""); n != 5 {
		t.Errorf("%d requests, want 5", n)
	}
}

// Foreign and damaged cursors, pages of a negative size and reversed times are refused before a request.
func TestInputQueries(t *testing.T) {
	t.Parallel()
	srv, client := start(t, nil, run(30))
	page, err := client.EventPage(t.Context(), history.EventQuery{Ref: ref(), PageSize: 10})
	if err != nil {
		t.Fatal(err)
	}
	listed, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: "flow", NamePrefix: "e"})
	if err != nil {
		t.Fatal(err)
	}
	srv.ResetRequests()
	at := func(r history.Ref, from history.Cursor) history.EventQuery {
		return history.EventQuery{Ref: r, From: from}
	}
	other := ownRef()
	other.Execution = "other"
	elsewhere := ownRef()
	elsewhere.Scope = "us-west-1"
	huawei := ownRef()
	huawei.Provider = "huawei"
	for name, tt := range map[string]struct {
		query history.EventQuery
		kind  history.Kind
		words string
	}{
		"garbage":            {at(ref(), "x"), history.ErrCursor, `"x"`},
		"damaged":            {at(ref(), page.Next[:len(page.Next)-2]), history.ErrCursor, "cut or changed"},
		"another execution":  {at(history.Ref{Workflow: "flow", Execution: "exec2"}, page.Next), history.ErrCursor, `"exec2"`},
		"another flow":       {at(history.Ref{Workflow: "flow2", Execution: "exec"}, page.Next), history.ErrCursor, `"flow2"`},
		"another scope":      {at(ref(), history.NewCursor(history.Position{Ref: elsewhere})), history.ErrCursor, `"us-west-1"`},
		"another provider":   {at(ref(), history.NewCursor(history.Position{Ref: huawei})), history.ErrCursor, `"huawei"`},
		"of a list":          {at(ref(), listed.Resume), history.ErrCursor, `of no execution`},
		"too long":           {at(ref(), history.Cursor(strings.Repeat("a", 5000))), history.ErrCursor, "5000 bytes"},
		"negative page":      {history.EventQuery{Ref: ref(), PageSize: -1}, history.ErrInvalid, "PageSize is -1"},
		"foreign scope":      {at(elsewhere, ""), history.ErrInvalid, "us-west-1"},
		"foreign provider":   {at(huawei, ""), history.ErrInvalid, "huawei"},
		"no workflow":        {at(history.Ref{Execution: "exec"}, ""), history.ErrInvalid, "Workflow"},
		"no execution":       {at(history.Ref{Workflow: "flow"}, ""), history.ErrInvalid, "Execution"},
		"another's position": {at(ref(), history.After(history.Event{Ref: other, ID: 3})), history.ErrCursor, `"other"`},
	} {
		_, err := history.Collect(client.Events(t.Context(), tt.query))
		e := failure(t, err)
		if e.Kind != tt.kind || !strings.Contains(err.Error(), tt.words) || e.Cursor != tt.query.From {
			t.Errorf("%s: %#v, want a %q that says %s, with the query's own cursor", name, e, tt.kind, tt.words)
		}
	}
	for name, tt := range map[string]struct {
		query history.ExecutionQuery
		kind  history.Kind
		words string
	}{
		"reversed times": {history.ExecutionQuery{StartedAfter: monday.Add(time.Hour), StartedBefore: monday}, history.ErrInvalid, "StartedAfter must be before"},
		"empty times":    {history.ExecutionQuery{StartedAfter: monday, StartedBefore: monday}, history.ErrInvalid, "StartedAfter must be before"},
		"negative page":  {history.ExecutionQuery{PageSize: -5}, history.ErrInvalid, "PageSize is -5"},
		"no such status": {history.ExecutionQuery{Status: []history.Status{"Failed"}}, history.ErrInvalid, `"Failed"`},
		"other filters":  {history.ExecutionQuery{From: listed.Resume}, history.ErrCursor, "other filters"},
		"of events":      {history.ExecutionQuery{From: page.Next}, history.ErrCursor, `"exec"`},
		"garbage":        {history.ExecutionQuery{From: "fh1."}, history.ErrCursor, "fh1."},
	} {
		tt.query.Workflow = "flow"
		_, err := history.Collect(client.Executions(t.Context(), tt.query))
		e := failure(t, err)
		if e.Kind != tt.kind || !strings.Contains(err.Error(), tt.words) || e.Cursor != tt.query.From {
			t.Errorf("executions, %s: %#v, want a %q that says %s, with the query's own cursor", name, e, tt.kind, tt.words)
		}
	}
	if n := srv.Count(""); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
