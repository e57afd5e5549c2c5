// SPDX-License-Identifier: Apache-2.0

package huawei_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
)

// Ids are checked before a request, since the SDK puts them into the path as they are and signs what comes out.
func TestIDs(t *testing.T) {
	t.Parallel()
	srv, client := start(t, once())
	for _, tt := range []struct {
		id string
		ok bool
	}{
		{"a", true},
		{"5b0c7f6e-1d42-4c1b-9a3e-00000000a001", true},
		{"urn:fss:cn-north-4:project:workflow:default:name:latest", true},
		{"a_b.c~d@e+f=g,h", true},
		{"...", true},
		{"工作流", true},
		{strings.Repeat("a", 64), true},
		{strings.Repeat("流", 64), true},

		{"../../x", false},
		{"../x", false},
		{"..", false},
		{".", false},
		{"a/b", false},
		{"/", false},
		{`a\b`, false},
		{"a%2Fb", false},
		{"a?b=c", false},
		{"a#b", false},
		{"a;b", false},
		{"{project_id}", false},
		{"{execution_id}", false},
		{"a b", false},
		{"a\nb", false},
		{"a\x00b", false},
		{"a\u202eb", false},
		{"a\xffb", false},
		{strings.Repeat("a", 65), false},
	} {
		srv.ResetRequests()
		for what, call := range map[string]func() error{
			"workflow of the list": func() error {
				_, err := client.ExecutionPage(t.Context(), history.ExecutionQuery{Workflow: tt.id})
				return err
			},
			"workflow of the detail": func() error {
				_, err := client.Describe(t.Context(), history.Ref{Workflow: tt.id, Execution: "exec"})
				return err
			},
			"execution of the detail": func() error {
				_, err := client.Describe(t.Context(), history.Ref{Workflow: "flow", Execution: tt.id})
				return err
			},
			"execution of the events": func() error {
				_, err := client.EventPage(t.Context(), history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: tt.id}})
				return err
			},
		} {
			err := call()
			if tt.ok != errors.Is(err, history.ErrNotFound) || !tt.ok && !errors.Is(err, history.ErrInvalid) {
				t.Errorf("%s %q: error is %v", what, tt.id, err)
			}
		}
		want := 0
		if tt.ok {
			want = 4
		}
		if got := srv.Count(""); got != want {
			t.Errorf("id %q: %d requests, want %d", tt.id, got, want)
		}
	}
}

// What passes the check arrives as it is, signed as it is.
func TestIDsArrive(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"a:b", "a+b", "a=b,c", "a~b", "a@b", "$&'()*!", "工作流"} {
		srv, client := start(t, once(), huaweitest.Execution{Workflow: id, ID: id, Begin: monday})
		got, err := client.Describe(t.Context(), history.Ref{Workflow: id, Execution: id})
		if err != nil || got.Workflow != id || got.Execution != id {
			t.Errorf("%q: %v %v", id, got.Ref, err)
		}
		if got := list(t, client, history.ExecutionQuery{Workflow: id}); len(got) != 1 || got[0].Execution != id {
			t.Errorf("%q: list is %v after %s", id, got, last(t, srv).Path)
		}
	}
}
