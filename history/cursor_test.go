// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

// The text of a cursor may be stored for years: this one must stay readable, and stay the same.
func TestCursorTextIsStable(t *testing.T) {
	t.Parallel()
	p := history.Position{Ref: ref, Token: "3", LastEvent: 2}
	const want = history.Cursor("fh1.BnNjcmlwdAR0ZXN0BGZsb3cEZXhlYwEzAAQAGBNeJw")
	equal(t, "cursor", want, history.NewCursor(p))
	got, err := want.Position()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "position", p, got)
}

func TestCursorRoundTrip(t *testing.T) {
	t.Parallel()
	for _, p := range []history.Position{
		{},
		{Ref: ref},
		{Ref: ref, Token: "flow_xxx", LastEvent: 1 << 62, End: true},
		{Ref: ref, LastEvent: -1},
		{Ref: history.Ref{Workflow: "w"}, Token: "t", Query: "0123456789ab"},
		{Ref: history.Ref{Provider: "é\x00/", Scope: "\xff"}},
	} {
		c := history.NewCursor(p)
		got, err := c.Position()
		if err != nil {
			t.Fatalf("%+v: %v", p, err)
		}
		equal(t, "position", p, got)
		if strings.Trim(string(c), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" {
			t.Errorf("the cursor %q is not safe in a URL", c)
		}
	}
}

func TestCursorOfALongToken(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("t", 5000)
	short, err := history.NewCursor(history.Position{Ref: ref, Token: long, LastEvent: 7}).Position()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "position, without the token that LastEvent makes dispensable", history.Position{Ref: ref, LastEvent: 7}, short)

	fits := history.Position{Ref: ref, Token: long[:2900], LastEvent: 7}
	got, err := history.NewCursor(fits).Position()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "position with a token that fits", fits, got)

	_, err = history.NewCursor(history.Position{Ref: ref, Token: long}).Position()
	if !errors.Is(err, history.ErrCursor) || !strings.Contains(err.Error(), "4096") {
		t.Errorf("the error of a cursor without an anchor is %v, want ErrCursor that says the limit", err)
	}
}

func TestAfter(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		event history.Event
		want  history.Position
	}{
		{history.Event{Ref: ref, ID: 7, Type: history.TaskFailed}, history.Position{Ref: ref, LastEvent: 7}},
		{history.Event{Ref: ref, ID: 9, Type: history.ExecutionFailed}, history.Position{Ref: ref, LastEvent: 9, End: true}},
	} {
		got, err := history.After(tc.event).Position()
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "position", tc.want, got)
	}
}

func TestDamagedCursor(t *testing.T) {
	t.Parallel()
	good := string(history.NewCursor(history.Position{Ref: ref, Token: "token", LastEvent: 7}))
	for i := range good {
		for _, bad := range []string{good[:i], good[:i] + "*" + good[i+1:], good[:i] + string(good[i]^1) + good[i+1:], good[i+1:] + "x"} {
			if p, err := history.Cursor(bad).Position(); !errors.Is(err, history.ErrCursor) {
				t.Errorf("the cursor %q is read as %+v, error %v; want ErrCursor", bad, p, err)
			}
		}
	}
	for _, bad := range []string{"", "x", "fh2." + good[4:], good + "A", good + "\n", good + "=", strings.Repeat("A", 1<<20), "fh1.AAAA", "fh1."} {
		_, err := history.Cursor(bad).Position()
		if !errors.Is(err, history.ErrCursor) {
			t.Errorf("the error of %.80q is %v, want ErrCursor", bad, err)
			continue
		}
		if len(err.Error()) > 500 {
			t.Errorf("the error of %.80q has %d bytes", bad, len(err.Error()))
		}
	}
}

// One text is a position: a decoder that takes no notice of the last bits would read others as the same.
func TestCursorHasOneText(t *testing.T) {
	t.Parallel()
	good := string(history.NewCursor(history.Position{Ref: ref, Token: "token", LastEvent: 7}))
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for _, last := range alphabet {
		text := good[:len(good)-1] + string(last)
		if _, err := history.Cursor(text).Position(); (err == nil) != (text == good) {
			t.Errorf("the error of %q is %v; only %q is a cursor", text, err, good)
		}
	}
}

// A cursor often comes back from somebody else as a page token, so its error says what it is of and what to do.
func TestCursorErrorSaysWhatToDo(t *testing.T) {
	t.Parallel()
	good := history.NewCursor(history.Position{Ref: ref, LastEvent: 7})
	filtered := history.ExecutionQuery{Workflow: ref.Workflow, Status: []history.Status{history.Failed}}
	list := history.NewCursor(history.Position{Ref: history.Ref{Provider: ref.Provider, Scope: ref.Scope, Workflow: ref.Workflow}, Token: "3"})
	client := history.NewClient(&historytest.Source{}, nil)
	events := func(execution string, from history.Cursor) error {
		_, err := client.EventPage(t.Context(), history.EventQuery{
			Ref: history.Ref{Workflow: ref.Workflow, Execution: execution}, From: from})
		return err
	}
	executions := func(q history.ExecutionQuery, from history.Cursor) error {
		q.From = from
		_, err := client.ExecutionPage(t.Context(), q)
		return err
	}
	for _, tc := range []struct {
		name string
		err  error
		want string
	}{
		{"of another execution", events("other", good),
			`the cursor is of execution "exec", the query of execution "other"; use a cursor that came from the same query, or start from ""`},
		{"of a list", events("exec", list),
			`the cursor is of no execution, the query of execution "exec"; use a cursor that came from the same query, or start from ""`},
		{"of events", executions(history.ExecutionQuery{Workflow: ref.Workflow}, good),
			`the cursor is of execution "exec", the query of no execution; use a cursor that came from the same query, or start from ""`},
		{"of other filters", executions(filtered, list),
			`the cursor was made with other filters; use the same Status, NamePrefix and times as before, or start from ""`},
		{"no cursor", events("exec", "hello"),
			`"hello" is no cursor, or one of another version (this one writes fh1.…); use one as it was returned, or start from ""`},
		{"cut", events("exec", good[:9]),
			`the cursor "fh1.BnNjc" was cut or changed; use it as it was returned, or start from ""`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e, ok := errors.AsType[*history.Error](tc.err)
			if !ok || e.Kind != history.ErrCursor {
				t.Fatalf("the error is %v, want ErrCursor", tc.err)
			}
			equal(t, "message", tc.want, e.Message)
		})
	}
}

func FuzzCursorPosition(f *testing.F) {
	f.Add(string(history.NewCursor(history.Position{Ref: ref, Token: "3", LastEvent: 2})))
	f.Add("fh1.")
	f.Add("fh1." + base64.RawURLEncoding.EncodeToString(make([]byte, 12)))
	corpus.Add("cursor", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, text string) {
		p, err := history.Cursor(text).Position()
		if err != nil {
			if !errors.Is(err, history.ErrCursor) {
				t.Errorf("the error of %q is %v, want ErrCursor", text, err)
			}
			return
		}
		if again, err := history.NewCursor(p).Position(); err != nil || again != p {
			t.Errorf("%q is %+v, which reads back as %+v (error %v)", text, p, again, err)
		}
	})
}

func FuzzCursorRoundTrip(f *testing.F) {
	f.Add("script", "test", "flow", "exec", "3", int64(2), false, "")
	f.Add("", "", "", "", strings.Repeat("t", 5000), int64(-1), true, "q")
	f.Fuzz(func(t *testing.T, provider, scope, workflow, execution, token string, last int64, end bool, query string) {
		p := history.Position{
			Ref:   history.Ref{Provider: provider, Scope: scope, Workflow: workflow, Execution: execution},
			Token: token, LastEvent: last, End: end, Query: query,
		}
		c := history.NewCursor(p)
		got, err := c.Position()
		if len(c) > 4<<10 {
			if !errors.Is(err, history.ErrCursor) {
				t.Errorf("a cursor of %d bytes is read, error %v", len(c), err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if got.Token == "" && p.LastEvent > 0 {
			got.Token = p.Token // left out because it was too long, or empty to begin with
		}
		if diff := cmp.Diff(p, got); diff != "" {
			t.Errorf("position mismatch (-want +got):\n%s", diff)
		}
	})
}
