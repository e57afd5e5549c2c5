// SPDX-License-Identifier: Apache-2.0

package seeding_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/alibaba"
	"github.com/flowhistory/flowhistory/alibaba/alibabatest"
	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/internal/seeding"
)

// quick are options whose retries and limits do not keep a test waiting.
func quick() *history.Options {
	return &history.Options{
		Retry:     history.Retry{MinWait: time.Microsecond, MaxWait: time.Millisecond},
		RateLimit: history.RateLimit{Off: true},
	}
}

// sample generates executions that run in a scope: most have ended, some are still running.
func sample(n int, ref history.Ref) []historytest.Generated {
	var list []historytest.Generated
	for seed := range uint64(n) {
		list = append(list, historytest.Generate(seed, &historytest.GenerateOptions{Ref: ref, Running: seed%5 == 4}))
	}
	list = append(list, historytest.Generate(uint64(n), &historytest.GenerateOptions{Ref: ref, Variant: &historytest.Variant{LostCauses: true}}))
	return list
}

func openAlibaba(t testing.TB) (*alibabatest.Server, *history.Client) {
	t.Helper()
	srv := alibabatest.NewServer(t, nil)
	client, err := alibaba.New(alibaba.Config{
		Region: srv.Region(), Endpoint: srv.URL(), AccessKeyID: srv.AccessKeyID(), AccessKeySecret: srv.AccessKeySecret(),
	}, quick())
	if err != nil {
		t.Fatal(err)
	}
	return srv, client
}

func TestAlibabaServesGeneratedHistories(t *testing.T) {
	t.Parallel()
	srv, client := openAlibaba(t)
	list := sample(40, history.Ref{Provider: client.Provider(), Scope: client.Scope()})
	seeding.Alibaba(srv, list...)
	for _, g := range list {
		got, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: g.Execution.Ref, PageSize: 60}))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(g.Events, got); diff != "" {
			t.Errorf("seed %d: events mismatch (-want +got):\n%s", g.Seed, diff)
		}
		execution, err := client.Describe(t.Context(), g.Execution.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(summary(g.Execution), summary(execution)); diff != "" {
			t.Errorf("seed %d: execution mismatch (-want +got):\n%s", g.Seed, diff)
		}
	}
}

func TestAlibabaListsGeneratedExecutions(t *testing.T) {
	t.Parallel()
	srv, client := openAlibaba(t)
	list := sample(30, history.Ref{Provider: client.Provider(), Scope: client.Scope()})
	seeding.Alibaba(srv, list...)
	got := map[string]history.Execution{}
	for e, err := range client.Executions(t.Context(), history.ExecutionQuery{Workflow: list[0].Execution.Workflow}) {
		if err != nil {
			t.Fatal(err)
		}
		got[e.Execution] = summary(e)
	}
	want := map[string]history.Execution{}
	for _, g := range list {
		want[g.Execution.Execution] = summary(g.Execution)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("executions mismatch (-want +got):\n%s", diff)
	}
}

// summary is what Describe and lists say of an execution, apart from the provider's own word.
func summary(e history.Execution) history.Execution {
	e.NativeStatus, e.Failure, e.Steps = "", nil, nil
	return e
}

// TestLargestHistory reads a history of the size at which the service ends: its pages are full to the last.
func TestLargestHistory(t *testing.T) {
	t.Parallel()
	srv, client := openAlibaba(t)
	g := historytest.Generate(1, &historytest.GenerateOptions{
		MaxEvents: historytest.LargestMaxEvents, Fill: true, Ref: history.Ref{Provider: client.Provider(), Scope: client.Scope()},
	})
	seeding.Alibaba(srv, g)
	got, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: g.Execution.Ref}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(g.Events, got); diff != "" {
		t.Errorf("events mismatch (-want +got):\n%s", diff)
	}
}
