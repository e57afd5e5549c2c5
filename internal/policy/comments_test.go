// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"go/ast"
	"go/doc"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documented returns the documentation of the package in a directory as go doc sees it: exported names only.
func documented(t *testing.T, fset *token.FileSet, directory string, names []string) *doc.Package {
	t.Helper()
	files := make([]*ast.File, 0, len(names))
	for _, name := range names {
		files = append(files, parse(t, fset, name))
	}
	p, err := doc.NewFromFiles(fset, files, path.Join(module, directory))
	if err != nil {
		t.Fatalf("the documentation of %s cannot be read: %v", directory, err)
	}
	return p
}

func TestPackageComments(t *testing.T) {
	t.Parallel()
	found := directories(t)
	for _, directory := range slices.Sorted(maps.Keys(found)) {
		p := documented(t, token.NewFileSet(), directory, found[directory])
		want := "Package " + p.Name + " "
		if p.Name == "main" {
			want = "Command " + path.Base(directory) + " "
		}
		if !strings.HasPrefix(p.Doc, want) {
			first, _, _ := strings.Cut(p.Doc, "\n")
			t.Errorf("the comment of the package in %s starts with %q, want %q (a blank line above the package clause detaches it)",
				directory, first, want)
		}
	}
}

// publicPackages are those that users import: there every exported name says what it is.
func publicPackages() []string {
	return []string{"history/...", "alibaba/...", "huawei/..."}
}

func TestExportedNamesHaveComments(t *testing.T) {
	t.Parallel()
	found := directories(t)
	for _, directory := range slices.Sorted(maps.Keys(found)) {
		if !matchAny(publicPackages(), directory) {
			continue
		}
		fset := token.NewFileSet()
		c := commentChecker{t: t, fset: fset}
		c.packageDoc(documented(t, fset, directory, found[directory]))
	}
}

// commentChecker reports exported names without a comment.
type commentChecker struct {
	t    *testing.T
	fset *token.FileSet
}

func (c commentChecker) missing(pos token.Pos, what string) {
	c.t.Errorf("%s: %s has no comment: say what it is, its unit, default and zero value", c.fset.Position(pos), what)
}

func (c commentChecker) packageDoc(p *doc.Package) {
	c.values(p.Consts)
	c.values(p.Vars)
	c.functions(p.Funcs)
	for _, typ := range p.Types {
		if typ.Doc == "" {
			c.missing(typ.Decl.Pos(), typ.Name)
		}
		c.values(typ.Consts)
		c.values(typ.Vars)
		c.functions(typ.Funcs)
		c.functions(typ.Methods)
		for _, spec := range typ.Decl.Specs {
			c.members(spec.(*ast.TypeSpec), typ.Doc)
		}
	}
}

func (c commentChecker) functions(fs []*doc.Func) {
	for _, f := range fs {
		if f.Doc == "" {
			c.missing(f.Decl.Pos(), strings.TrimPrefix(f.Recv+"."+f.Name, "."))
		}
	}
}

// values accepts one comment for a whole group.
func (c commentChecker) values(vs []*doc.Value) {
	for _, v := range vs {
		if v.Doc != "" {
			continue
		}
		for _, spec := range v.Decl.Specs {
			if s := spec.(*ast.ValueSpec); s.Doc.Text() == "" && s.Comment.Text() == "" {
				c.missing(s.Pos(), s.Names[0].Name)
			}
		}
	}
}

// members looks at the fields of a struct and the methods of an interface. The comment of the type may speak for those
// that it names.
func (c commentChecker) members(spec *ast.TypeSpec, typeDoc string) {
	named := regexp.MustCompile(`\w+`).FindAllString(typeDoc, -1)
	var fields []*ast.Field
	switch typ := spec.Type.(type) {
	case *ast.StructType:
		fields = typ.Fields.List
	case *ast.InterfaceType:
		fields = typ.Methods.List
	}
	covered, last := false, 0
	for _, field := range fields {
		if len(field.Names) == 0 {
			continue // embedded: its own type says what it is
		}
		// A comment may speak for the fields that follow it without a blank line.
		line := c.fset.Position(field.Pos()).Line
		covered = field.Doc.Text() != "" || field.Comment.Text() != "" || covered && line == last+1
		last = c.fset.Position(field.End()).Line
		if !covered && !slices.Contains(named, field.Names[0].Name) {
			c.missing(field.Pos(), spec.Name.Name+"."+field.Names[0].Name)
		}
	}
}
