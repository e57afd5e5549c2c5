// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/internal/corpus"
)

func TestFormatRef(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		ref  history.Ref
		want string
	}{
		{history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "flow", Execution: "exec"}, "alibaba://cn-hangzhou/flow/exec"},
		{history.Ref{Provider: "huawei", Scope: "cn-north-4/0123", Workflow: "w", Execution: "e"}, "huawei://cn-north-4%2F0123/w/e"},
		{history.Ref{Provider: "alibaba", Scope: "cn-hangzhou", Workflow: "flow"}, "alibaba://cn-hangzhou/flow"},
		{history.Ref{Provider: "alibaba", Scope: "cn-hangzhou"}, "alibaba://cn-hangzhou"},
		{history.Ref{Provider: "alibaba"}, "alibaba://"},
		{history.Ref{Provider: "p", Execution: "e"}, "p:////e"},
		{history.Ref{Provider: "p", Scope: "s", Workflow: "a/b c%", Execution: "é?#"}, "p://s/a%2Fb%20c%25/%C3%A9%3F%23"},
	} {
		got := history.FormatRef(tc.ref)
		equal(t, "text", tc.want, got)
		back, err := history.ParseRef(got)
		if err != nil {
			t.Errorf("ParseRef(%q): %v", got, err)
		}
		equal(t, "reference read back", tc.ref, back)
	}
}

func TestParseRefRefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, why string }{
		{"", "provider://"},
		{"flow/exec", "provider://"},
		{"://cn-hangzhou/flow/exec", "provider://"},
		{"alibaba:/cn-hangzhou/flow/exec", "provider://"},
		{"alibaba://cn-hangzhou/flow/exec/more", "too many parts"},
		{"huawei://cn-north-4/project/flow/exec", "%2F"},
		{"alibaba://cn-hangzhou/flow/%zz", "broken % escape"},
	} {
		got, err := history.ParseRef(tc.text)
		if !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), tc.why) {
			t.Errorf("ParseRef(%q): error %v, want ErrInvalid that says %q", tc.text, err, tc.why)
		}
		if err != nil && !strings.Contains(err.Error(), "provider://scope/workflow/execution") {
			t.Errorf("ParseRef(%q): the error does not say what is wanted: %v", tc.text, err)
		}
		equal(t, "reference", history.Ref{}, got)
	}
}

func TestParseRefClipsWhatItQuotes(t *testing.T) {
	t.Parallel()
	_, err := history.ParseRef(strings.Repeat("é", 5000))
	if err == nil || len(err.Error()) > 2000 {
		t.Errorf("the error has %d bytes", len(err.Error()))
	}
}

func FuzzParseRef(f *testing.F) {
	for _, seed := range []string{"", "alibaba://cn-hangzhou/flow/exec", "huawei://a%2Fb/c", "p:////e", "p://%", "p://a/b/c/d", "a:://b"} {
		f.Add(seed)
	}
	corpus.Add("ref", func(text string) { f.Add(text) })
	f.Fuzz(func(t *testing.T, text string) {
		ref, err := history.ParseRef(text)
		if err != nil {
			if !errors.Is(err, history.ErrInvalid) {
				t.Errorf("the error of %q is %v, want ErrInvalid", text, err)
			}
			return
		}
		back, err := history.ParseRef(history.FormatRef(ref))
		if err != nil || back != ref {
			t.Errorf("%q is %#v, which is written as %q and read as %#v (error %v)", text, ref, history.FormatRef(ref), back, err)
		}
	})
}

func FuzzFormatRef(f *testing.F) {
	f.Add("alibaba", "cn-hangzhou", "flow", "exec")
	f.Add("p", "a/b", "", "%")
	f.Add("a:", "//", "://", "..")
	f.Fuzz(func(t *testing.T, provider, scope, workflow, execution string) {
		if provider == "" {
			return // a reference to nowhere has no text
		}
		want := history.Ref{Provider: provider, Scope: scope, Workflow: workflow, Execution: execution}
		got, err := history.ParseRef(history.FormatRef(want))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "reference", want, got)
	})
}
