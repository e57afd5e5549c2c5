// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/flowhistory/flowhistory/history"
	"github.com/flowhistory/flowhistory/history/render"
	"github.com/flowhistory/flowhistory/history/trace"
)

// fileArchive is an archive of the demo, as a target.
func fileArchive(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "histories.jsonl")
	output(t, "export", "demo:", "--out", file)
	return "file:" + file
}

// TestForms: a form is what the library's own writers make of the execution.
func TestForms(t *testing.T) {
	t.Parallel()
	e := readDemo(t)
	for form, write := range map[string]func(io.Writer) error{
		"html":        func(w io.Writer) error { return render.HTML(w, e, nil) },
		"svg":         func(w io.Writer) error { return render.SVG(w, e, nil) },
		"mermaid":     func(w io.Writer) error { return render.Mermaid(w, e, nil) },
		"chrome":      func(w io.Writer) error { return trace.Chrome(w, e, nil) },
		"otlp":        func(w io.Writer) error { return trace.OTLP(w, e, nil) },
		"cloudevents": func(w io.Writer) error { return trace.CloudEvents(w, e) },
	} {
		var want bytes.Buffer
		if err := write(&want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), output(t, "export", "demo:order-flow/order-1002", "-f", form)); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", form, diff)
		}
	}
}

// readDemo reads the demo's order that failed, without the command line.
func readDemo(t *testing.T) history.Execution {
	t.Helper()
	s := newStage()
	app := s.app()
	c := &call{tool: &s.tool, cmd: app}
	p, err := c.open("demo:order-flow/order-1002")
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	e, err := c.readOne(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestManyAndOne: some forms hold everything that is meant, the others one execution.
func TestManyAndOne(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{
		"export demo: -f otlp":                             8,
		"export demo:order-flow -f otlp":                   5,
		"export demo:order-flow -f otlp --failed":          2,
		"export demo:order-flow/order-1001 -f otlp":        1,
		"export demo: -f otlp --since 1h":                  1,
		"export demo: -f otlp --prefix order-100 --all":    5,
		"export demo: -f otlp --until 2026-11-01T09:00:00": 1,
	} {
		if got := strings.Count(output(t, strings.Fields(line)...), "\n"); got != want {
			t.Errorf("%s has %d lines, want %d", line, got, want)
		}
	}
}

// TestOneThatPasses: a form that holds one execution takes the filters too, and a named one must pass them.
func TestOneThatPasses(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"export demo:order-flow --status succeeded -f mermaid":                    "order-1001",
		"export demo: --status succeeded -f mermaid":                              "order-1001",
		"export demo: --failed -f mermaid":                                        "order-1005",
		"export demo:order-flow --status running -f mermaid":                      "order-1003",
		"export demo:order-flow --until 2026-11-01T10:00 -f mermaid":              "order-1001",
		"export demo:order-flow --since 2026-11-02 --until 2030-01-01 -f mermaid": "order-1005",
		"export demo:order-flow/order-1002 --failed -f mermaid":                   "order-1002",
		"export demo:order-flow/order-1002 --failed -f otlp":                      "order-1002",
	} {
		if got := output(t, strings.Fields(line)...); !strings.Contains(got, want) {
			t.Errorf("%s is not %s:\n%s", line, want, got)
		}
	}
	if got := output(t, "export", "demo:order-flow/order-1001", "--failed", "-f", "otlp"); got != "" {
		t.Errorf("a named one that does not pass, where there may be none:\n%s", got)
	}
}

// TestArchiveIsATarget: what is exported or synced is shown like the cloud itself.
func TestArchiveIsATarget(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "histories")
	first := output(t, "sync", "demo:", dir)
	second := output(t, "sync", "demo:", dir)
	golden(t, "sync.txt", first+second)
	for _, target := range []string{fileArchive(t), "file:" + dir} {
		for _, line := range []string{"show %s/order-1001", "show %s/order-1002 -o json", "show %s/order-1003 --events", "diff %s/order-1002", "list %s", "export %s -f otlp"} {
			want := output(t, strings.Fields(strings.Replace(line, "%s", "demo:order-flow", 1))...)
			got := output(t, strings.Fields(strings.Replace(line, "%s", target+"#order-flow", 1))...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s of an archive, mismatch (-want +got):\n%s", line, diff)
			}
		}
	}
}

// TestNamesAreTargets: each name that list prints is one that show takes.
func TestNamesAreTargets(t *testing.T) {
	t.Parallel()
	odd := filepath.Join(t.TempDir(), "my #1 %23.jsonl")
	output(t, "export", "demo:", "--out", odd)
	for _, target := range []string{"demo:", fileArchive(t), "file:" + odd} {
		names := strings.Split(strings.TrimSuffix(output(t, "list", target, "-o", "name"), "\n"), "\n")
		if len(names) != 8 {
			t.Errorf("%s has the names %q", target, names)
		}
		for _, name := range names {
			if got := output(t, "show", name, "-o", "name"); got != name+"\n" {
				t.Errorf("show %s shows %s", name, got)
			}
		}
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "report.html")
	output(t, "export", "demo:", "-f", "html", "-out", file) // as the README has it
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a new file: %v, %v", info, err)
	}
	before, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(before), "<!DOCTYPE html>") && !strings.HasPrefix(string(before), "<!doctype html>") {
		t.Errorf("the report begins with %.40q, error %v", before, err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if code := newStage().run(t.Context(), []string{"export", "demo:order-flow/nope", "--out", file}); code != exitNotFound {
		t.Errorf("an export of nothing: exit code %d", code)
	}
	if after, err := os.ReadFile(file); err != nil || !bytes.Equal(before, after) {
		t.Errorf("an export that failed left %d bytes, error %v", len(after), err)
	}
	link := filepath.Join(filepath.Dir(file), "link.html")
	if err := os.Symlink("report.html", link); err != nil {
		t.Fatal(err)
	}
	output(t, "export", "demo:order-flow/order-1001", "-o", link)
	info, err = os.Lstat(link)
	after, err2 := os.ReadFile(file)
	if errors.Join(err, err2) != nil || info.Mode()&os.ModeSymlink == 0 || bytes.Equal(before, after) {
		t.Errorf("written through a link: %v, errors %v and %v", info, err, err2)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("a file that was there: %v, %v", info, err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(file), ".flow*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	output(t, "export", "demo:", "-f", "csv", "--out", os.DevNull)
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("a device was replaced: %v, %v", info, err)
	}
}

// TestCSVWithoutRows: the names of the columns are there also when nothing passes.
func TestCSVWithoutRows(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"export demo: -f csv --prefix nope", "export demo: -f csv --events --prefix nope", "export demo:order-flow/order-1001 -f csv --failed"} {
		if got := output(t, strings.Fields(line)...); !strings.HasPrefix(got, "provider,scope,") || strings.Count(got, "\n") != 1 {
			t.Errorf("%s writes %q", line, got)
		}
	}
}

// TestCSV: each row has all cells, and --raw leaves them as they are.
func TestCSV(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"export demo: -f csv", "export demo: -f csv --events", "export demo: -f csv --raw"} {
		rows, err := csv.NewReader(strings.NewReader(output(t, strings.Fields(line)...))).ReadAll()
		if err != nil || len(rows) < 30 {
			t.Errorf("%s: %d rows, error %v", line, len(rows), err)
		}
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "report.html")
	s := newStage()
	if said := s.must(t, "open", "demo:", "--out", file); said != "" || len(s.opened) != 1 || s.opened[0] != file {
		t.Errorf("opened %q and said %q", s.opened, said)
	}
	s = newStage()
	if said := s.must(t, "open", "demo:", "--out", file, "--print"); said != file+"\n" || len(s.opened) != 0 {
		t.Errorf("with --print: opened %q and said %q", s.opened, said)
	}
	for _, problem := range []error{errNoBrowser, errors.New("it crashed")} {
		s = newStage()
		s.browse = func(context.Context, string) error { return problem }
		if said := s.must(t, "open", "demo:", "--out", file); said != file+"\n" || strings.Contains(s.stderr.String(), "crashed") == errors.Is(problem, errNoBrowser) {
			t.Errorf("%v: said %q and %q", problem, said, s.stderr.String())
		}
	}
	if report, err := os.ReadFile(file); err != nil || !bytes.Contains(report, []byte("CardDeclined")) {
		t.Errorf("the report has %d bytes, error %v", len(report), err)
	}
	if code := newStage().run(t.Context(), []string{"open", "demo:", "--out", file, "--exit-status"}); code != exitNotSucceeded {
		t.Errorf("with --exit-status: exit code %d", code)
	}
}
