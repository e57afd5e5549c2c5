// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"context"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

func polling(o *history.Options) { o.PollInterval = time.Millisecond }

// Following an execution brings each event when it is there, once, whatever the provider has meanwhile, and ends behind
// the terminal one. Behind that nothing is asked for.
func followEndsAtTheEnd(t *trial) {
	const name = "suite-followed"
	q := history.EventQuery{Ref: history.Ref{Workflow: sampleWorkflow, Execution: name}, PageSize: 2}
	steps := 0
	t.place.Load(newRecord(name, 0, steps, history.Running))
	client := t.client(polling)
	var got []string
	var last history.Page[history.Event]
	for p, err := range client.FollowPages(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		last = p
		got = append(got, textPage(p).Items...)
		if len(p.Items) > 0 {
			continue
		}
		if steps++; steps < sampleSteps {
			t.place.Load(newRecord(name, 0, steps, history.Running))
		} else {
			t.place.Load(newRecord(name, 0, sampleSteps, history.Succeeded))
		}
	}
	want, err := collect(texts(client.Events(t.Context(), q)))
	if err != nil {
		t.Fatal(err)
	}
	t.same("events of an execution that was followed", want, got)
	if last.Next != "" || last.Resume == "" {
		t.Errorf("the last page has Next %q and Resume %q", last.Next, last.Resume)
	}
	requests := t.requests()
	q.From = last.Resume
	if rest, err := collect(texts(client.Follow(t.Context(), q))); len(rest) > 0 || err != nil || t.requests() != requests {
		t.Errorf("behind the end there are %d events, %d requests and the error %v", len(rest), t.requests()-requests, err)
	}
}

// Wait returns when the execution has ended, with what Describe says then. Where it has to ask again and again it is
// Describe, and asks nothing new of a place.
func waitEndsAtTheEnd(t *trial) {
	client := t.client(polling)
	if !client.Capabilities().LongPoll {
		return
	}
	running := newRecord("suite-awaited", 0, 1, history.Running)
	t.place.Load(running)
	ctx, cancel := context.WithTimeout(t.Context(), impatience)
	defer cancel()
	var got history.Execution
	err := t.whileWaiting(2, func() (err error) {
		got, err = client.Wait(ctx, running.Execution.Ref)
		return err
	}, func() { t.place.Load(newRecord(running.Execution.Execution, 0, 1, history.Succeeded)) })
	if err != nil {
		t.Fatal(err)
	}
	want, err := client.Describe(t.Context(), running.Execution.Ref)
	if err != nil || !got.Status.Terminal() || text(got) != text(want) {
		t.Errorf("Wait returned %s, want %s (error %v)", text(got), text(want), err)
	}
}

// A Follow that fails at any of its requests goes on from its error's cursor, with nothing lost and nothing repeated.
func followResumesFromEveryError(t *trial) {
	want := t.all(t.walker())
	q := history.EventQuery{Ref: history.Ref{Workflow: sampleWorkflow, Execution: sampleExecution}, PageSize: 2}
	client := t.client(polling)
	for k := 0; ; k++ {
		t.place.Fail(history.ErrUnavailable, k, 1)
		got, err := collect(texts(client.Follow(t.Context(), q)))
		t.place.Clear()
		if err == nil {
			if k == 0 {
				t.Fatal("the place does not fail as told")
			}
			t.same("events of a Follow without a failure", want, got)
			return
		}
		again := q
		again.From = t.failure("a Follow that fails", err).Cursor
		rest, err := collect(texts(client.Follow(t.Context(), again)))
		if err != nil {
			t.Fatal(err)
		}
		t.same("events of a Follow that failed and went on", want, append(got, rest...))
	}
}
