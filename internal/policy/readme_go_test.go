// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadmeGo compiles every Go block of the README, each as a package of its own that only exists in an overlay of the
// go command: nothing is written into the tree.
func TestReadmeGo(t *testing.T) {
	t.Parallel()
	readme, err := filepath.Abs(filepath.Join(top, "README.md"))
	if err != nil {
		t.Fatalf("finding the README: %v", err)
	}
	var bs []block
	for _, b := range blocks(read(t, "README.md")) {
		if b.language == "go" {
			bs = append(bs, b)
		}
	}
	if len(bs) == 0 {
		t.Fatal("README.md has no Go block: newcomers look for one")
	}
	if out, err := compile(t, readme, bs); err != nil {
		t.Errorf("Go blocks of README.md do not compile: %v\n%s", err, out)
	}
}

// TestReadmeTests runs the test functions that the README shows: a reader who copies one sees it pass.
func TestReadmeTests(t *testing.T) {
	t.Parallel()
	ran := 0
	for _, b := range blocks(read(t, "README.md")) {
		if b.language != "go" || !strings.HasPrefix(b.text, "func Test") {
			continue
		}
		ran++
		if out, err := runTests(t, b); err != nil {
			t.Errorf("README.md:%d: the test fails: %v\n%s", b.line, err, out)
		}
	}
	if ran == 0 {
		t.Error("README.md has no test function: newcomers look for one")
	}
}

// runTests compiles a block as the test of a package that only exists in an overlay, and runs it.
func runTests(t *testing.T, b block) (string, error) {
	t.Helper()
	text, err := b.source("README.md")
	if err != nil {
		return "", err
	}
	scratch := t.TempDir()
	name := fmt.Sprintf("readmetest%d", b.line)
	overlay := overlayOf(t, scratch, map[string]string{filepath.Join(name, "snippet_test.go"): text})
	program := filepath.Join(scratch, "snippet.test")
	// Vet would run in the directory that is not there.
	if out, err := goCommand(t, "test", "-c", "-vet=off", "-overlay", overlay, "-o", program, "./internal/policy/"+name); err != nil {
		return out, err
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Dir = scratch // the package has no directory of its own
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestSnippetForms shows what a block may be, and that a mistake in one is seen at its line.
func TestSnippetForms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		want string // in the compiler's words; "" when all is well
	}{
		"file":         {text: "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println() }\n"},
		"declarations": {text: "func TestX(t *testing.T) { fmt.Fprintln(os.Stderr, t.Name()) }\n"},
		"statements":   {text: "ref := history.Ref{Workflow: \"w\"}\nfor e, err := range client.Events(ctx, history.EventQuery{Ref: ref}) {\n\tif err != nil {\n\t\treturn err\n\t}\n\tfmt.Println(e.Type)\n}\n"},
		"unused":       {text: "page, err := client.EventPage(ctx, history.EventQuery{Ref: ref})\nvar next history.Cursor\n"},
		"bare return":  {text: "if err != nil {\n\treturn\n}\n"},
		"unknown name": {text: "fmt.Println(ref)\nfmt.Println(nothing)\n", want: "README.md:101: undefined: nothing"},
		"no Go":        {text: "for {\n", want: "neither a file nor declarations nor statements"},
		"internal":     {text: "package main\n\nimport _ \"" + module + "/internal/mask\"\n", want: "a reader cannot import"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := compile(t, "README.md", []block{{language: "go", text: test.text, line: 100}})
			switch {
			case test.want == "" && err != nil:
				t.Errorf("compiling failed: %v\n%s", err, out)
			case test.want != "" && !strings.Contains(fmt.Sprint(err, out), test.want):
				t.Errorf("compiling said %v\n%s\nwant %q", err, out, test.want)
			}
		})
	}
}

// compile builds each block and returns what the compiler says.
func compile(t *testing.T, readme string, bs []block) (string, error) {
	t.Helper()
	scratch := t.TempDir()
	files := make(map[string]string)
	var packages []string
	for _, b := range bs {
		text, err := b.source(readme)
		if err != nil {
			return "", fmt.Errorf("README.md:%d: %w", b.line, err)
		}
		name := fmt.Sprintf("readme%d", b.line)
		files[filepath.Join(name, "snippet.go")] = text
		packages = append(packages, "./internal/policy/"+name)
	}
	return goCommand(t, append([]string{"build", "-overlay", overlayOf(t, scratch, files)}, packages...)...)
}

// overlayOf writes files to a scratch directory, and an overlay of the go command that shows them under this one.
func overlayOf(t *testing.T, scratch string, files map[string]string) string {
	t.Helper()
	overlay := struct{ Replace map[string]string }{Replace: make(map[string]string)}
	for name, text := range files {
		real := filepath.Join(scratch, strings.ReplaceAll(name, string(filepath.Separator), "-"))
		write(t, real, []byte(text))
		shown, err := filepath.Abs(name)
		if err != nil {
			t.Fatalf("naming a block: %v", err)
		}
		overlay.Replace[shown] = real
	}
	listing, err := json.Marshal(overlay)
	if err != nil {
		t.Fatalf("listing the blocks: %v", err)
	}
	file := filepath.Join(scratch, "overlay.json")
	write(t, file, listing)
	return file
}

// goCommand runs the go command in the module's top directory and returns what it says.
func goCommand(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = top
	cmd.Env = append(os.Environ(), "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatalf("writing %s: %v", name, err)
	}
}
