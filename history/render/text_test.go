// SPDX-License-Identifier: Apache-2.0

package render_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
	"github.com/flowhistory/flowhistory/history/render"
)

func TestTextOfWhatHasNotEnded(t *testing.T) {
	t.Parallel()
	retried := step("retried", history.Running, 1, 2, -1)
	retried.Attempts = []history.Attempt{
		{Scheduled: at(2), Started: at(2), Ended: at(4), Status: history.Failed}, {Scheduled: at(6), Started: at(6), Status: history.Running},
	}
	e := execution(history.Running, 0, step("done", history.Succeeded, 0, 0, 1), retried, step("queued", history.Pending, 4, -1, -1), step("later", history.Pending, -1, -1, -1))
	for now, want := range map[time.Time]string{
		at(10): `▶ flow/exec  running for 10.0s · 4 steps, 1 retry
  script://test/flow/exec
  2026-11-01 08:00:00 UTC

                    0              5s
✓ done    1.00s     ███
▶ retried 9.00s ×2     ░░░▒▒▒▒▒▒░░░░░░████████████
○ queued  6.00s                 ░░░░░░░░░░░░░░░░░░
○ later

  █ working   ░ waiting   ▒ attempt that failed
`,
		{}: `▶ flow/exec
  running, last event 6.00s after the start · 4 s…
  script://test/flow/exec
  2026-11-01 08:00:00 UTC

                     0                       5s
✓ done     1.00s     █████
▶ retried ≥5.00s ×2       ░░░░░▒▒▒▒▒▒▒▒▒░░░░░░░░░░
○ queued  ≥2.00s                        ░░░░░░░░░░
○ later

  █ working   ░ waiting   ▒ attempt that failed
`,
	} {
		if diff := cmp.Diff(want, text(t, e, &render.TextOptions{Width: 50, Now: now})); diff != "" {
			t.Errorf("text at %s mismatch (-want +got):\n%s", now, diff)
		}
	}
}

// TestLegendIsBrokenBetweenItsEntries, however narrow the text is.
func TestLegendIsBrokenBetweenItsEntries(t *testing.T) {
	t.Parallel()
	e := execution(history.Failed, 9, step("around", history.Failed, 0, 0, 9, step("done", history.Succeeded, 0, 2, 4), step("broken", history.Failed, 4, 5, 9)))
	for width, want := range map[int][]string{
		80: {"  █ working   ░ waiting   ▒ attempt that failed   ━ has steps in it"},
		60: {"  █ working   ░ waiting   ▒ attempt that failed", "  ━ has steps in it"},
		30: {"  █ working   ░ waiting", "  ▒ attempt that failed", "  ━ has steps in it"},
	} {
		_, legend, _ := strings.Cut(text(t, e, &render.TextOptions{Width: width}), "\n\n  █")
		if diff := cmp.Diff(strings.Join(want, "\n")+"\n", "  █"+legend); diff != "" {
			t.Errorf("legend in %d columns mismatch (-want +got):\n%s", width, diff)
		}
	}
}

// TestTextOfABranchWithoutAnEnd: it ended with its last step if it failed by that, and whatever else is open with what it is
// in, not with the execution.
func TestTextOfABranchWithoutAnEnd(t *testing.T) {
	t.Parallel()
	branch := func(id string, status history.Status, steps ...history.Step) history.Step {
		return history.Step{ID: id, Name: "fork", Kind: history.BranchNode, Status: status, Entered: at(0), Children: steps}
	}
	e := execution(history.Succeeded, 20,
		step("fork", history.Failed, 0, 0, 8,
			branch("fork[1]", history.Failed, step("reserve", history.Succeeded, 0, 0, 2), step("charge", history.Failed, 2, 2, 6)),
			branch("fork[2]", history.Stopped, step("label", history.Succeeded, 0, 0, 1), step("print", history.Stopped, 1, 1, -1))),
		step("refund", history.Succeeded, 8, 8, 20))
	got := text(t, e, &render.TextOptions{Width: 60})
	want := `✓ flow/exec  succeeded after 20.0s · 6 steps, 1 failed
  script://test/flow/exec
  2026-11-01 08:00:00 – 08:00:20 UTC

  caught      fork

                     0                   10s
✗ fork        8.00s  ━━━━━━━━━━━━━━━━
├ ✗ [1]       6.00s  ━━━━━━━━━━━━
│ ├ ✓ reserve 2.00s  ████
│ └ ✗ charge  4.00s      ▒▒▒▒▒▒▒▒
└ ■ [2]       8.00s  ━━━━━━━━━━━━━━━━
  ├ ✓ label   1.00s  ██
  └ ■ print   7.00s    ██████████████
✓ refund      12.0s                  ███████████████████████

  █ working   ▒ attempt that failed   ━ has steps in it
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("text mismatch (-want +got):\n%s", diff)
	}
}

// TestTextOfWhatBeganTooLate: a branch goes on although the step that it is in has failed.
func TestTextOfWhatBeganTooLate(t *testing.T) {
	t.Parallel()
	branch := func(id string, status history.Status, inner history.Step) history.Step {
		return history.Step{ID: id, Name: "par", Kind: history.BranchNode, Status: status, Entered: at(0), Children: []history.Step{inner, inner}}
	}
	e := execution(history.Failed, 12, step("par", history.Failed, 0, 0, 9,
		branch("par[1]", history.Failed, step("a", history.Failed, 2, 2, 8)), branch("par[2]", history.Stopped, step("b", history.Stopped, 10, 11, -1))))
	got := map[string]string{}
	for line := range strings.Lines(text(t, e, nil)) {
		if words := strings.Fields(strings.Trim(line, "├└│✗■ ")); len(words) > 1 {
			got[words[0]] = words[1]
		}
	}
	for name, want := range map[string]string{"par": "9.00s", "[1]": "8.00s", "a": "6.00s", "[2]": "11.0s", "b": "1.00s"} {
		if got[name] != want {
			t.Errorf("%s took %q, want %q", name, got[name], want)
		}
	}
}

// TestTextHasTheWholeReference: it is there to be copied, however narrow the text is.
func TestTextHasTheWholeReference(t *testing.T) {
	t.Parallel()
	e := execution(history.Failed, 3)
	e.Ref = history.Ref{
		Provider: "huawei", Scope: "cn-north-4/0123456789abcdef0123456789abcdef", Workflow: "restart-workloads", Execution: "5b0c7f6e-1d42-4c1b-9a3e-00000000a001",
	}
	for _, width := range []int{30, 60, 80, 120, 200} {
		lines := strings.ReplaceAll(text(t, e, &render.TextOptions{Width: width}), "\n  ", "")
		if ref := history.FormatRef(e.Ref); !strings.Contains(lines, ref) {
			t.Errorf("in %d columns there is no %s in:\n%s", width, ref, text(t, e, &render.TextOptions{Width: width}))
		}
	}
}

func TestTextCountsWhatIsAlike(t *testing.T) {
	t.Parallel()
	e := execution(history.Running, 0, iterations(128, func(i int) history.Status {
		switch {
		case i == 70 || i == 99:
			return history.Failed
		case i > 120:
			return history.Running
		}
		return history.Succeeded
	}))
	rows := func(o *render.TextOptions) (labels []string) {
		for line := range strings.Lines(text(t, e, o)) {
			if strings.ContainsAny(line, "├└") {
				label, _, _ := strings.Cut(strings.TrimSpace(line), "  ")
				labels = append(labels, label)
			}
		}
		return labels
	}
	want := []string{"├ ✓ [1] work", "├ ✓ [2] work", "├ ✓ [3] work", "├ ✗ [71] work", "├ ✗ [100] work", "└ … 123 more like these: 7 running, 116 succeeded"}
	for i, label := range rows(nil) {
		if i < len(want) && !strings.HasPrefix(label, want[i]) {
			t.Errorf("row %d is %q, want %q", i, label, want[i])
		}
	}
	for alike, n := range map[int]int{0: 6, 127: 6, 128: 128, -1: 128} {
		if got := len(rows(&render.TextOptions{Alike: alike})); got != n {
			t.Errorf("%d rows with Alike %d, want %d", got, alike, n)
		}
	}
}

func TestTextSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	e := execution(history.Failed, 3)
	for i := range 7 {
		e.Diagnostics = append(e.Diagnostics, history.Diagnostic{Code: "missing_events", Step: "pay", Text: fmt.Sprintf("number %d\x1b", i)})
	}
	got := text(t, e, nil)
	for _, want := range []string{"! pay: number 4\\x1b (missing_events)\n", "  and 2 more diagnostics\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

// TestTextStaysInItsWidth counts runes: the names of these executions are of ASCII.
func TestTextStaysInItsWidth(t *testing.T) {
	t.Parallel()
	for _, x := range historytest.Gallery() {
		if x.Name == "foreach" {
			continue // its failure is not of ASCII
		}
		for _, width := range []int{-5, 1, 30, 43, 80, 200} {
			for line := range strings.Lines(text(t, x.Execution, &render.TextOptions{Width: width})) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > max(width, 30) {
					t.Errorf("%s in %d columns has a line of %d: %q", x.Name, width, n, line)
				}
			}
		}
	}
}

// Times are told in UTC, wherever they come from.
func TestTextIsInUTC(t *testing.T) {
	t.Parallel()
	there, here := execution(history.Succeeded, 8*3600), execution(history.Succeeded, 8*3600)
	zone := time.FixedZone("", -9*3600) // the day before
	there.Started, there.Ended = there.Started.In(zone), there.Ended.In(zone)
	if diff := cmp.Diff(text(t, here, nil), text(t, there, nil)); diff != "" {
		t.Errorf("in another zone mismatch (-UTC +got):\n%s", diff)
	}
}

// Clocks go backwards in what providers send: nothing takes less than no time, and an end alone is when it was.
func TestTextOfClocksThatGoBackwards(t *testing.T) {
	t.Parallel()
	e := execution(history.Succeeded, 3, step("back", history.Succeeded, 8, 8, 6), step("end-only", history.Succeeded, -1, -1, 7))
	e.Started = at(5)
	got := text(t, e, nil)
	for _, want := range []string{"succeeded after 0ms", "✓ back       0ms  ", "✓ end-only   0ms  "} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

// A branch that goes by a name of its own is named like a step; a number joins the name of the step that it is in.
func TestTextNamesThePlace(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{"fork[2]": "root cause  fork[2] › pay\n", "left": "root cause  fork › left › pay\n"} {
		branch := step("fork", history.Failed, 1, 1, 9, step("pay", history.Failed, 1, 1, 9), step("note", history.Stopped, 1, 1, 9))
		branch.ID, branch.Kind = id, history.BranchNode
		if got := text(t, execution(history.Failed, 9, step("fork", history.Failed, 1, 1, 9, branch)), nil); !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

// A text has a least width, and a history with a lot wrong is still told of in a few lines.
func TestTextHasBounds(t *testing.T) {
	t.Parallel()
	e := execution(history.Succeeded, 9, step("a", history.Succeeded, 0, 1, 9))
	for range 7 {
		e.Diagnostics = append(e.Diagnostics, history.Diagnostic{Code: "odd", Text: "wrong"})
	}
	if diff := cmp.Diff(text(t, e, &render.TextOptions{Width: 30}), text(t, e, &render.TextOptions{Width: 5})); diff != "" {
		t.Errorf("width 5 mismatch (-30 columns +got):\n%s", diff)
	}
	if got := text(t, e, nil); strings.Count(got, "! wrong (odd)") != 5 || !strings.Contains(got, "and 2 more diagnostics") {
		t.Errorf("want five diagnostics and how many more there are:\n%s", got)
	}
}

// TestEmpty draws executions of which little is known.
func TestEmpty(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]history.Execution{
		"nothing":        {},
		"no steps":       execution(history.Failed, 3),
		"no times":       {Status: history.Running, Steps: []history.Step{{ID: "a", Name: "a", Kind: history.StepNode}, {}}},
		"one moment":     execution(history.Succeeded, 0, step("a", history.Succeeded, 0, 0, 0)),
		"backwards":      execution(history.Succeeded, 9, step("a", history.Succeeded, 5, 4, 3), step("b", history.Succeeded, -1, -1, 2)),
		"beyond the end": execution(history.Succeeded, 1, step("a", history.Stopped, 3, 4, -1)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkAll(t, e)
		})
	}
}

func TestErrorsOfWriters(t *testing.T) {
	t.Parallel()
	for kind, out := range outputs() {
		if err := out(full{}, execution(history.Succeeded, 3)); !errors.Is(err, errFull) {
			t.Errorf("%s: error %v, want %v", kind, err, errFull)
		}
	}
}

// TestNothingIsChanged draws an execution and compares it with what it was.
func TestNothingIsChanged(t *testing.T) {
	t.Parallel()
	now, before := historytest.Gallery(), historytest.Gallery()
	for i, x := range now {
		for _, out := range outputs() {
			draw(t, out, x.Execution)
		}
		if diff := cmp.Diff(before[i], x); diff != "" {
			t.Errorf("%s was changed (-before +after):\n%s", x.Name, diff)
		}
	}
}
