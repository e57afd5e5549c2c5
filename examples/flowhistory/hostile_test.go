// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/archive"
)

// hostile is a name that would set a terminal's title, clear it in two ways, turn its line around and run a command in a
// spreadsheet.
const hostile = "=cmd|'/C calc'!A0\x1b]0;owned\a\x1b[2J\u009b2J\u202e\r\n<script>"

// hostileArchive has an execution of which every text is hostile.
func hostileArchive(t *testing.T) string {
	t.Helper()
	ref := history.Ref{Provider: "huawei", Scope: hostile, Workflow: hostile, Execution: hostile}
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	e := history.Execution{
		Ref: ref, Status: history.Failed, NativeStatus: hostile, Started: start, Ended: start.Add(time.Minute), CreatedBy: hostile,
		Input: hostile, Output: hostile, Attributes: map[string]string{hostile: hostile},
		Steps: []history.Step{{
			ID: hostile, Name: hostile, Kind: history.StepNode, Status: history.Failed, NativeStatus: hostile, Started: start, Ended: start.Add(time.Minute),
			Attempts: []history.Attempt{{Status: hostile, InvocationID: hostile}, {Status: history.Failed}},
			Failure:  &history.Failure{Code: hostile, Cause: hostile}, Output: hostile,
		}},
	}
	good := e
	good.Execution, good.Status = "good", history.Succeeded
	good.Steps = nil
	var b bytes.Buffer
	w := archive.NewWriter(&b, archive.Policy{})
	for _, execution := range []history.Execution{e, good} {
		if err := w.WriteExecution(execution); err != nil {
			t.Fatal(err)
		}
	}
	event := history.Event{Ref: ref, ID: 1, Type: hostile, Time: start, Step: hostile, Detail: hostile, Derived: true}
	if err := w.WriteEvent(event); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "hostile.jsonl")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return "file:" + file
}

// TestHostileNames: on a terminal, nothing but what the tool itself draws comes out, on stdout and on stderr.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	target := hostileArchive(t)
	lines := []string{"diff %s", "stats %s -o wide", "stats %s -o json", "sync %s " + filepath.Join(t.TempDir(), "out"),
		"show demo:" + "order-flow/\x1b[2J", "show file:\x1b[2J\u009b", "\x1b[2J", "show demo: -o \x1b[2J", "show demo: --\x1b[2J", "list demo: --since \u009b"}
	for _, format := range []format{tableFormat, wideFormat, jsonFormat, linesFormat, nameFormat} {
		for _, line := range []string{"list %s -o ", "list --workflows %s -o ", "show %s -o ", "show %s --steps -o ", "show %s --events -o ", "show %s --cause -o "} {
			lines = append(lines, line+string(format))
		}
	}
	for _, form := range formNames() {
		lines = append(lines, "export %s -f "+form)
	}
	for _, line := range append(lines, "export %s -f csv --events", "export %s -f csv --raw") {
		s := newStage()
		s.terminal, s.env["NO_COLOR"] = screen{120, 40}, "1"
		args := strings.Split(line, " ")
		for i := range args {
			args[i] = strings.Replace(args[i], "%s", target, 1)
		}
		code := s.run(t.Context(), append(args, "-v"))
		if wrong := code != exitOK && strings.Contains(line, "%s"); wrong || s.stdout.String()+s.stderr.String() == "" {
			t.Errorf("%q: exit code %d\n%s", line, code, s.stderr.String())
		}
		for _, said := range []string{s.stdout.String(), s.stderr.String()} {
			if at := strings.IndexFunc(strings.NewReplacer("\n", "", "\t", "", "\r\x1b[K", "").Replace(said), unprintable); at >= 0 {
				t.Errorf("%q: not printable at %d of\n%q", line, at, said)
			}
		}
	}
}

// TestHostileCells: in a file no cell is a formula, and everything else is as it was.
func TestHostileCells(t *testing.T) {
	t.Parallel()
	target := hostileArchive(t)
	for _, line := range []string{"export %s -f csv", "export %s -f csv --events"} {
		safe := output(t, strings.Fields(strings.Replace(line, "%s", target, 1))...)
		raw := output(t, strings.Fields(strings.Replace(line+" --raw", "%s", target, 1))...)
		if strings.Contains(safe, ",\"=cmd") || !strings.Contains(safe, ",\"'=cmd") || !strings.Contains(raw, ",\"=cmd") || strings.ReplaceAll(safe, "'=cmd", "=cmd") != raw {
			t.Errorf("%s:\n%q\nand with --raw\n%q", line, safe, raw)
		}
	}
}
