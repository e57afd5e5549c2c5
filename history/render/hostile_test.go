// SPDX-License-Identifier: Apache-2.0

package render_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
)

func hostileTexts() []string {
	return []string{
		`</script><script>alert(1)</script>`, `<!--<script>`, `"><img src=x onerror=alert(1)>`, `' onload='alert(1)`, "]]>", `</style><b>`, `</title>`,
		"&lt;b&gt;", "\u2028\u2029", "a\x00b\x01\x7f\u0085", "\x1b[31mred\x1b]0;title\x07\x1b[2J", "\u009b31m", "name\r\nsecond line\ttab",
		"\u202eexe.gpj\u202c\u2066\u200f\u061c", "\xff\xfe half \xe4\xb8", "\ufeff\u200b\u00ad", "click a href \"javascript:alert(1)\"",
		"a: b; c # d %% e %%% f %%{init: {}}%%", "section title gantt\nsection evil\nx :crit, 0, 1", "{{.Title}}", "${alert(1)}", "`x`", "\\u003cscript\\u003e",
		strings.Repeat("long ", 400), "订单 하나 👩‍👩‍👧 e\u0301\u0323", "", " ", "שלום עולם",
	}
}

// hostile is an execution that has a text in all places where others can put one.
func hostile(text string) history.Execution {
	at := func(s int) time.Time { return time.Date(2026, 11, 2, 8, 0, s, 0, time.UTC) }
	failure := &history.Failure{Code: text, Cause: text}
	inner := history.Step{
		ID: text + "#2", Name: text, Kind: history.StepNode, Status: history.Failed, NativeStatus: text, Entered: at(1), Started: at(2), Ended: at(5),
		Input: history.Detail(text), Output: history.Detail(text), Failure: failure,
		Attempts: []history.Attempt{
			{Started: at(2), Ended: at(3), Status: history.Failed, Failure: failure, InvocationID: text},
			{Started: at(4), Ended: at(5), Status: history.Failed, Failure: failure},
		},
	}
	odd := history.Step{ID: text + "#3", Name: text, Kind: history.StepKind(text), Status: history.Status(text), NativeStatus: text, Entered: at(5)}
	return history.Execution{
		Ref:    history.Ref{Provider: text, Scope: text, Workflow: text, Execution: text},
		Status: history.Failed, NativeStatus: text, Started: at(0), Ended: at(6), Input: history.Detail(text), Output: history.Detail(text),
		Failure: failure, Definition: text, CreatedBy: text, Approvers: []string{text}, Attributes: map[string]string{text: text},
		Steps: []history.Step{{
			ID: text, Name: text, Kind: history.StepNode, Status: history.Failed, Entered: at(1), Started: at(1), Ended: at(6), Failure: failure,
			Children: []history.Step{{
				ID: text + "[1]", Name: text, Kind: history.BranchNode, Status: history.Failed, Entered: at(1), Ended: at(5),
				Children: []history.Step{inner, odd},
			}},
		}},
		Diagnostics: []history.Diagnostic{{Code: text, Severity: history.Severity(text), Step: text, Text: text}},
	}
}

// TestBranchesInNoStep are drawn like others: nothing in the model forbids them on top, or steps that say no kind, and those that
// are only counted are then in no step at all.
func TestBranchesInNoStep(t *testing.T) {
	t.Parallel()
	for _, kind := range []history.StepKind{history.BranchNode, history.IterationNode, ""} {
		e := execution(history.Succeeded, 20)
		for i := range 12 {
			e.Steps = append(e.Steps, history.Step{
				ID: fmt.Sprintf("one[%d]", i+1), Name: "one", Kind: kind, Status: history.Succeeded, Entered: at(0), Started: at(1), Ended: at(i + 2),
			})
		}
		var gantt strings.Builder
		if err := render.Mermaid(&gantt, e, nil); err != nil {
			t.Fatal(err)
		}
		const want = "section more\n    … 9 more like these, all succeeded :"
		if !strings.Contains(gantt.String(), want) {
			t.Errorf("kind %q: there is no %q in\n%s", kind, want, gantt.String())
		}
	}
}

// unseen are the characters that no output may have: those that steer something, and those that nobody can see.
func unseen(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }

func TestHostileTextIsHarmless(t *testing.T) {
	t.Parallel()
	for i, text := range hostileTexts() {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			checkAll(t, hostile(text))
		})
	}
}

// checkAll draws an execution in all ways and looks for harm.
func checkAll(t *testing.T, e history.Execution) {
	t.Helper()
	for kind, out := range outputs() {
		check(t, kind, draw(t, out, e))
	}
}

// check looks for harm in one output.
func check(t *testing.T, kind, text string) {
	t.Helper()
	if kind == "ascii.txt" {
		text = regexp.MustCompile("\x1b\\[[0-9;]+m").ReplaceAllString(text, "")
	}
	if at := strings.IndexFunc(text, unseen); at >= 0 {
		t.Errorf("%s has a character that nobody can see: %q", kind, text[max(0, at-20):min(len(text), at+20)])
	}
	switch kind {
	case "mmd":
		checkMermaid(t, text)
	case "svg":
		checkXML(t, text)
	case "html":
		checkHTML(t, text)
	}
}

// checkMermaid holds each line against the few forms that there may be.
func checkMermaid(t *testing.T, text string) {
	t.Helper()
	form := regexp.MustCompile(`^(gantt|    title [^:;#]+|    dateFormat x|    axisFormat %[A-Za-z%:. -]+|    section [^:;#]+` +
		`|    [✓✗◔■▶◫○?…] [^:;#<>{}]+ :((done|crit|active), )?\d+, \d+|    … [^:;#<>]+ :milestone, \d+, 0ms)$`)
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); !form.MatchString(line) || strings.Contains(strings.ReplaceAll(line, "axisFormat %", ""), "%%") {
			t.Errorf("a line that Mermaid could read in another way: %q", line)
		}
	}
}

// checkXML reads a picture strictly and looks for elements and attributes that pictures do not have.
func checkXML(t *testing.T, text string) {
	t.Helper()
	elements := []string{"svg", "title", "style", "rect", "g", "text", "path"}
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if !slices.Contains(elements, start.Name.Local) {
			t.Errorf("the picture has an element %s", start.Name.Local)
		}
		for _, a := range start.Attr {
			if strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Name.Local, "href") {
				t.Errorf("the picture has an attribute %s", a.Name.Local)
			}
		}
	}
}

// checkHTML counts what opens and closes elements: text must not.
func checkHTML(t *testing.T, text string) {
	t.Helper()
	for tag, want := range map[string]int{"<script": 2, "</script": 2, "<style": 1, "</style": 1, "<title": -1, "<img": 0, "<!--": 0, "</body": 1, "<b>": 0} {
		if got := strings.Count(strings.ToLower(text), tag); want >= 0 && got != want {
			t.Errorf("the report has %d times %s, want %d", got, tag, want)
		}
	}
	_, data, _ := strings.Cut(text, `<script type="application/json" id="data">`)
	data, _, _ = strings.Cut(data, "</script>")
	checkData(t, data)
}

// checkData looks at what a report knows, which stands in the page as it is.
func checkData(t *testing.T, data string) {
	t.Helper()
	if strings.ContainsAny(data, "<>&\u2028\u2029") {
		t.Error("the data of the report has characters that mean something to HTML")
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(data), &v); err != nil {
		t.Errorf("the data of the report is no JSON: %v", err)
	}
}

// FuzzAll leaves out the page around a report's data, which is the same for all.
func FuzzAll(f *testing.F) {
	for _, text := range hostileTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e := hostile(text)
		for kind, out := range outputs() {
			if kind != "html" {
				check(t, kind, draw(t, out, e))
			}
		}
		data, err := render.Data(e, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkData(t, string(data))
	})
}

func TestReportForbidsWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	e := hostile("x")
	for _, live := range []string{"", `/live?a=1&b="><script>`} {
		var b strings.Builder
		if err := render.HTML(&b, e, &render.HTMLOptions{Live: live, Title: "</title><script>"}); err != nil {
			t.Fatal(err)
		}
		page := b.String()
		if !strings.Contains(page, "default-src &#39;none&#39;") || strings.Contains(page, "unsafe") {
			t.Error("the policy does not forbid everything else")
		}
		if strings.Contains(page, "connect-src") != (live != "") {
			t.Errorf("connections are allowed: %t, with live %q", live == "", live)
		}
		if n := strings.Count(page, "<script"); n != 2 {
			t.Errorf("%d scripts, want 2", n)
		}
	}
}
