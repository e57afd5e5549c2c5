// SPDX-License-Identifier: Apache-2.0

package render_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

func svg(t *testing.T, e history.Execution) string {
	t.Helper()
	var b strings.Builder
	if err := render.SVG(&b, e, nil); err != nil {
		t.Fatalf("drawing: %v", err)
	}
	return b.String()
}

// TestPictureOfAnInstant: all bars of what took no time are at the beginning, and none is a number that is none.
func TestPictureOfAnInstant(t *testing.T) {
	t.Parallel()
	e := execution(history.Succeeded, 0, step("a", history.Succeeded, 0, 0, 0))
	e.Ended = at(0)
	if got := svg(t, e); strings.Contains(got, "NaN") || strings.Contains(got, "Inf") || !strings.Contains(got, `rx="2"`) {
		t.Errorf("the picture is broken or has no bar:\n%s", got)
	}
	if got := text(t, e, nil); !strings.Contains(got, "0ms  █") || strings.Contains(got, "░") {
		t.Errorf("the text has no bar of a step that worked:\n%s", got)
	}
}

// TestAxisOfMermaid: it has the day where the time of day is not enough, and milliseconds where seconds are not.
func TestAxisOfMermaid(t *testing.T) {
	t.Parallel()
	for end, want := range map[int]string{4: "%H:%M:%S.%L", 60: "%H:%M:%S", 86_400: "%H:%M:%S", 86_401: "%m-%d %H:%M"} {
		var b strings.Builder
		if err := render.Mermaid(&b, execution(history.Succeeded, end), nil); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), "axisFormat "+want+"\n") {
			t.Errorf("the axis of %d seconds is not %s:\n%s", end, want, b.String())
		}
	}
}

// TestWhatIsNotAlikeIsDrawn: branches are counted only where too many of the same kind stand side by side, and never one
// in which something failed.
func TestWhatIsNotAlikeIsDrawn(t *testing.T) {
	t.Parallel()
	succeeded := func(int) history.Status { return history.Succeeded }
	kinds := iterations(14, succeeded)
	for i := range 7 {
		kinds.Children[i].Children[0].Name = "other work"
	}
	survived := iterations(20, succeeded)
	survived.Children[19].Children = []history.Step{
		step("work", history.Failed, 0, 1, 2), step("note", history.Succeeded, 2, 2, 2),
	}
	for name, tc := range map[string]struct {
		each  history.Step
		shown []int
		more  string
	}{
		"two kinds":            {kinds, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, ""},
		"one kind":             {iterations(14, succeeded), []int{1, 2, 3}, "11 more like these, all succeeded"},
		"a failure in one":     {survived, []int{1, 2, 3, 20}, "16 more like these, all succeeded"},
		"no more than allowed": {iterations(8, succeeded), []int{1, 2, 3, 4, 5, 6, 7, 8}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := text(t, execution(history.Succeeded, 9, tc.each), nil)
			var shown []int
			for i := range 30 {
				if strings.Contains(got, fmt.Sprintf("[%d]", i)) {
					shown = append(shown, i)
				}
			}
			if diff := cmp.Diff(tc.shown, shown); diff != "" {
				t.Errorf("iterations mismatch (-want +got):\n%s\n%s", diff, got)
			}
			if !strings.Contains(got, tc.more) || (tc.more == "") != !strings.Contains(got, "more like these") {
				t.Errorf("no %q in:\n%s", tc.more, got)
			}
			if strings.Contains(got, "more like these") && strings.Contains(got, "└ ✓ [") {
				t.Errorf("the row before the note is drawn as the last one:\n%s", got)
			}
		})
	}
}

// TestNamesOfRows: a row has the name of its step, or its ID where the name says nothing.
func TestNamesOfRows(t *testing.T) {
	t.Parallel()
	unnamed := step("", history.Succeeded, 0, 0, 1)
	unnamed.ID = "id-of-the-first"
	branch := history.Step{ID: "lone", Name: "lone", Kind: history.BranchNode, Status: history.Succeeded, Entered: at(1), Ended: at(2)}
	got := text(t, execution(history.Succeeded, 9, unnamed, step("second", history.Succeeded, 1, 1, 3, branch)), nil)
	for _, want := range []string{"✓ id-of-the-first ", "✓ second ", "└ ✓ lone "} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

// TestFactsAreInOrder: the data of a report is the same each time.
func TestFactsAreInOrder(t *testing.T) {
	t.Parallel()
	e := execution(history.Stopped, 0)
	e.Attributes = map[string]string{}
	for i := range 20 {
		e.Attributes[fmt.Sprintf("key-%02d", i)] = "value"
	}
	first, err := render.Data(e, &render.HTMLOptions{Now: time.Time{}})
	if err != nil {
		t.Fatal(err)
	}
	second, err := render.Data(e, nil)
	if diff := cmp.Diff(string(first), string(second)); err != nil || diff != "" {
		t.Errorf("error %v, data again mismatch (-first +second):\n%s", err, diff)
	}
	if strings.Contains(string(first), `"open":true`) {
		t.Errorf("what was stopped is open, since nothing says when it was: %s", first)
	}
}
