// SPDX-License-Identifier: Apache-2.0

package archive_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

// What is written can be read: an execution whose steps are nested too deeply for a reader is refused, or comes back.
func TestHostileDeepExecution(t *testing.T) {
	t.Parallel()
	var steps []history.Step
	for range 20_000 {
		steps = []history.Step{{ID: "a", Name: "a", Children: steps}}
	}
	e := history.Execution{Ref: history.Ref{Provider: "p", Scope: "s", Workflow: "w", Execution: "e"}, Steps: steps}
	var out strings.Builder
	w := archive.NewWriter(&out, archive.Policy{})
	if err := w.WriteExecution(e); err != nil {
		if !errors.Is(err, history.ErrInvalid) {
			t.Errorf("the error is %v, want ErrInvalid", err)
		}
		return
	}
	if got, err := history.Collect(archive.Records(strings.NewReader(out.String()), "deep", nil)); err != nil || len(got) != 1 {
		t.Errorf("%d records, error %.200v", len(got), err)
	}
}
