// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"iter"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// stepEvents are the events of one step, without and with the end of the execution.
const (
	runningEvents = `
		1 0 ExecutionStarted - {"input":1}
		2 1 StepEntered a
		3 2 StepStarted a`
	endedEvents = runningEvents + `
		4 3 StepSucceeded a
		5 4 StepExited a
		6 5 ExecutionSucceeded - {"output":2}`
)

// sourceOf is a source with one execution; pages have two events.
func sourceOf(t *testing.T, described history.Execution, events string) (*historytest.Source, *history.Client) {
	t.Helper()
	described.Ref = ref
	src := &historytest.Source{PageSize: 2}
	src.Add(described, script(t, events)...)
	return src, history.NewClient(src, nil)
}

func TestClientExecution(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		described history.Execution
		events    string
		want      string
		codes     []string
		calls     int
	}{
		{"ended", history.Execution{Status: history.Succeeded, NativeStatus: "Succeeded"}, endedEvents,
			"succeeded\n  a succeeded\n", nil, 4},
		{"running", history.Execution{Status: history.Running, NativeStatus: "Running"}, runningEvents,
			"running\n  a running\n", nil, 3},
		{"the description is behind the events", history.Execution{Status: history.Running}, endedEvents,
			"succeeded\n  a succeeded\n", nil, 4},
		{"the end is missing", history.Execution{Status: history.Failed}, runningEvents,
			"failed\n  a running\n", []string{"no_end defect 0"}, 4},
		{"no events yet", history.Execution{Status: history.Running}, "",
			"running\n", []string{"missing_start info 0"}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			src, client := sourceOf(t, tt.described, tt.events)
			got, err := client.Execution(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "tree", tt.want, outline(got))
			equal(t, "diagnostics", tt.codes, codes(got))
			equal(t, "requests", tt.calls, len(src.Calls()))
		})
	}
}

// An execution that ends between the two reads is seen as ended, with the events that say so.
func TestClientExecutionReadsTheTailOnceMore(t *testing.T) {
	t.Parallel()
	src, client := sourceOf(t, history.Execution{Status: history.Succeeded}, runningEvents)
	src.Inject(historytest.Fault{Op: historytest.OpDescribe, Hook: func(context.Context, historytest.Call) {
		src.Append(ref, script(t, endedEvents)[3:]...)
	}})
	got, err := client.Execution(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "execution", history.Execution{
		Ref: ref, Status: history.Succeeded, Started: at(1), Ended: at(6), Input: "1", Output: "2",
		Steps: []history.Step{{
			ID: "a", Name: "a", Kind: history.StepNode, Status: history.Succeeded, Entered: at(2), Started: at(3), Ended: at(5), FirstEvent: 2, LastEvent: 5,
		}},
	}, got)
}

// What an execution failed with is only in its last event; a provider's word that is older than the events is no longer true.
func TestClientExecutionTakesFromEventsWhatOnlyTheyTell(t *testing.T) {
	t.Parallel()
	_, client := sourceOf(t, history.Execution{Status: history.Running, NativeStatus: "Running"},
		runningEvents+`
		4 1 ExecutionFailed - {"error":"Code","cause":"why"}`)
	got, err := client.Execution(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	got.Steps, got.Diagnostics = nil, nil
	equal(t, "execution", history.Execution{
		Ref: ref, Status: history.Failed, Started: at(1), Ended: at(4), Input: "1", Failure: &history.Failure{Code: "Code", Cause: "why"},
	}, got)
}

// noResume is a source that leaves out the cursors that it should send.
type noResume struct{ *historytest.Source }

func (s noResume) EventPages(ctx context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
	return func(yield func(history.Page[history.Event], error) bool) {
		for page, err := range s.Source.EventPages(ctx, q) {
			if page.Resume = ""; !yield(page, err) {
				return
			}
		}
	}
}

// Reading the tail once more does not begin anew with a source that does not say where it is: events are folded once.
func TestClientExecutionOfASourceWithoutResume(t *testing.T) {
	t.Parallel()
	src, _ := sourceOf(t, history.Execution{Status: history.Failed}, "1 0 ExecutionStarted -")
	got, err := history.NewClient(noResume{src}, nil).Execution(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "diagnostics", []string{"no_end defect 0"}, codes(got))
}

func TestClientExecutionReturnsWhatItHasWithAnError(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault historytest.Fault
		want  string
		codes []string
	}{
		{"events", historytest.Fault{Op: historytest.OpEventPages, After: 1, Err: history.ErrUnavailable},
			"running\n  a running\n", []string{"read_cut_short defect 0"}},
		{"description", historytest.Fault{Op: historytest.OpDescribe, Err: history.ErrUnavailable},
			"running\n  a running\n", nil},
		{"tail", historytest.Fault{Op: historytest.OpEventPages, After: 2, Err: history.ErrUnavailable},
			"failed\n  a running\n", []string{"read_cut_short defect 0", "no_end defect 0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			src, client := sourceOf(t, history.Execution{Status: history.Failed}, runningEvents)
			src.Inject(tt.fault)
			got, err := client.Execution(t.Context(), ref)
			if !errors.Is(err, history.ErrUnavailable) {
				t.Errorf("error is %v, want ErrUnavailable", err)
			}
			equal(t, "tree", tt.want, outline(got))
			equal(t, "diagnostics", tt.codes, codes(got))
		})
	}
	_, client := sourceOf(t, history.Execution{}, "")
	if _, err := client.Execution(t.Context(), history.Ref{Workflow: "flow"}); !errors.Is(err, history.ErrInvalid) {
		t.Errorf("without an execution the error is %v, want ErrInvalid", err)
	}
}

// stepSource is a source whose provider records no events and sends the steps with the description.
type stepSource struct{ *historytest.Source }

func (s stepSource) Capabilities() history.Capabilities { return history.Capabilities{Steps: true} }

func (s stepSource) Describe(ctx context.Context, ref history.Ref) (history.Execution, error) {
	e, err := s.Source.Describe(ctx, ref)
	e.Steps = []history.Step{{ID: "node"}}
	return e, err
}

func TestClientExecutionTakesTheStepsThatTheProviderSends(t *testing.T) {
	t.Parallel()
	src, _ := sourceOf(t, history.Execution{Status: history.Running}, endedEvents)
	got, err := history.NewClient(stepSource{src}, nil).Execution(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "execution", history.Execution{Ref: ref, Status: history.Running, Steps: []history.Step{{ID: "node"}}}, got)
	equal(t, "requests", 1, len(src.Calls()))
}

// mixedUp is a source that puts an event of another execution among those that are asked for.
type mixedUp struct{ *historytest.Source }

func (m mixedUp) EventPages(ctx context.Context, q history.EventQuery) iter.Seq2[history.Page[history.Event], error] {
	return func(yield func(history.Page[history.Event], error) bool) {
		for page, err := range m.Source.EventPages(ctx, q) {
			for i := range page.Items {
				if page.Items[i].ID == 3 {
					page.Items[i].Ref.Execution = "another"
				}
			}
			if !yield(page, err) {
				return
			}
		}
	}
}

// That is the source's fault, not the caller's.
func TestClientExecutionOfAMixedUpSource(t *testing.T) {
	t.Parallel()
	src, _ := sourceOf(t, history.Execution{Status: history.Succeeded}, endedEvents)
	e, err := history.NewClient(mixedUp{src}, nil).Execution(t.Context(), ref)
	failure, ok := errors.AsType[*history.Error](err)
	if !ok || failure.Kind != history.ErrDecode || failure.Provider != ref.Provider || failure.Cursor == "" {
		t.Errorf("error %+v, want ErrDecode that says where", err)
	}
	equal(t, "steps before it", 1, len(e.Steps))
}
