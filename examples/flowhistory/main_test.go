// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the files in testdata anew")

// stage is a tool whose world is made of buffers.
type stage struct {
	tool
	stdout   bytes.Buffer
	stderr   syncBuffer
	terminal screen // columns 0 = there is none
	env      map[string]string
	opened   []string // by the browser
}

// syncBuffer may be written to from several goroutines, as stderr is.
type syncBuffer struct {
	mu   sync.Mutex
	said strings.Builder
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.said.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.said.String()
}

func newStage() *stage {
	s := &stage{env: map[string]string{}}
	s.tool = tool{
		out: &s.stdout, errOut: &s.stderr,
		getenv: func(name string) string { return s.env[name] },
		screen: func(io.Writer) (screen, bool) { return s.terminal, s.terminal.columns > 0 },
		browse: func(_ context.Context, file string) error {
			s.opened = append(s.opened, file)
			return nil
		},
		now:  func() time.Time { return time.Date(2026, 11, 3, 3, 0, 0, 0, time.UTC) },
		pace: pace{lasts: 300 * time.Millisecond, poll: 20 * time.Millisecond},
	}
	return s
}

// must runs a command that works, and returns what it prints.
func (s *stage) must(t *testing.T, args ...string) string {
	t.Helper()
	if code := s.run(t.Context(), args); code != exitOK {
		t.Fatalf("flowhistory %s: exit code %d\n%s", strings.Join(args, " "), code, s.stderr.String())
	}
	return s.stdout.String()
}

// output is that of a command that works, without a terminal.
func output(t *testing.T, args ...string) string {
	t.Helper()
	return newStage().must(t, args...)
}

// golden compares a text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s mismatch (-want +got):\n%s", name, diff)
	}
}

// TestGolden: what the demo shows is the same each time, to the byte.
func TestGolden(t *testing.T) {
	t.Parallel()
	for name, line := range map[string]string{
		"list.txt":          "list demo:",
		"list-wide.txt":     "list demo: -o wide",
		"list-names.txt":    "list demo: -o name --failed --since 2026-11-02",
		"list.json":         "list demo:order-flow -o json --limit 2",
		"list.jsonl":        "list demo:restart-workloads -o jsonl",
		"workflows.txt":     "list --workflows demo:",
		"workflows.json":    "list --workflows demo: -o json",
		"show.txt":          "show demo:",
		"show-ascii.txt":    "show demo:order-flow/order-1001 --ascii --width 60",
		"show-color.txt":    "show demo: --color always",
		"show-wide.txt":     "show demo:order-flow/order-1001 -o wide",
		"show-huawei.txt":   "show demo:restart-workloads",
		"show.json":         "show demo: -o json",
		"steps.txt":         "show demo:order-flow/order-1001 --steps",
		"steps-failed.txt":  "show demo:order-flow/order-1002 --steps -o wide",
		"steps-stopped.txt": "show demo:order-flow/order-1004 --steps -o wide",
		"steps.jsonl":       "show demo:restart-workloads --steps -o jsonl",
		"steps-names.txt":   "show demo:order-flow/order-1001 --steps -o name",
		"events.txt":        "show demo: --events",
		"events.jsonl":      "show demo:restart-workloads --events -o jsonl",
		"cause.txt":         "show demo: --cause",
		"cause.json":        "show demo: --cause -o json",
		"cause-huawei.txt":  "show demo:restart-workloads --cause",
		"diff.txt":          "diff demo:",
		"diff-color.txt":    "diff demo:order-flow/order-1001 demo:order-flow/order-1005 --color always --ignore 1h",
		"diff.json":         "diff demo:order-flow/order-1002 demo:order-flow/order-1001 -o json",
		"stats.txt":         "stats demo:",
		"stats-wide.txt":    "stats demo:order-flow -o wide --status succeeded --status failed",
		"stats.json":        "stats demo:restart-workloads -o json",
		"stats.jsonl":       "stats demo:order-flow -o jsonl --prefix order-1003", // one that goes on: not all is measured
		"steps.csv":         "export demo:order-flow -f csv --failed",
		"events.csv":        "export demo:order-flow/order-1005 -f csv --events",
		"archive.jsonl":     "export demo:order-flow/order-1005 -f jsonl",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			golden(t, name, output(t, strings.Fields(line)...))
		})
	}
}

// TestHelp: help is asked for in many ways, names everything, and is no failure.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"", "help", "--help", "-h"} {
		help := output(t, strings.Fields(line)...)
		for _, want := range []string{"list", "show", "follow", "diff", "stats", "export", "open", "sync", "completion",
			"demo:", "file:", "alibaba://", "huawei://", "Exit codes:", "HUAWEICLOUD_SDK_PROJECT_ID"} {
			if !strings.Contains(help, want) {
				t.Errorf("flowhistory %s does not tell of %s", line, want)
			}
		}
	}
	for _, line := range []string{"help export", "export --help", "export demo: -h"} {
		if help := output(t, strings.Fields(line)...); !strings.Contains(help, "cloudevents") || !strings.Contains(help, "apostrophe") {
			t.Errorf("flowhistory %s says\n%s", line, help)
		}
	}
	for line, want := range map[string]string{
		"--help": "demo: alone is order-1002", "sync --help": "--details WHAT", "follow --help": "--interval TIME",
		"stats --help": "nanoseconds", "diff --help": "nanoseconds",
	} {
		if help := output(t, strings.Fields(line)...); !strings.Contains(help, want) {
			t.Errorf("flowhistory %s does not say %q:\n%s", line, want, help)
		}
	}
	if got := output(t, "--version"); !strings.HasPrefix(got, "flowhistory version ") {
		t.Errorf("--version says %q", got)
	}
}
