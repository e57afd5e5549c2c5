// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"context"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
	"github.com/flowhistory/flowhistory/history/historytest"
)

func TestSourceKeepsAClientsPromises(t *testing.T) { historytest.TestClient(t, archived) }

func TestSourceDoesItsDuties(t *testing.T) { historytest.TestSource(t, archived) }

// archived is a place whose records are in an archive, written through a Dir.
func archived(t *testing.T) *historytest.Place {
	root := t.TempDir()
	dir := archive.NewDir(root)
	door := &historytest.Source{} // holds nothing; its faults are those of the place
	own := history.Ref{Provider: "script", Scope: "test"}
	return &historytest.Place{
		Source: func(*history.Options) history.Source { return &behindDoor{t, root, door} },
		Load: func(list ...historytest.Record) {
			for _, r := range list {
				load(t, dir, own, r)
			}
		},
		Requests: func() int { return len(door.Calls()) },
		Fail: func(kind history.Kind, after, times int) {
			door.Inject(historytest.Fault{After: after, Times: times, Err: kind})
		},
		Hang:  func(after int) { door.Inject(historytest.Fault{After: after, Times: -1, Hang: true}) },
		Clear: door.ClearFaults,
	}
}

// load puts a record of the suite into a sink.
func load(t *testing.T, sink archive.Sink, own history.Ref, r historytest.Record) {
	t.Helper()
	own.Workflow, own.Execution = r.Execution.Workflow, r.Execution.Execution
	r.Execution.Ref = own
	r.Execution.Steps = nil // a provider that records events sends none
	var list []archive.Record
	for _, e := range r.Events {
		e.Ref = own
		list = append(list, archive.Record{Event: &e})
	}
	if err := sink.Put(t.Context(), append(list, archive.Record{Execution: &r.Execution})); err != nil {
		t.Fatal(err)
	}
}

// behindDoor is an archive's source behind one that counts the ranges and fails as the suite says: an archive has no
// provider that could be told to. It opens the archive each time, since the suite lets it grow.
type behindDoor struct {
	t    *testing.T
	root string
	door *historytest.Source
}

func (s *behindDoor) source() *archive.Source {
	a, err := archive.Open(s.root, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	src, err := a.Source(s.Provider(), s.Scope())
	if err != nil {
		s.t.Fatal(err)
	}
	return src
}

func (s *behindDoor) Provider() string { return s.door.Provider() }
func (s *behindDoor) Scope() string    { return s.door.Scope() }

func (s *behindDoor) Capabilities() history.Capabilities { return s.source().Capabilities() }

func (s *behindDoor) Describe(ctx context.Context, ref history.Ref) (history.Execution, error) {
	if err := s.open(ctx); err != nil {
		return history.Execution{}, err
	}
	return s.source().Describe(ctx, ref)
}

func (s *behindDoor) EventPages(ctx context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
	return through(ctx, s, func() iter.Seq2[history.Page[history.Event], error] { return s.source().EventPages(ctx, q) })
}

func (s *behindDoor) ExecutionPages(ctx context.Context, q history.ExecutionQuery) iter.Seq2[history.Page[history.Execution], error] {
	return through(ctx, s, func() iter.Seq2[history.Page[history.Execution], error] { return s.source().ExecutionPages(ctx, q) })
}

func (s *behindDoor) WorkflowPages(ctx context.Context, q history.WorkflowQuery) iter.Seq2[history.Page[history.Workflow], error] {
	return through(ctx, s, func() iter.Seq2[history.Page[history.Workflow], error] { return s.source().WorkflowPages(ctx, q) })
}

func through[T any](ctx context.Context, s *behindDoor, seq func() iter.Seq2[history.Page[T], error]) iter.Seq2[history.Page[T], error] {
	return func(yield func(history.Page[T], error) bool) {
		if err := s.open(ctx); err != nil {
			yield(history.Page[T]{}, err)
			return
		}
		seq()(yield)
	}
}

// open is a request at the door: nothing is there, so an error about that lets pass.
func (s *behindDoor) open(ctx context.Context) error {
	_, err := s.door.Describe(ctx, history.Ref{})
	if e, ok := err.(*history.Error); ok && e.Kind == history.ErrWorkflowNotFound {
		return nil
	}
	return err
}

// With an archive that has Derived events and steps the capabilities are those of a cloud that has no events.
func TestCapabilitiesAreThoseOfTheContent(t *testing.T) {
	t.Parallel()
	ref := history.Ref{Provider: "p", Scope: "s", Workflow: "w", Execution: "e"}
	derived := event(1, history.StepStarted)
	derived.Ref, derived.Derived = ref, true
	steps := history.Execution{Ref: ref, Steps: []history.Step{{ID: "1", Name: "pay"}}}
	name := filepath.Join(t.TempDir(), "any name")
	text := written(t, archive.Policy{}, archive.Record{Execution: &steps}, archive.Record{Event: &derived})
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	src := only(t, name)
	if can := src.Capabilities(); can.NativeEvents || !can.Steps || can.EventPaging || can.LongPoll {
		t.Errorf("the capabilities are %+v", can)
	}
	e, err := history.NewClient(src, nil).Execution(t.Context(), ref)
	if err != nil || len(e.Steps) != 1 {
		t.Errorf("the execution has the steps %v (error %v)", e.Steps, err)
	}
}
