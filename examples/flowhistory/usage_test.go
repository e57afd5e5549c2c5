// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFlagWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`flag provided but not defined: -nope`:                                                        `there is no flag --nope`,
		`flag provided but not defined: -z`:                                                           `there is no flag -z`,
		`invalid value "x" for flag -limit: strconv.ParseInt: parsing "x": invalid syntax`:            `"x" is no value for --limit: want a whole number`,
		`invalid value "1" for flag -interval: time: missing unit in duration "1"`:                    `"1" is no value for --interval: want a time with its unit, e.g. 500ms, 30s or 5m`,
		`invalid value "maybe" for flag -failed: parse error`:                                         `"maybe" is no value for --failed: want true or false`,
		`invalid value "xml" for flag -o: want one of table, wide`:                                    `"xml" is no value for -o: want one of table, wide`,
		`invalid value "\" for flag -a: b" for flag -n: strconv.ParseInt: parsing "": invalid syntax`: `"\" for flag -a: b" is no value for -n: want a whole number`,
		`invalid value 1`:                 `invalid value 1`,
		`flag needs an argument: --limit`: `flag needs an argument: --limit`,
	} {
		if diff := cmp.Diff(want, flagWords(text)); diff != "" {
			t.Errorf("flagWords(%q) mismatch (-want +got):\n%s", text, diff)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	commands := newStage().app().Commands
	for name, want := range map[string]string{
		"shwo": "show", "sow": "show", "exprot": "export", "folow": "follow", "stat": "stats", "tial": "tail", "diffs": "diff",
		"": "", "x": "", "version": "", "nope": "", "run": "", "支付": "",
	} {
		if got := nearest(commands, name); got != want {
			t.Errorf("nearest to %q is %q, want %q", name, got, want)
		}
	}
}

func TestNearestFlag(t *testing.T) {
	t.Parallel()
	root := newStage().app()
	for line, want := range map[string]string{
		"show demo: --cuase": "there is no flag --cuase; did you mean --cause?", "list demo: --stauts failed": "there is no flag --stauts; did you mean --status?",
		"show demo: --widht 9": "there is no flag --widht; did you mean --width?", "--timout 1s show demo:": "there is no flag --timout; did you mean --timeout?",
		"show demo: --since 1h": "there is no flag --since", "show demo: -x": "there is no flag -x",
	} {
		err := root.Run(t.Context(), append([]string{"flowhistory"}, strings.Fields(line)...))
		if got := fmt.Sprint(err); got != want {
			t.Errorf("%s: the error is %q, want %q", line, got, want)
		}
	}
}
