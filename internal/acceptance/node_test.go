// SPDX-License-Identifier: Apache-2.0

package acceptance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
	"github.com/flowhistory/flowhistory/history/trace"
)

// found is what a script prints about a file.
type found struct {
	File, Error        string
	Type               string // Mermaid's
	Tasks, Sections    int
	Process            string // the trace viewer's
	Slices, Threads    int
	Named              int
	Warnings, Crossing []string
}

// ask writes all subjects to files and has a script read them. It returns what the script found, by the subjects' names.
func ask(t *testing.T, write func(io.Writer, history.Execution) error, script ...string) map[string]found {
	t.Helper()
	if _, err := os.Stat("node_modules"); err != nil {
		t.Fatalf("the packages of package-lock.json are not installed, bash .ci/run acceptance does it: %v", err)
	}
	dir, want := t.TempDir(), 0
	args := script
	for _, x := range subjects() {
		file := filepath.Join(dir, x.name)
		if err := os.WriteFile(file, written(t, func(w io.Writer) error { return write(w, x.execution) }), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
		want++
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	node := exec.CommandContext(ctx, "node", args...)
	var stderr bytes.Buffer
	node.Stderr = &stderr
	out, err := node.Output()
	if err != nil {
		t.Fatalf("node %s: %v\n%s", script[0], err, stderr.String())
	}
	answers := map[string]found{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var f found
		if err := d.Decode(&f); err != nil {
			t.Fatalf("node %s prints no JSON: %v\n%s", script[0], err, out)
		}
		if f.Error != "" {
			t.Errorf("%s: refused: %s", filepath.Base(f.File), f.Error)
		}
		answers[filepath.Base(f.File)] = f
	}
	if len(answers) != want {
		t.Fatalf("node %s read %d files, want %d\n%s", script[0], len(answers), want, stderr.String())
	}
	return answers
}

func TestMermaid(t *testing.T) {
	t.Parallel()
	mermaid := func(w io.Writer, e history.Execution) error { return render.Mermaid(w, e, nil) }
	answers := ask(t, mermaid, "mermaid.mjs")
	for _, x := range subjects() {
		text := string(written(t, func(w io.Writer) error { return mermaid(w, x.execution) }))
		want := found{File: answers[x.name].File, Type: "gantt", Sections: strings.Count(text, "\n    section ")}
		for line := range strings.Lines(text) {
			if strings.Contains(line, " :") {
				want.Tasks++
			}
		}
		if diff := cmp.Diff(want, answers[x.name]); diff != "" {
			t.Errorf("%s mismatch (-written +read):\n%s", x.name, diff)
		}
	}
}

// TestChromeTraceViewer has the traces read by the importer of Chromium's trace viewer. Go ships its page.
func TestChromeTraceViewer(t *testing.T) {
	t.Parallel()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatalf("go env GOROOT: %v", err)
	}
	viewer := filepath.Join(strings.TrimSpace(string(root)), "src/internal/trace/traceviewer/static/trace_viewer_full.html")
	if _, err := os.Stat(viewer); err != nil {
		t.Fatalf("this Go has no trace viewer, its sources are missing: %v", err)
	}
	chrome := func(w io.Writer, e history.Execution) error { return trace.Chrome(w, e, nil) }
	answers := ask(t, chrome, "chrome.mjs", viewer)
	for _, x := range subjects() {
		var file struct {
			TraceEvents []struct {
				Ph  string
				Tid int
			}
		}
		if err := json.Unmarshal(written(t, func(w io.Writer) error { return chrome(w, x.execution) }), &file); err != nil {
			t.Fatalf("%s: %v", x.name, err)
		}
		want := found{File: answers[x.name].File, Process: history.FormatRef(x.execution.Ref), Warnings: []string{}, Crossing: []string{}}
		lanes := map[int]bool{}
		for _, e := range file.TraceEvents {
			if e.Ph != "M" {
				want.Slices++
				lanes[e.Tid] = true
			}
		}
		want.Threads, want.Named = len(lanes), len(lanes)
		if diff := cmp.Diff(want, answers[x.name]); diff != "" {
			t.Errorf("%s mismatch (-written +read):\n%s", x.name, diff)
		}
	}
}
