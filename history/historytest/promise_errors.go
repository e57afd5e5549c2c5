// SPDX-License-Identifier: Apache-2.0

package historytest

import (
	"errors"

	"github.com/flowhistory/flowhistory/history"
)

// kinds are the errors that a provider may answer with, whatever it is asked.
func kinds() []history.Kind {
	return []history.Kind{history.ErrUnauthenticated, history.ErrPermission, history.ErrThrottled, history.ErrUnavailable, history.ErrClockSkew}
}

// A pair is a value or an error; an error comes once and ends the sequence.
func oneErrorEndsTheSequence(t *trial) {
	for _, n := range []int{0, 2} {
		for after := range 2 {
			if after > 0 && !t.paged() {
				continue
			}
			t.place.Clear()
			t.place.Fail(history.ErrUnavailable, after, -1)
			errs, pages := 0, 0
			for p, err := range t.walker(prefetch(n)).pages(t.Context(), "", 2) {
				switch {
				case errs > 0:
					t.Errorf("behind the error comes %v, %v", p, err)
				case err == nil:
					pages++
				default:
					if errs++; len(p.Items) > 0 || p.Next != "" || p.Resume != "" {
						t.Errorf("the error comes with a page: %+v", p)
					}
				}
			}
			if errs != 1 || pages != after {
				t.Errorf("a walk that fails behind %d pages brought %d pages and %d errors", after, pages, errs)
			}
		}
	}
}

// Each error says what went wrong in neutral words, and where.
func errorsHaveTheirKind(t *trial) {
	for _, kind := range kinds() {
		t.place.Clear()
		t.place.Fail(kind, 0, -1)
		w := t.walker()
		got, err := collect(w.items(t.Context(), "", 0))
		if len(got) > 0 {
			t.Errorf("%v: %d items came", kind, len(got))
		}
		t.says("a walk", w, err, kind)
		_, err = w.page(t.Context(), "", 0)
		t.says("a page", w, err, kind)
		_, err = w.client.Describe(t.Context(), w.eventQuery("", 0).Ref)
		t.says("Describe", w, err, kind)
	}
}

// says checks what an error of a provider says.
func (t *trial) says(what string, w walker, err error, kind history.Kind) {
	t.Helper()
	e := t.failure(what, err)
	if e.Kind != kind {
		t.Errorf("%s: the error is %v, want the kind %v", what, err, kind)
	}
	if e.Provider != w.client.Provider() || e.Scope != w.client.Scope() || e.Op == "" {
		t.Errorf("%s: the error is of %q, %q, operation %q", what, e.Provider, e.Scope, e.Op)
	}
	if t.place.Wire != nil && (e.HTTPStatus == 0 || e.Code == "" || e.RequestID == "" || e.Attempts != 1) {
		t.Errorf("%s: status %d, code %q, request id %q, attempts %d; want the provider's, and 1", what, e.HTTPStatus, e.Code, e.RequestID, e.Attempts)
	}
}

// What is not there is one of the two not-founds.
func unknownNamesAreNotFound(t *trial) {
	c := t.client()
	for what, ref := range map[string]history.Ref{
		"execution": {Workflow: sampleWorkflow, Execution: "suite-unknown"},
		"workflow":  {Workflow: "suite-unknown", Execution: "suite-unknown"},
	} {
		got, err := collect(texts(c.Events(t.Context(), history.EventQuery{Ref: ref})))
		t.refuses("events of an unknown "+what, got, err, history.ErrNotFound, "")
		_, err = c.Describe(t.Context(), ref)
		t.refuses("describing an unknown "+what, nil, err, history.ErrNotFound, "")
	}
	got, err := collect(texts(c.Executions(t.Context(), history.ExecutionQuery{Workflow: "suite-unknown"})))
	t.refuses("executions of an unknown workflow", got, err, history.ErrWorkflowNotFound, "")
}

// What may pass is tried again as often as Retry.Max says; what may not is not.
func retriesAreCounted(t *trial) {
	if !t.wired() {
		return
	}
	want := t.all(t.walker())
	const again = 2
	for _, kind := range kinds() {
		made := 1
		if kind.Retryable() {
			made += again
		}
		t.place.Fail(kind, 0, -1)
		before := t.requests()
		_, err := collect(t.walker(retries(again)).items(t.Context(), "", 0))
		t.place.Clear()
		e := t.failure(kind.Error(), err)
		if n := t.requests() - before; n != made || e.Attempts != made || !errors.Is(err, kind) {
			t.Errorf("%v: %d requests, %d attempts in the error, want %d", err, n, e.Attempts, made)
		}

		if !kind.Retryable() {
			continue
		}
		t.place.Fail(kind, 0, again)
		got, err := collect(t.walker(retries(again)).items(t.Context(), "", 0))
		t.place.Clear()
		if err != nil {
			t.Errorf("%v that passed: %v", kind, err)
		}
		t.same("items behind retries", want, got)
	}
}
