// SPDX-License-Identifier: Apache-2.0

package group_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/group"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// spy is a source that remembers which of its lists were asked for without details.
type spy struct {
	*historytest.Source
	steps bool // it has events of its own and sends steps too, as an archive does

	mu                    sync.Mutex
	workflows, executions []bool
}

func (s *spy) Capabilities() history.Capabilities {
	can := s.Source.Capabilities()
	can.Steps = s.steps
	return can
}

func (s *spy) WorkflowPages(ctx context.Context, q history.WorkflowQuery) iter.Seq2[history.Page[history.Workflow], error] {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.workflows = append(s.workflows, q.OmitDetail)
	return s.Source.WorkflowPages(ctx, q)
}

func (s *spy) ExecutionPages(ctx context.Context, q history.ExecutionQuery) iter.Seq2[history.Page[history.Execution], error] {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.executions = append(s.executions, q.OmitDetail)
	return s.Source.ExecutionPages(ctx, q)
}

// Details that nobody gets are not asked for, and ReadAll asks for all of them, whatever its query says.
func TestDetailsAreAskedForWhereTheyAreDelivered(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		query history.ExecutionQuery
		read  func(*group.Group, history.ExecutionQuery) []string
		want  bool // the list of executions is asked for without details
	}{
		{"ReadAll", history.ExecutionQuery{OmitDetail: true}, func(g *group.Group, q history.ExecutionQuery) []string {
			return outcomes(t, g.ReadAll(t.Context(), q), executionName)
		}, false},
		{"EventsAll", history.ExecutionQuery{}, func(g *group.Group, q history.ExecutionQuery) []string {
			return outcomes(t, g.EventsAll(t.Context(), q), func(history.Event) string { return "" })
		}, true},
		{"Executions", history.ExecutionQuery{}, func(g *group.Group, q history.ExecutionQuery) []string {
			return outcomes(t, g.Executions(t.Context(), q), executionName)
		}, false},
	} {
		src := &spy{Source: newSource("x", 1, 1)}
		tt.read(groupOf(t, nil, src), tt.query)
		equal(t, tt.name+": workflows without details", []bool{true}, src.workflows)
		equal(t, tt.name+": executions without details", []bool{tt.want}, src.executions)
	}
}

// Where events and steps are both to be had, an execution in full is the one with its events read.
func TestReadAllReadsEventsWhereThereAreSome(t *testing.T) {
	t.Parallel()
	src := &spy{Source: newSource("x", 1, 1), steps: true}
	equal(t, "results", []string{"script://x/flow-0/exec-0: exec-0 succeeded 1 steps"},
		outcomes(t, groupOf(t, nil, src).ReadAll(t.Context(), history.ExecutionQuery{}), executionName))
}

// What a group was made from, and what it returns, is the caller's own.
func TestGroupKeepsNothingOfTheCallers(t *testing.T) {
	t.Parallel()
	clients := []*history.Client{history.NewClient(newSource("x", 1, 1), nil)}
	ignore := []error{history.ErrWorkflowNotFound}
	g, err := group.New(clients, &group.Options{Ignore: ignore})
	if err != nil {
		t.Fatal(err)
	}
	clients[0], ignore[0] = nil, history.ErrPermission
	g.Clients()[0] = nil
	equal(t, "results", 0, len(outcomes(t, g.Executions(t.Context(), history.ExecutionQuery{Workflow: "gone"}), executionName)))
	want := map[string]group.Counts{"Executions": {Skipped: 1}}
	equal(t, "counts", want, g.Counts())
	clear(g.Counts())
	equal(t, "counts, asked for again", want, g.Counts())
}

// On a dead context nothing is looked for, not even references.
func TestNothingIsLookedForOnADeadContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	refs := func(func(history.Ref) bool) { t.Error("the references were asked for") }
	pairs := 0
	for _, err := range groupOf(t, nil, newSource("x", 1, 1)).ReadEach(ctx, refs) {
		if pairs++; !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v, want context.Canceled", err)
		}
	}
	equal(t, "pairs", 1, pairs)
}

// Who has left the loop need not fear that a read still runs, however long it takes to notice.
func TestLeavingTheLoopWaitsForItsReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var running atomic.Int32
		g := groupOf(t, nil, newSource("x", 1, 4))
		refs := slices.Values([]history.Ref{refOf("x", 0, 0), refOf("x", 0, 1), refOf("x", 0, 2)})
		slow := func(_ context.Context, _ *history.Client, ref history.Ref) (bool, error) {
			running.Add(1)
			defer running.Add(-1)
			if ref.Execution != "exec-0" {
				<-time.After(time.Minute)
			}
			return true, nil
		}
		for range group.Each(t.Context(), g, refs, slow) {
			synctest.Wait()
			equal(t, "running in the loop", true, running.Load() > 0)
			break
		}
		equal(t, "running behind the loop", 0, int(running.Load()))
	})
}
