// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func TestNew(t *testing.T) {
	t.Parallel()
	client := func(provider, scope string) *history.Client {
		return history.NewClient(&historytest.Source{ProviderName: provider, ScopeName: scope}, nil)
	}
	for _, tt := range []struct {
		name    string
		clients []*history.Client
		opts    *group.Options
		want    string // in the error; "" = none
	}{
		{"nothing", nil, nil, ""},
		{"places of their own", []*history.Client{client("a", "x"), client("a", "y"), client("b", "x")}, nil, ""},
		{"one place twice", []*history.Client{client("a", "x"), client("b", "x"), client("a", "x")}, nil, `two clients are of Provider "a", Scope "x"`},
		{"nil", []*history.Client{client("a", "x"), nil}, nil, "client 1 is nil"},
		{"Concurrency", nil, &group.Options{Concurrency: -1}, "Concurrency is -1"},
		{"PerClient", nil, &group.Options{PerClient: -2}, "PerClient -2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g, err := group.New(tt.clients, tt.opts)
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "number of clients", len(tt.clients), len(g.Clients()))
				return
			}
			if !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want ErrInvalid with %q", err, tt.want)
			}
		})
	}
}

func TestClient(t *testing.T) {
	t.Parallel()
	g := groupOf(t, nil, newSource("x", 0, 0), newSource("y", 0, 0), &historytest.Source{ProviderName: "other", ScopeName: "x"})
	const reads = `the group reads Provider "script", Scope "x"; Provider "script", Scope "y"; Provider "other", Scope "x"`
	for _, tt := range []struct {
		provider, scope string
		want            string
	}{
		{"script", "x", "script://x"},
		{"script", "y", "script://y"},
		{"", "y", "script://y"},
		{"other", "", "other://x"},
		{"script", "", `more than one client reads Provider "script", Scope ""; set its Scope: ` + reads},
		{"", "x", `more than one client reads Provider "", Scope "x"; set its Provider: ` + reads},
		{"", "", `more than one client reads Provider "", Scope ""; set its Provider and Scope: ` + reads},
		{"other", "y", `no client reads Provider "other", Scope "y": ` + reads},
		{"aws", "", `no client reads Provider "aws", Scope "": ` + reads},
	} {
		c, err := g.Client(history.Ref{Provider: tt.provider, Scope: tt.scope})
		if err != nil {
			if !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%q, %q: error is %v, want ErrInvalid with %q", tt.provider, tt.scope, err, tt.want)
			}
			continue
		}
		equal(t, "client", tt.want, history.FormatRef(history.Ref{Provider: c.Provider(), Scope: c.Scope()}))
	}
}

// What a group reads is only said where it is short.
func TestClientOfManyOrNone(t *testing.T) {
	t.Parallel()
	var many []*historytest.Source
	for i := range 5 {
		many = append(many, newSource(fmt.Sprint("scope-", i), 0, 0))
	}
	for want, g := range map[string]*group.Group{
		`no client reads Provider "aws", Scope "": the group reads 5 places, see Group.Clients`: groupOf(t, nil, many...),
		`no client reads Provider "aws", Scope "": the group reads nothing, it has no clients`:  groupOf[*historytest.Source](t, nil),
	} {
		if _, err := g.Client(history.Ref{Provider: "aws"}); !errors.Is(err, history.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want ErrInvalid with %q", err, want)
		}
	}
}

func TestGroupOfNoClientsReadsNothing(t *testing.T) {
	t.Parallel()
	g := groupOf[*historytest.Source](t, nil)
	equal(t, "results", 0, len(outcomes(t, g.ReadAll(t.Context(), failed()), executionName)))
	equal(t, "counts", 0, len(g.Counts()))
}
