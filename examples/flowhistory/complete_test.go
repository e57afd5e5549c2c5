// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asTool is the variable with which the test's program is the tool itself, for the shell to ask.
const asTool = "FLOWHISTORY_TEST_AS_TOOL"

func TestMain(m *testing.M) {
	if os.Getenv(asTool) != "" {
		os.Exit(process())
	}
	os.Exit(m.Run())
}

// TestCompletionInBash asks a bash without any package what it suggests for the last of some words.
func TestCompletionInBash(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The race detector would let each call of the tool sleep for a second at its end.
	script := "tool=$1 COMP_TYPE=$2; shift 2; flowhistory() { " + asTool + "=1 GORACE=atexit_sleep_ms=0 \"$tool\" \"$@\"; }\n" + output(t, "completion", "bash") + `
f=$(complete -p flowhistory); f=${f##*-F }; f=${f%% *}
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
"$f"
for word in "${COMPREPLY[@]}"; do printf '%s\n' "$word"; done`
	for line, want := range map[string]string{ // COMP_TYPE and the words; 63 = they are listed
		"63|flowhistory|st":       "stats\n",
		"63|flowhistory|show|-o|": "table\nwide\njson\njsonl\nname\n",
		"63|flowhistory|s": "show            show one execution: its root cause and a timeline of its steps\n" +
			"stats           count many executions: failures, retries and durations of each step\n" +
			"sync            keep an archive of executions in a directory up to date\n",
		"9|flowhistory|sh":                       "show\n",
		"9|flowhistory|s":                        "show\nstats\nsync\n",
		"9|flowhistory|show|--ev":                "--events\n",
		"9|flowhistory|show|demo|:|-o|js":        "json\njsonl\n",
		"9|flowhistory|list|demo|:|--color|=|":   "auto\nalways\nnever\n",
		"9|flowhistory|list|--color|=|al":        "always\n",
		"9|flowhistory|list|--color|=":           "auto\nalways\nnever\n",
		"9|flowhistory|show|":                    "",
		"9|flowhistory|show|$(echo no >&2)|-o|w": "wide\n",
	} {
		args := append([]string{"--norc", "--noprofile", "-c", script, "bash", self}, strings.Split(line, "|")...)
		got, err := exec.CommandContext(t.Context(), bash, args...).CombinedOutput()
		if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
			t.Errorf("%s: error %v, mismatch (-want +got):\n%s", line, err, diff)
		}
	}
}

// TestCompletion: what the shells are told when they ask.
func TestCompletion(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"":                         {"show:", "export:", "completion:"},
		"export demo: -f":          {"html\n", "otlp\n", "cloudevents\n"},
		"show demo: -o":            {"table\nwide\njson\njsonl\nname\n"},
		"follow demo: --output":    {"table\njsonl\njson\n"},
		"show --color":             {"auto\nalways\nnever\n"},
		"list demo: --status":      {"timed_out\n"},
		"sync demo: out --details": {"all\nnone\n"},
		"show --ev":                {"--events"},
		"show --ver":               {"--verbose"},
	} {
		got := output(t, append(strings.Fields(line), "--generate-shell-completion")...)
		for _, text := range want {
			if !strings.Contains(got, text) {
				t.Errorf("behind %q there is no %q in\n%s", line, text, got)
			}
		}
	}
	for _, line := range []string{"show", "export demo: -o", "show demo: --width"} {
		if got := output(t, append(strings.Fields(line), "--generate-shell-completion")...); got != "" {
			t.Errorf("behind %q, where the shell knows better:\n%s", line, got)
		}
	}
}

// TestCompletionScripts: each shell that is there can read its own.
func TestCompletionScripts(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish"} {
		script := output(t, "completion", shell)
		if !strings.Contains(script, "flowhistory") || !strings.Contains(script, "--generate-shell-completion") {
			t.Errorf("the script for %s is\n%s", shell, script)
		}
		path, err := exec.LookPath(shell)
		if err != nil {
			continue
		}
		cmd := exec.CommandContext(t.Context(), path, "-n")
		cmd.Stdin = strings.NewReader(script)
		if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 {
			t.Errorf("%s cannot read its script: %v\n%s", shell, err, said)
		}
	}
}
