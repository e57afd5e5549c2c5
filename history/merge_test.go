// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// seconds makes a finished history of an execution from the seconds of its events; a negative second is an error.
func seconds(execution string, asked *int, seconds ...int) iter.Seq2[history.Event, error] {
	return func(yield func(history.Event, error) bool) {
		for i, s := range seconds {
			*asked++
			if s < 0 {
				yield(history.Event{}, errBroken)
				return
			}
			e := history.Event{Ref: history.Ref{Provider: "script", Workflow: "flow", Execution: execution}, ID: int64(i + 1), Time: at(s)}
			if !yield(e, nil) {
				return
			}
		}
		*asked++
	}
}

// merged is what a merge yields, each event as its execution and second, an error as its text.
func merged(seq iter.Seq2[history.Event, error]) []string {
	var out []string
	for e, err := range seq {
		if err != nil {
			out = append(out, err.Error())
			continue
		}
		out = append(out, fmt.Sprintf("%s%d", e.Execution, e.Time.Sub(at(0))/time.Second))
	}
	return out
}

func TestMerge(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		a, b, c []int
		want    string
	}{
		{"nothing", nil, nil, nil, ""},
		{"one", []int{1, 2, 3}, nil, nil, "a1 a2 a3"},
		{"by time", []int{1, 4, 7}, []int{2, 5}, []int{3, 6, 8, 9}, "a1 b2 c3 a4 b5 c6 a7 c8 c9"},
		{"one behind the other", []int{7, 8}, []int{4, 5}, []int{1, 2}, "c1 c2 b4 b5 a7 a8"},
		{"of one time in the order of the sequences", []int{1, 1, 2}, []int{1, 2, 2}, []int{1, 2}, "a1 a1 b1 c1 a2 b2 b2 c2"},
		{"times that go back do not change an execution's own order", []int{5, 1, 6}, []int{2, 7}, nil, "b2 a5 a1 a6 b7"},
		{"fails at the start", []int{1, 2}, []int{-1}, []int{3}, "history: Merge: unknown: merged sequence 1, before its first event: broken"},
		{"fails in the middle", []int{1, 3, 9}, []int{2, 4, -1}, []int{5},
			"a1 b2 a3 b4 history: Merge: unknown: merged sequence 1, behind event 2 of script:///flow/b: broken"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			seq := history.Merge(seconds("a", &asked, tt.a...), seconds("b", &asked, tt.b...), seconds("c", &asked, tt.c...))
			equal(t, "asked before the range", 0, asked)
			for range 2 { // ranging again starts over
				equal(t, "merged", tt.want, strings.Join(merged(seq), " "))
			}
		})
	}
	equal(t, "pairs of a merge of no sequences", 0, len(merged(history.Merge())))
}

func TestMergeIsASortOfAll(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	var seqs []iter.Seq2[history.Event, error]
	var want []string
	asked := 0
	for i := range 40 {
		times := make([]int, r.IntN(50))
		for j := range times {
			times[j] = r.IntN(60)
		}
		slices.Sort(times)
		name := fmt.Sprintf("%02d-", i)
		seqs = append(seqs, seconds(name, &asked, times...))
		want = append(want, merged(seconds(name, &asked, times...))...)
	}
	slices.SortStableFunc(want, func(a, b string) int {
		var i, j, s, u int
		_, _ = fmt.Sscanf(a, "%d-%d", &i, &s)
		_, _ = fmt.Sscanf(b, "%d-%d", &j, &u)
		return s - u
	})
	equal(t, "merged", want, merged(history.Merge(seqs...)))
}

// The next event of a sequence is asked for after the one before was consumed, and not earlier.
func TestMergeIsLazy(t *testing.T) {
	t.Parallel()
	var a, b int
	seq := history.Merge(seconds("a", &a, 1, 2, 3, 4), seconds("b", &b, 3, 5))
	var got []string
	for e, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, fmt.Sprintf("%s%d: %d %d", e.Execution, e.ID, a, b)); len(got) == 4 {
			break
		}
	}
	equal(t, "asked so far of each", []string{"a1: 1 1", "a2: 2 1", "a3: 3 1", "b1: 4 1"}, got)
}

// A client's error keeps its kind, code and cursor, and says where it comes from.
func TestMergeKeepsTheErrorOfASequence(t *testing.T) {
	t.Parallel()
	src := newSource(6, 2)
	src.Inject(historytest.Fault{After: 2, Err: &history.Error{Kind: history.ErrThrottled, Code: "Throttling", Message: "slow down"}})
	client := history.NewClient(src, nil)
	other := &historytest.Source{ScopeName: "other"}
	other.Add(history.Execution{Ref: ref}, events(6)...)
	seq := history.Merge(
		history.NewClient(other, nil).Events(t.Context(), history.EventQuery{Ref: history.Ref{Workflow: "flow", Execution: "exec"}}),
		client.Events(t.Context(), history.EventQuery{Ref: ref}),
	)
	got, err := history.Collect(seq)
	// Both have the same times, so that the other one is a step ahead when this one fails.
	equal(t, "events", []int64{1, 1, 2, 2, 3, 3, 4, 4}, ids(got))
	e := asError(t, err)
	equal(t, "kind", history.ErrThrottled, e.Kind)
	equal(t, "code", "Throttling", e.Code)
	equal(t, "message", "merged sequence 1, behind event 4 of script://test/flow/exec: slow down", e.Message)

	rest, err := history.Collect(client.Events(t.Context(), history.EventQuery{Ref: ref, From: e.Cursor}))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "events from the error's cursor", []int64{5, 6}, ids(rest))
}

// What somebody added to a client's error on its way into the merge is still there: its text, and what it matches.
func TestMergeKeepsWhatWasAddedToAnError(t *testing.T) {
	t.Parallel()
	own := &history.Error{Kind: history.ErrThrottled, Code: "Throttling", Message: "slow down", Cursor: "here"}
	_, err := history.Collect(history.Merge(func(yield func(history.Event, error) bool) {
		yield(history.Event{}, fmt.Errorf("account 7: %w: %w", errBroken, own))
	}))
	e := asError(t, err)
	if e.Kind != own.Kind || e.Code != own.Code || e.Cursor != own.Cursor || !errors.Is(err, errBroken) {
		t.Errorf("the error is %+v, want the client's, and what was added to it", e)
	}
	for _, part := range []string{"merged sequence 0", "account 7", "slow down"} {
		if strings.Count(err.Error(), part) != 1 {
			t.Errorf("the error is %q, want %q in it once", err, part)
		}
	}
}

func TestMergeMatchesTheContextOfItsSequences(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	client := history.NewClient(newSource(6, 2), nil)
	count := 0
	for _, err := range history.Merge(client.Events(ctx, history.EventQuery{Ref: ref}), client.Events(ctx, history.EventQuery{Ref: ref})) {
		if count++; count == 1 {
			cancel()
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("error is %v, want context.Canceled", err)
		}
	}
	equal(t, "pairs, the page that was read and the error", 4, count)
}

// Of a sequence's plain error the kind is told, or that nobody told it; none when a context ended it.
func TestMergeClassifiesPlainErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err  error
		want history.Kind
	}{
		{errBroken, history.ErrUnknown},
		{fmt.Errorf("wrapped: %w", history.ErrTooLarge), history.ErrTooLarge},
		{context.Canceled, ""},
		{fmt.Errorf("wrapped: %w", context.DeadlineExceeded), ""},
	} {
		_, err := history.Collect(history.Merge(func(yield func(history.Event, error) bool) { yield(history.Event{}, tt.err) }))
		e := asError(t, err)
		equal(t, tt.err.Error()+": kind", tt.want, e.Kind)
		equal(t, tt.err.Error()+": cause", true, errors.Is(err, tt.err))
	}
}

func TestMergeStopsAllSequencesWhenItIsLeft(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(iter.Seq2[history.Event, error]){
		"at the end": func(seq iter.Seq2[history.Event, error]) { _ = merged(seq) },
		"by a break": func(seq iter.Seq2[history.Event, error]) { _, _ = history.Collect(history.Limit(seq, 2)) },
		"by a panic": func(seq iter.Seq2[history.Event, error]) { defer func() { _ = recover() }(); panicIn(seq) },
		"by its error": func(seq iter.Seq2[history.Event, error]) {
			_ = merged(history.Merge(seq, seconds("x", new(int), 1, -1)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			open := 0
			tracked := func(n int) iter.Seq2[history.Event, error] {
				return func(yield func(history.Event, error) bool) {
					open++
					defer func() { open-- }() // a pull that is not stopped never comes here
					for i := range n {
						if !yield(history.Event{ID: int64(i + 1), Time: at(i)}, nil) {
							return
						}
					}
				}
			}
			leave(history.Merge(tracked(3), tracked(5), tracked(0), tracked(4)))
			equal(t, "open sequences", 0, open)
		})
	}
}

func panicIn(seq iter.Seq2[history.Event, error]) {
	for range seq {
		panic("in the loop body")
	}
}

func BenchmarkMerge(b *testing.B) {
	asked := 0
	times := make([]int, 1000)
	for i := range times {
		times[i] = i
	}
	var seqs []iter.Seq2[history.Event, error]
	for i := range 100 {
		seqs = append(seqs, seconds(fmt.Sprint(i), &asked, times...))
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range history.Merge(seqs...) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
