// SPDX-License-Identifier: Apache-2.0

package acceptance_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/historytest"
)

// subject is an execution that is written and read back.
type subject struct {
	name      string // fit for a file's name
	execution history.Execution
}

// subjects are the ten of the gallery, some generated ones, such as somebody made with bad intent, and one that failed many
// levels down.
func subjects() []subject {
	var out []subject
	for _, x := range historytest.Gallery() {
		out = append(out, subject{x.Name, x.Execution})
	}
	for seed := range uint64(5) {
		out = append(out, subject{fmt.Sprintf("generated-%d", seed), historytest.Generate(seed, nil).Execution})
	}
	for i, text := range hostileTexts() {
		out = append(out, subject{fmt.Sprintf("hostile-%d", i), hostile(text)})
	}
	return append(out, subject{"deep", deep()})
}

// deep has 400 failed steps in each other, of long names.
func deep() history.Execution {
	e := hostile(strings.Repeat("𝒳", 200))
	for i := range 400 {
		outer := e.Steps[0]
		outer.ID, outer.Children = fmt.Sprintf("%s-%d", outer.Name, i), e.Steps
		e.Steps = []history.Step{outer}
	}
	return e
}

func hostileTexts() []string {
	return []string{
		`</script><script>alert(1)</script>`, `<!--<script>`, `"><img src=x onerror=alert(1)>`, `' onload='alert(1)`, "]]>", `</style><b>`, `</title>`,
		"&lt;b&gt;", "\u2028\u2029", "a\x00b\x01\x7f\u0085", "\x1b[31mred\x1b]0;title\x07\x1b[2J", "\u009b31m", "name\r\nsecond line\ttab",
		"\u202eexe.gpj\u202c\u2066\u200f\u061c", "\xff\xfe half \xe4\xb8", "\ufeff\u200b\u00ad", "click a href \"javascript:alert(1)\"",
		"a: b; c # d %% e %%% f %%{init: {}}%%", "section title gantt\nsection evil\nx :crit, 0, 1", "end", "{{.Title}}", "${alert(1)}",
		"\ufffe\ufdd0\U0001ffff", "~1/../%2F?#&", strings.Repeat("long ", 400), "订单 하나 👩‍👩‍👧 e\u0301\u0323", "", " ", "שלום עולם",
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
		Failure: failure, Definition: text, Attributes: map[string]string{text: text},
		Steps: []history.Step{{
			ID: text + "#1", Name: text, Kind: history.StepNode, Status: history.Failed, Entered: at(1), Started: at(1), Ended: at(6),
			Children: []history.Step{inner, odd},
		}},
	}
}

// steps counts the steps of an execution.
func steps(e history.Execution) (n int) {
	for range e.Walk() {
		n++
	}
	return n
}

func written(t *testing.T, write func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatalf("writing: %v", err)
	}
	return b.Bytes()
}
