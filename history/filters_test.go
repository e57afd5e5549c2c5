// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

func TestFailedOnly(t *testing.T) {
	t.Parallel()
	failures := []history.EventType{history.StepFailed, history.TaskSubmitFailed, history.TaskFailed, history.TaskTimedOut,
		history.ExecutionFailed, history.ExecutionTimedOut}
	var got []history.EventType
	for _, typ := range history.EventTypes() {
		if history.FailedOnly(history.Event{Type: typ}) {
			got = append(got, typ)
		}
	}
	equal(t, "documented types that tell of a failure", failures, got)
	equal(t, "a type that no document lists", true, history.FailedOnly(history.Event{Type: "MapItemFailed"}))
	equal(t, "no type", false, history.FailedOnly(history.Event{}))
}

func TestEventFilters(t *testing.T) {
	t.Parallel()
	const story = `
		1 0 ExecutionStarted -
		2 1 StepEntered pay
		3 2 TaskFailed pay
		4 3 StepEntered ship
		5 4 ExecutionFailed -`
	for _, tt := range []struct {
		name string
		keep func(history.Event) bool
		want []int64
	}{
		{"FailedOnly", history.FailedOnly, []int64{3, 5}},
		{"one step", history.ByStep("pay"), []int64{2, 3}},
		{"two steps", history.ByStep("ship", "pay"), []int64{2, 3, 4}},
		{"the execution itself", history.ByStep(""), []int64{1, 5}},
		{"a step that is not there", history.ByStep("Pay"), nil},
		{"no step named", history.ByStep(), upTo(5)},
		{"one type", history.ByType(history.StepEntered), []int64{2, 4}},
		{"two types", history.ByType(history.StepEntered, history.ExecutionFailed), []int64{2, 4, 5}},
		{"no type named", history.ByType(), upTo(5)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, client := sourceOf(t, history.Execution{}, story)
			got, err := history.Collect(history.Filter(client.Events(t.Context(), history.EventQuery{Ref: ref}), tt.keep))
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "events", tt.want, ids(got))
		})
	}
}

// A predicate may be used by many goroutines and must not change when its maker goes on with the names.
func TestPredicatesKeepTheirNames(t *testing.T) {
	t.Parallel()
	names, types := strings.Fields("pay ship"), []history.EventType{history.StepEntered}
	byStep, byType := history.ByStep(names...), history.ByType(types...)
	names[0], types[0] = "other", history.StepExited
	e := history.Event{Step: "pay", Type: history.StepEntered}
	if !byStep(e) || !byType(e) {
		t.Errorf("ByStep keeps the event: %v, ByType: %v; want both", byStep(e), byType(e))
	}
}
