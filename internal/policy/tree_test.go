// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	module = "github.com/flowhistory/flowhistory"
	top    = "../.." // tests run in the directory of their package
)

// textFiles lists the files for people, named from the top with slashes: neither git's own nor test data.
func textFiles(t *testing.T, suffixes ...string) []string {
	t.Helper()
	var files []string
	err := fs.WalkDir(os.DirFS(top), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "testdata"):
			return fs.SkipDir
		case entry.Type().IsRegular() && slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(name, s) }):
			files = append(files, name)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("walking the tree: %v", err)
	}
	return files
}

func goFiles(t *testing.T) []string {
	t.Helper()
	return textFiles(t, ".go")
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

// read returns the text of a file named from the top.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(name)))
	if err != nil {
		t.Fatalf("%s cannot be read: %v", name, err)
	}
	return string(text)
}

// parse returns the syntax tree of a file named from the top, with its comments.
func parse(t *testing.T, fset *token.FileSet, name string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(fset, name, read(t, name), parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%s is not Go: %v", name, err)
	}
	return file
}

// directories groups the Go files that are not tests by their directory.
func directories(t *testing.T) map[string][]string {
	t.Helper()
	found := make(map[string][]string)
	for _, name := range goFiles(t) {
		if !isTest(name) {
			found[path.Dir(name)] = append(found[path.Dir(name)], name)
		}
	}
	return found
}

// runGo runs the go command at the top and returns what it prints. The environment makes the answer the same on every
// machine.
func runGo(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = top
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}
