// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestColor: colours are for terminals, and for who asks for them.
func TestColor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line     string
		terminal bool
		env      map[string]string
		want     bool
	}{
		{"show demo:", false, nil, false},
		{"show demo:", true, nil, true},
		{"list demo:", true, nil, true},
		{"diff demo:", true, nil, true},
		{"show demo:", true, map[string]string{"NO_COLOR": "1"}, false},
		{"show demo:", true, map[string]string{"NO_COLOR": ""}, true},
		{"show demo:", true, map[string]string{"TERM": "dumb"}, false},
		{"show demo: --color never", true, nil, false},
		{"--color always show demo:", false, map[string]string{"NO_COLOR": "1"}, true},
	} {
		s := newStage()
		if s.env = tt.env; tt.terminal {
			s.terminal = screen{80, 24}
		}
		if got := strings.Contains(s.must(t, strings.Fields(tt.line)...), "\x1b["); got != tt.want {
			t.Errorf("%s on a terminal (%t) with %v: coloured %t, want %t", tt.line, tt.terminal, tt.env, got, tt.want)
		}
	}
}

// TestWidth: no line is wider than the terminal.
func TestWidth(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"show demo:order-flow/order-1001", "list demo:", "show demo: --events", "show demo: --steps", "list demo: --workflows"} {
		for columns, s := range map[int]*stage{60: newStage(), 80: newStage(), 200: newStage()} {
			s.terminal, s.env["NO_COLOR"] = screen{columns, 24}, "1"
			for text := range strings.Lines(s.must(t, strings.Fields(line)...)) {
				if n := cellsOf(strings.TrimSuffix(text, "\n")); n > columns {
					t.Errorf("%s at %d columns has a line of %d: %s", line, columns, n, text)
				}
			}
		}
	}
	s := newStage()
	s.env["COLUMNS"] = "50"
	if got := s.must(t, "show", "demo:"); got != output(t, "show", "demo:", "--width", "50") {
		t.Errorf("with COLUMNS=50:\n%s", got)
	}
}

// TestScreenOf: a file and a buffer are no terminals.
func TestScreenOf(t *testing.T) {
	t.Parallel()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if _, ok := screenOf(null); ok {
		t.Errorf("%s is a terminal", os.DevNull)
	}
	if _, ok := screenOf(&bytes.Buffer{}); ok {
		t.Error("a buffer is a terminal")
	}
}

// TestProgress: one line on a terminal that goes away again, lines with -v elsewhere, else nothing.
func TestProgress(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		terminal, verbose bool
		want              string
	}{
		{false, false, ""},
		{false, true, "reading x: 5\nreading x: 10\n"},
		{true, false, "\rreading x: 1\x1b[K\rreading x: 2\x1b[K\r\x1b[K"},
	} {
		s := newStage()
		now := s.now()
		s.now = func() time.Time { return now }
		if tt.terminal {
			s.terminal = screen{80, 24}
		}
		c := &call{tool: &s.tool, verbose: tt.verbose}
		p := c.progress("reading x")
		steps := 12
		if tt.terminal {
			steps = 3
		}
		for i := range steps {
			p.say("%d", i)
			p.say("%d too soon", i)
			now = now.Add(time.Second)
		}
		p.end()
		p.say("behind the end")
		if diff := cmp.Diff(tt.want, s.stderr.String()); diff != "" {
			t.Errorf("on a terminal (%t), with -v (%t), mismatch (-want +got):\n%s", tt.terminal, tt.verbose, diff)
		}
	}
}

// TestProgressDuringWork: work that tells nothing of itself is told of when it takes long, and lines that stay have a line
// of their own.
func TestProgressDuringWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStage()
		s.now, s.terminal = time.Now, screen{80, 24}
		c := &call{tool: &s.tool}
		for _, lasts := range []time.Duration{patience / 2, patience + 3*redraw/2} {
			p := c.progress("reading /tmp")
			p.during(func() {
				<-time.After(lasts)
				p.aside(s.errOut, "left out")
			}, "%d archives", 213)
			p.end()
		}
		const line = "\rreading /tmp: 213 archives\x1b[K"
		if diff := cmp.Diff("left out\n"+line+line+"\r\x1b[Kleft out\n", s.stderr.String()); diff != "" {
			t.Errorf("stderr mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestArchivesBelow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"a.jsonl", "b.jsonl", "b.jsonl.part", "deep/c.jsonl", "d.txt"} {
		file := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]int{dir: 3, filepath.Join(dir, "d.txt"): 1, filepath.Join(dir, "none"): 0} {
		if got := archivesBelow(path); got != want {
			t.Errorf("archives below %s: %d, want %d", path, got, want)
		}
	}
}

func TestBrowserCommand(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		system string
		env    map[string]string
		want   []string
	}{
		{"darwin", nil, []string{"open", "r.html"}},
		{"windows", nil, []string{"rundll32", "url.dll,FileProtocolHandler", "r.html"}},
		{"linux", nil, nil},
		{"linux", map[string]string{"DISPLAY": ":0"}, []string{"xdg-open", "r.html"}},
		{"linux", map[string]string{"WAYLAND_DISPLAY": "wayland-0"}, []string{"xdg-open", "r.html"}},
		{"linux", map[string]string{"BROWSER": "firefox:lynx"}, []string{"firefox", "r.html"}},
		{"darwin", map[string]string{"BROWSER": "chromium --app=%s"}, []string{"chromium", "--app=r.html"}},
		{"linux", map[string]string{"BROWSER": " "}, nil},
	} {
		got := browserCommand(tt.system, func(name string) string { return tt.env[name] }, "r.html")
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("on %s with %v, mismatch (-want +got):\n%s", tt.system, tt.env, diff)
		}
	}
}

// TestBrowse runs commands that stand for a browser.
func TestBrowse(t *testing.T) {
	for command, want := range map[string]string{"no-such-browser": errNoBrowser.Error(), "true": "", "false": "could not open"} {
		t.Setenv("BROWSER", command)
		if err := browse(t.Context(), "r.html"); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("with the browser %s: %v", command, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	t.Setenv("BROWSER", "sleep")
	if err := browse(ctx, "5"); err == nil {
		t.Error("interrupted: no error")
	}
}
