// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
)

func TestFoldDiagnostics(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, events string
		want         []string
		tree         string
	}{
		{"nothing at all", ``, []string{"missing_start info 0"}, `
			` + `
			`},
		{"the beginning is missing", `
			4 3 StepSucceeded a
			5 4 StepExited a
			6 5 StepEntered b`,
			[]string{"missing_start defect 0", "missing_events defect 1", "exit_without_entry defect 4", "exit_without_entry defect 5"}, `
			running
			  b running
			`},
		{"the entry of a step is missing", `
			1 0 ExecutionStarted -
			3 2 StepStarted a
			4 2 StepSucceeded a`,
			[]string{"missing_events defect 2", "broken_chain warning 3", "broken_chain warning 4"}, `
			running
			  a succeeded
			`},
		{"the entry of a step comes late", `
			1 0 ExecutionStarted -
			3 2 StepStarted a
			2 1 StepEntered a
			4 3 StepSucceeded a`,
			[]string{"broken_chain warning 3", "out_of_order warning 2"}, `
			running
			  a succeeded
			`},
		{"an event comes twice", `
			1 0 ExecutionStarted -
			2 1 StepEntered a
			2 1 StepEntered a
			1 0 ExecutionStarted -`,
			[]string{"repeated_event warning 2", "repeated_event warning 1"}, `
			running
			  a running
			`},
		{"a type that no document lists", `
			1 0 ExecutionStarted -
			2 1 StepEntered a
			3 2 MapRunStarted a
			4 3 StepSucceeded a`,
			[]string{"unknown_type warning 3"}, `
			running
			  a succeeded
			`},
		{"a step without an outcome, and one that never ended", `
			1 0 ExecutionStarted -
			2 1 StepEntered a
			3 2 StepExited a
			4 3 StepEntered b
			5 1 ExecutionSucceeded -`,
			[]string{"missing_outcome defect 0", "unclosed_step info 0"}, `
			succeeded
			  a ` + `
			  b stopped
			`},
		{"steps that never ended because what they are in failed or ended", `
			1 0 ExecutionStarted -
			2 1 StepEntered fork
			3 2 StepStarted fork
			4 3 BranchEntered fork
			5 4 StepEntered a
			6 3 BranchEntered fork
			7 6 StepEntered b
			8 7 BranchExited fork
			9 8 StepFailed fork
			10 9 StepEntered c
			11 10 ExecutionSucceeded -`, nil, `
			succeeded
			  fork failed
			    fork[1] stopped
			      a stopped
			    fork[2] succeeded
			      b stopped
			  c stopped
			`},
		{"events behind the end", `
			1 0 ExecutionStarted -
			2 1 ExecutionStopped -
			3 2 ExecutionSucceeded -`,
			[]string{"events_after_end warning 3"}, `
			stopped
			`},
		{"causes that are missing", `
			1 0 ExecutionStarted -
			2 0 StepEntered a
			3 0 StepStarted a
			4 0 TaskScheduled a
			5 0 TaskSucceeded a
			6 0 StepSucceeded a
			7 0 StepExited a
			8 0 TaskFailed c
			9 0 BranchEntered a`,
			[]string{"broken_chain warning 2", "broken_chain warning 3", "broken_chain warning 4", "broken_chain warning 5",
				"broken_chain warning 6", "broken_chain warning 7", "broken_chain defect 8", "broken_chain defect 9"}, `
			running
			  a succeeded +succeeded
			`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := fold(t, script(t, tt.events))
			equal(t, "diagnostics", tt.want, codes(got))
			equal(t, "tree", trim(tt.tree), outline(got))
		})
	}
}

func TestFoldNotesAClockThatGoesBackwards(t *testing.T) {
	t.Parallel()
	events := script(t, `
		1 0 ExecutionStarted -
		2 1 StepEntered a
		3 2 StepStarted a`)
	events[1].Time = began
	equal(t, "diagnostics", []string{"clock_backwards warning 2"}, codes(fold(t, events)))

	events[1].Time = time.Time{} // is not known, which is no step back
	equal(t, "diagnostics without a time", []string(nil), codes(fold(t, events)))
}

// What is wrong again and again is counted, not listed without end.
func TestFoldListsNoMoreThanAHundredOfAKind(t *testing.T) {
	t.Parallel()
	events := script(t, `1 0 ExecutionStarted -`)
	for range 250 {
		events = append(events, events[0])
	}
	got := fold(t, events).Diagnostics
	equal(t, "number", 101, len(got))
	equal(t, "last", history.Diagnostic{Code: "repeated_event", Severity: history.Warning, Text: "150 more like this are not listed"}, got[100])
}
