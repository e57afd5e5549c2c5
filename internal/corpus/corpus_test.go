// SPDX-License-Identifier: Apache-2.0

package corpus

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each shape has at least 200 inputs, no two of them the same, and as a rule is neither all good nor all bad.
func TestShapes(t *testing.T) {
	t.Parallel()
	const least = 200
	want := []string{
		"aom_detail", "aom_error", "aom_list", "aom_time", "aom_workflows", "archive_line", "config_alibaba", "config_huawei", "cursor",
		"detail", "fnf_describe", "fnf_error", "fnf_list", "fnf_page", "fnf_time", "fnf_workflows", "ref", "sealed",
	}
	if diff := cmp.Diff(want, Shapes()); diff != "" {
		t.Fatalf("shapes mismatch (-want +got):\n%s", diff)
	}
	for _, shape := range Shapes() {
		names, texts := map[string]bool{}, map[string]string{}
		accepted := 0
		for _, input := range Inputs(shape) {
			if names[input.Name] {
				t.Errorf("%s: two inputs have the name %q", shape, input.Name)
			}
			if other, ok := texts[input.Text]; ok {
				t.Errorf("%s: %q is %q again", shape, input.Name, other)
			}
			names[input.Name], texts[input.Text] = true, input.Name
			if input.Accepted {
				accepted++
			}
		}
		if len(texts) < least {
			t.Errorf("%s has %d inputs, want %d", shape, len(texts), least)
		}
		if third := len(texts) / 3; accepted < third || len(texts)-accepted < third {
			t.Errorf("%s: %d of %d inputs are accepted; want a third at least, and a third refused", shape, accepted, len(texts))
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]Input{
		"accept\tempty\t``":                      {Name: "empty", Accepted: true},
		"refuse\tone byte\t\"\\xff\"":            {Name: "one byte", Text: "\xff"},
		"accept\ta tab\t\"a\\tb\"":               {Name: "a tab", Text: "a\tb", Accepted: true},
		"refuse\tas it stands\t`{\"a\":\"`":      {Name: "as it stands", Text: `{"a":"`},
		"accept\ta byte order mark\t\"\\ufeff\"": {Name: "a byte order mark", Text: "\ufeff", Accepted: true},
	} {
		if got, err := parse(line); err != nil || got != want {
			t.Errorf("%q is %+v (error %v), want %+v", line, got, err, want)
		}
	}
	for line, want := range map[string]string{
		"":                      "verdict",
		"maybe\tname\t``":       "verdict",
		"accept\t\t``":          "name",
		"accept\tname":          "Go string",
		"accept\tname\ttext":    "Go string",
		"accept\tname\t`a` `b`": "Go string",
	} {
		if _, err := parse(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: the error is %v, want one about the %s", line, err, want)
		}
	}
}

// Check names what a decoder does otherwise, in both directions.
func TestCheck(t *testing.T) {
	t.Parallel()
	accepted := map[string]bool{}
	Add("ref", func(text string) { accepted[text] = false })
	for _, input := range Inputs("ref") {
		accepted[input.Text] = input.Accepted
	}
	if err := Check("ref", func(text string) bool { return accepted[text] }); err != nil {
		t.Errorf("a decoder that does what is written: %v", err)
	}
	err := Check("ref", func(text string) bool { return !accepted[text] })
	if err == nil || strings.Count(err.Error(), "\n")+1 != len(accepted) {
		t.Errorf("a decoder that does the contrary of all %d: %.200v", len(accepted), err)
	}
	for _, word := range []string{": accepted, want it refused: ", ": refused, want it accepted: "} {
		if err != nil && !strings.Contains(err.Error(), word) {
			t.Errorf("the error does not say %q: %.200v", word, err)
		}
	}
}

func TestNoSuchShape(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("there is a shape without a file")
		}
	}()
	Inputs("none")
}
