// SPDX-License-Identifier: Apache-2.0

package render_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

func report(t *testing.T, e history.Execution, o *render.HTMLOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := render.HTML(&b, e, o); err != nil {
		t.Fatalf("drawing: %v", err)
	}
	return b.String()
}

// TestReportOfTheLargestExecution is about one with all events that FnF allows and several kilobytes in each step.
func TestReportOfTheLargestExecution(t *testing.T) {
	t.Parallel()
	page := report(t, largest(), nil)
	if n := len(page); n > 2_000_000 {
		t.Errorf("the report has %d bytes, want at most 2,000,000", n)
	}
	for _, want := range []string{`"n":`, "details"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the report", want)
		}
	}
}

// TestReportHoldsAllAssets finds a file that nothing uses, and one that is missing from the page.
func TestReportHoldsAllAssets(t *testing.T) {
	t.Parallel()
	page := report(t, execution(history.Succeeded, 1), nil)
	entries, err := os.ReadDir("assets")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := os.ReadFile(path.Join("assets", entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if path.Ext(entry.Name()) != ".html" && !strings.Contains(page, string(text)) {
			t.Errorf("assets/%s is not in the page", entry.Name())
		}
	}
	for _, outside := range []string{"http://", "https://", "innerHTML", "eval(", "import("} {
		if strings.Contains(strings.ReplaceAll(page, "http://www.w3.org/2000/svg", ""), outside) {
			t.Errorf("the page has %q in it", outside)
		}
	}
}

func TestDetailsAreCut(t *testing.T) {
	t.Parallel()
	e := execution(history.Succeeded, 1, step("a", history.Succeeded, 0, 0, 1), step("b", history.Succeeded, 0, 0, 1))
	e.Steps[0].Input, e.Steps[0].Output = "0123456789", "0123456789"
	e.Steps[1].Input = "abcdefghij"
	for _, tc := range []struct {
		name string
		opts *render.HTMLOptions
		want string
	}{
		{"default", nil, `[{"t":""},{"t":"0123456789"},{"t":"abcdefghij"}]`},
		{"each", &render.HTMLOptions{MaxDetail: 4}, `[{"t":""},{"t":"0123","n":10},{"t":"abcd","n":10}]`},
		{"all", &render.HTMLOptions{MaxDetails: 15}, `[{"t":""},{"t":"0123456789"},{"t":"","n":10}]`},
		{"no limit", &render.HTMLOptions{MaxDetail: -1, MaxDetails: -1}, `[{"t":""},{"t":"0123456789"},{"t":"abcdefghij"}]`},
	} {
		data, err := render.Data(e, tc.opts)
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		var got struct{ Texts json.RawMessage }
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		if string(got.Texts) != tc.want {
			t.Errorf("%s: texts are %s, want %s", tc.name, got.Texts, tc.want)
		}
	}
}

// TestPicturesAreCapped leaves rows out, but never those of the root cause.
func TestPicturesAreCapped(t *testing.T) {
	t.Parallel()
	e := many(1000)
	e.Status = history.Failed
	e.Steps[999].Status = history.Failed
	e.Steps[999].Failure = &history.Failure{Code: "Boom"}
	var svg, mermaid, all bytes.Buffer
	for _, err := range []error{render.SVG(&svg, e, nil), render.Mermaid(&mermaid, e, nil), render.SVG(&all, e, &render.SVGOptions{MaxRows: -1, Width: 1})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, check := range map[string]struct {
		got, row string
		rows     int
		want     []string
	}{
		"svg":     {svg.String(), `<g class="row`, render.DefaultSVGRows, []string{"800 rows left out", "step-198", "step-999"}},
		"mermaid": {mermaid.String(), " :done, ", render.DefaultMermaidRows - 1, []string{"850 rows left out", "step-148", "step-999"}},
		"all":     {all.String(), `<g class="row`, 1000, []string{`width="400"`}},
	} {
		if n := strings.Count(check.got, check.row); n != check.rows {
			t.Errorf("%s has %d rows, want %d", name, n, check.rows)
		}
		for _, want := range check.want {
			if !strings.Contains(check.got, want) {
				t.Errorf("no %q in %s", want, name)
			}
		}
	}
}

// TestPicturesOfWhatIsNestedDeeply: more steps of the root cause than there are rows do not make more rows; the innermost
// stay. No name makes a text that Mermaid refuses, which counts UTF-16 units.
func TestPicturesOfWhatIsNestedDeeply(t *testing.T) {
	t.Parallel()
	for name, letter := range map[string]string{"ascii": "x", "two bytes": "é", "three bytes": "订", "two units": "𝒳"} {
		long := strings.Repeat(letter, 300)
		e := nested(400, long)
		var svg, mermaid bytes.Buffer
		if err := errors.Join(render.SVG(&svg, e, nil), render.Mermaid(&mermaid, e, nil)); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(svg.String(), `<g class="row`); n != render.DefaultSVGRows {
			t.Errorf("%s: the picture has %d rows, want %d", name, n, render.DefaultSVGRows)
		}
		if n := strings.Count(mermaid.String(), " :crit, "); n != render.DefaultMermaidRows {
			t.Errorf("%s: Mermaid has %d rows, want %d", name, n, render.DefaultMermaidRows)
		}
		if n := len(utf16.Encode([]rune(mermaid.String()))); n > 50_000 {
			t.Errorf("%s: Mermaid has %d units, want at most 50,000", name, n)
		}
		for kind, text := range map[string]string{"svg": svg.String(), "mermaid": mermaid.String()} {
			if !strings.Contains(text, "inmost") || !strings.Contains(text, "rows left out") {
				t.Errorf("%s: %s has no innermost step, or no note", name, kind)
			}
		}
	}
}

// TestDiagnosticsOfStepsWithOneID are of the first of them each time, and those of no step are of the execution.
func TestDiagnosticsOfStepsWithOneID(t *testing.T) {
	t.Parallel()
	e := history.Execution{
		Steps:       []history.Step{{ID: "other"}, {ID: "twice"}, {ID: "twice"}, {}},
		Diagnostics: []history.Diagnostic{{Code: "of_a_step", Step: "twice"}, {Code: "of_all"}, {Code: "of_none", Step: "gone"}},
	}
	for range 20 {
		text, err := render.Data(e, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Diagnostics []struct{ Step int }
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if d := got.Diagnostics; len(d) != 3 || d[0].Step != 1 || d[1].Step != -1 || d[2].Step != -1 {
			t.Fatalf("the diagnostics are %+v, want one of step 1 and two of none", d)
		}
	}
}

// TestDataOfWhatHasNotEnded: the page can tell what has not ended, and whether its end is that of the picture or not known.
func TestDataOfWhatHasNotEnded(t *testing.T) {
	t.Parallel()
	around := step("around", history.Failed, 1, 1, 4, step("cut off", history.Stopped, 1, 1, -1))
	e := execution(history.Running, 0, around, step("open", history.Running, 4, 5, -1))
	for now, want := range map[time.Time]string{
		at(9): `"headline":"running for 9.00s" "open":true "now":true "n":"around" "n":"cut off" "n":"open" "o":true`,
		{}:    `"headline":"running, last event 5.00s after the start" "open":true "n":"around" "n":"cut off" "n":"open" "o":true`,
	} {
		data, err := render.Data(e, &render.HTMLOptions{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`"(headline|n)":".*?"|"(open|now|o)":true`).FindAllString(string(data), -1)
		if diff := cmp.Diff(want, strings.Join(found, " ")); diff != "" {
			t.Errorf("data at %s mismatch (-want +got):\n%s", now, diff)
		}
	}
}
