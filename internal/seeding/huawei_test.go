// SPDX-License-Identifier: Apache-2.0

package seeding_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/huawei"
	"github.com/flowhistory/flowhistory/huawei/huaweitest"
	"github.com/flowhistory/flowhistory/internal/seeding"
)

func openHuawei(t testing.TB) (*huaweitest.Server, *history.Client) {
	t.Helper()
	srv := huaweitest.NewServer(t, nil)
	client, err := huawei.New(huawei.Config{
		Region: srv.Region(), Endpoint: srv.URL(), ProjectID: srv.ProjectID(),
		AccessKeyID: srv.AccessKeyID(), SecretAccessKey: srv.SecretAccessKey(),
	}, quick())
	if err != nil {
		t.Fatal(err)
	}
	return srv, client
}

func TestHuaweiListsGeneratedExecutions(t *testing.T) {
	t.Parallel()
	srv, client := openHuawei(t)
	list := sample(60, history.Ref{Provider: client.Provider(), Scope: client.Scope()})
	seeding.Huawei(srv, list...)
	got := map[string]history.Execution{}
	for e, err := range client.Executions(t.Context(), history.ExecutionQuery{Workflow: list[0].Execution.Workflow}) {
		if err != nil {
			t.Fatal(err)
		}
		e.Attributes = nil
		got[e.Execution] = e
	}
	want := map[string]history.Execution{}
	for _, g := range list {
		want[g.Execution.Execution] = seeding.HuaweiTruth(g)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("executions mismatch (-want +got):\n%s", diff)
	}
}

// TestHuaweiDerivesEventsOfGeneratedExecutions makes sure that there is an end for each step that ended, and one for
// the execution.
func TestHuaweiDerivesEventsOfGeneratedExecutions(t *testing.T) {
	t.Parallel()
	srv, client := openHuawei(t)
	list := sample(30, history.Ref{Provider: client.Provider(), Scope: client.Scope()})
	seeding.Huawei(srv, list...)
	for _, g := range list {
		events, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: g.Execution.Ref}))
		if err != nil {
			t.Fatal(err)
		}
		got, want := map[history.EventScope]int{}, map[history.EventScope]int{history.ExecutionScope: 1}
		for _, e := range events {
			got[e.Type.Scope()]++
		}
		if g.Execution.Status.Terminal() {
			want[history.ExecutionScope]++
		}
		for _, s := range seeding.HuaweiTruth(g).Steps {
			want[history.StepScope]++
			if s.Status.Terminal() {
				want[history.StepScope]++
			}
		}
		if want[history.StepScope] == 0 {
			delete(want, history.StepScope)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("seed %d: numbers of events mismatch (-want +got):\n%s", g.Seed, diff)
		}
	}
}
