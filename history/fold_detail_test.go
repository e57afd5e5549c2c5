// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"testing"

	"github.com/flowhistory/flowhistory/history"
)

// A step's output is what its own success says, and where that says nothing, what its task's last end does, also one that
// comes late. Mostly both details are the same; those below differ in little.
func TestFoldTellsTheOutputOfStepAndTask(t *testing.T) {
	t.Parallel()
	const none = history.Detail("")
	for _, test := range []struct{ task, step, want history.Detail }{
		{`{"output":{"n":1}}`, `{"output":{"n":1}}`, `{"n":1}`},
		{`{"output":{"n":1}}`, `{"output":{"n":2}}`, `{"n":2}`},
		{`{"output":{"n":1}}`, `{"output":{"n":12}}`, `{"n":12}`},
		{`{"output":{"n":1}}`, ` {"output":{"n":1}}`, `{"n":1}`},
		{`{"output":{"n":1}}`, `{"output":{"n":1},"output":3}`, `3`},
		{`{"output":{"n":1}}`, `{"outpu_":{"n":1}}`, none},
		{`{"output":{"n":1}}`, `["output":{"n":1}}`, none},
		{`{"output":{"n":1}}`, `{ output":{"n":1}}`, none},
		{`{"output":{"n":1}}`, `{"output";{"n":1}}`, none},
		{`{"output":{"n":1}}`, `{"output":{"n":1}]`, none},
		{`{"output":{"n":1}}`, `{"output":null}`, none},
		{`{"output":{"n":1}}`, none, none},
		{`{"output":null}`, `{"output":}`, none},
		{`{"output":null}`, `{"output":{"n":1}}`, `{"n":1}`},
		{none, `{"output":{"n":1}}`, `{"n":1}`},
	} {
		events := script(t, oneTask)
		events[5].Detail, events[6].Detail = test.task, test.step
		want := test.want
		if want == none {
			want = events[5].Detail.Output()
		}
		equal(t, string(test.task+" and then "+test.step), want, fold(t, events).Steps[0].Output)

		late := events[5]
		for i := range events[6:] {
			events[6+i].ID++
		}
		late.ID, late.Detail = 7, `{"output":"late"}`
		if want = test.want; want == none {
			want = late.Detail.Output()
		}
		equal(t, string(test.task+" and then "+test.step+" and late "+late.Detail), want, fold(t, append(events, late)).Steps[0].Output)
	}
}
