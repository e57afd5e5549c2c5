// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	maxLines     = 350
	maxTestLines = 400
)

func TestTopLevel(t *testing.T) {
	t.Parallel()
	want := []string{"LICENSE", "README.md", "alibaba", "examples", "go.mod", "go.sum", "history", "huawei", "internal"}
	entries, err := os.ReadDir(top)
	if err != nil {
		t.Fatalf("reading the top level: %v", err)
	}
	var got []string
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), ".") {
			got = append(got, entry.Name())
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) && !ignored(t, name) {
			t.Errorf("%s does not belong at the top level, which is fixed: move it below, or remove it", name)
		}
	}
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("%s is missing at the top level", name)
		}
	}
}

// ignored reports whether .gitignore names an entry of the top level: what the examples write there when they are run as
// the README says is no part of the tree.
func ignored(t *testing.T, name string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, ".gitignore"))
	if err != nil {
		t.Fatalf("reading .gitignore: %v", err)
	}
	lines := strings.Split(string(text), "\n")
	return slices.Contains(lines, "/"+name) || slices.Contains(lines, "/"+name+"/")
}

// TestFileHeads also sees to the blank line: without it the licence would become the package comment.
func TestFileHeads(t *testing.T) {
	t.Parallel()
	const head = "// SPDX-License-Identifier: Apache-2.0\n\n"
	for _, name := range goFiles(t) {
		if !strings.HasPrefix(read(t, name), head) {
			t.Errorf("%s does not start with the line %q and a blank line", name, strings.TrimSpace(head))
		}
	}
}

func TestFileLengths(t *testing.T) {
	t.Parallel()
	for _, name := range goFiles(t) {
		limit := maxLines
		if isTest(name) {
			limit = maxTestLines
		}
		if n := strings.Count(read(t, name), "\n"); n > limit {
			t.Errorf("%s has %d lines, more than %d: split it by what it holds", name, n, limit)
		}
	}
}

// TestWords looks for words that a finished tree does not have. They are put together here, so that this file has none.
func TestWords(t *testing.T) {
	t.Parallel()
	unfinished := regexp.MustCompile(`\b(` + "TO" + `DO|FIX` + `ME|X` + `XX)\b`)
	machine := regexp.MustCompile(`(^|[^\w./])/(ho` + `me|ro` + `ot|Us` + `ers)/\w`)
	files := textFiles(t, ".go", ".md", ".sh", ".txt", "run", "go.mod")
	checks, err := filepath.Glob(filepath.Join(top, ".ci", "checks", "*"))
	if err != nil || len(checks) == 0 {
		t.Fatalf("the checks: %q, %v", checks, err)
	}
	for _, check := range checks { // whose names have nothing in common
		files = append(files, ".ci/checks/"+filepath.Base(check))
	}
	for _, name := range files {
		for i, line := range strings.Split(read(t, name), "\n") {
			if word := unfinished.FindString(line); word != "" {
				t.Errorf("%s:%d: %s: finish it, or open an issue", name, i+1, word)
			}
			if machine.MatchString(line) {
				t.Errorf("%s:%d: a path of somebody's machine: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	}
}

// TestCalls looks for calls that make tests slow, blind or dependent on their order.
func TestCalls(t *testing.T) {
	t.Parallel()
	testingValues := []string{"t", "b", "f", "tb"}
	skips := []string{"Skip", "Skipf", "SkipNow"}
	for _, name := range goFiles(t) {
		fset := token.NewFileSet()
		ast.Inspect(parse(t, fset, name), func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv == nil && n.Name.Name == "init" {
					t.Errorf("%s: func init: importing a package must have no effect", fset.Position(n.Pos()))
				}
			case *ast.SelectorExpr:
				base, _ := n.X.(*ast.Ident)
				switch {
				case base == nil:
				case isTest(name) && base.Name == "time" && n.Sel.Name == "Sleep":
					t.Errorf("%s: a test that sleeps: use testing/synctest, a channel or a clock of its own", fset.Position(n.Pos()))
				case slices.Contains(testingValues, base.Name) && slices.Contains(skips, n.Sel.Name):
					t.Errorf("%s: a test that is skipped proves nothing: make it run everywhere, or remove it", fset.Position(n.Pos()))
				}
			}
			return true
		})
	}
}
