// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sources parses the files of a package, tests left out.
func sources(t *testing.T, dir string) (*token.FileSet, []*ast.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return fset, files
}

// fmt calls a method named Error or Format, and slog and errors an Error, of whatever value they are given: a value that
// has one is printed in another way than it looks.
func TestNoValueHasAMethodNamedErrorOrFormat(t *testing.T) {
	t.Parallel()
	_, files := sources(t, ".")
	var got []string
	for _, f := range files {
		for _, decl := range f.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || fn.Name.Name != "Error" && fn.Name.Name != "Format" {
				continue
			}
			got = append(got, receiver(fn.Recv.List[0].Type)+"."+fn.Name.Name)
		}
	}
	slices.Sort(got)
	// Kinds are errors by design, and *Error and the unexported one are nothing else.
	equal(t, "methods", []string{"*Error.Error", "*causedError.Error", "Kind.Error"}, got)
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return "*" + receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return "?"
}

// What is embedded lends its methods: a Ref with a method would give it to every event.
func TestRefHasNoMethods(t *testing.T) {
	t.Parallel()
	_, files := sources(t, ".")
	for _, f := range files {
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv != nil && strings.TrimPrefix(receiver(fn.Recv.List[0].Type), "*") == "Ref" {
				t.Errorf("Ref has the method %s", fn.Name.Name)
			}
		}
	}
}

// An import path of the standard library has no dot in its first element.
func TestHistoryImportsTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	const model = "github.com/flowhistory/flowhistory/history"
	for dir, own := range map[string]string{
		".": "", "internal/caused": "", "internal/ends": model, "internal/short": "", "analyze": model, "archive": model, "group": model, "historytest": model, "render": model, "trace": model,
	} {
		fset, files := sources(t, dir)
		for _, f := range files {
			for _, spec := range f.Imports {
				path, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") && path != own && (own == "" || !strings.HasPrefix(path, own+"/internal/")) {
					t.Errorf("%s imports %s", fset.Position(spec.Pos()), path)
				}
			}
		}
	}
}

func TestEverythingExportedIsDocumented(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "analyze", "archive", "group", "historytest", "internal/caused", "internal/ends", "internal/short", "render", "trace", "trace/oteltrace"} {
		fset, files := sources(t, dir)
		for _, f := range files {
			for _, decl := range f.Decls {
				for _, name := range undocumented(decl) {
					t.Errorf("%s: %s has no doc comment", fset.Position(decl.Pos()), name)
				}
			}
		}
	}
}

// undocumented lists the exported names that a declaration does not document; constants may share their group's comment.
func undocumented(decl ast.Decl) []string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || ast.IsExported(strings.TrimPrefix(receiver(d.Recv.List[0].Type), "*"))) {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		var names []string
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && s.Doc == nil && d.Doc == nil {
					names = append(names, s.Name.Name)
				}
			case *ast.ValueSpec:
				if s.Names[0].IsExported() && s.Doc == nil && d.Doc == nil && s.Comment == nil {
					names = append(names, s.Names[0].Name)
				}
			}
		}
		return names
	}
	return nil
}
