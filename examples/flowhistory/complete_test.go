// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os/exec"
	"strings"
	"testing"
)

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
