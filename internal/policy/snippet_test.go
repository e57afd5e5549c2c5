// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A Go block of the README takes one of three forms; the first that parses is the one:
//
//   - a whole file, from its package clause on, with its own imports;
//   - declarations, such as a test function;
//   - statements, such as a loop. They stand in a function that returns an error and has the parameters of
//     snippetFunction, so that they may use ctx, client, ref, err and t without saying where these come from.
//
// In the last two forms the packages of importTable need no import. Variables that statements declare, but do not use,
// are no mistake: a block often ends where the reader's own program goes on. Blocks do not see one another's names.
const snippetFunction = "func _(ctx context.Context, client *history.Client, ref history.Ref, err error, t *testing.T) (_ error) {"

// importTable maps the names that a block may use without an import to the paths they stand for.
func importTable() map[string]string {
	table := map[string]string{
		"fnf":   "github.com/aliyun/alibaba-cloud-sdk-go/services/fnf",
		"model": "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/aom/v1/model",
	}
	own := []string{
		module + "/history", module + "/history/historytest", module + "/history/render",
		module + "/alibaba", module + "/alibaba/alibabatest",
		module + "/huawei", module + "/huawei/huaweitest",
	}
	std := []string{
		"bytes", "context", "encoding/json", "errors", "fmt", "io", "iter", "log", "log/slog", "maps", "net/http", "os",
		"os/signal", "slices", "strings", "sync", "testing", "time",
	}
	for _, p := range slices.Concat(own, std) {
		table[path.Base(p)] = p
	}
	return table
}

// source returns the block as a file of package snippet, whose lines are those of the file that it came from.
func (b block) source(file string) (string, error) {
	position := fmt.Sprintf("//line %s:%d\n", file, b.line)
	if fileAST, err := parseSnippet(b.text); err == nil {
		if err := checkSnippetImports(fileAST); err != nil {
			return "", err
		}
		// A program is compiled only, not linked, when it is not package main.
		start, end := int(fileAST.Name.Pos())-1, int(fileAST.Name.End())-1
		return position + b.text[:start] + "snippet" + b.text[end:], nil
	}

	declarations, err := parseSnippet("package snippet\n" + b.text)
	if err == nil {
		if err := checkSnippetImports(declarations); err != nil {
			return "", err
		}
		return "package snippet\n" + imports(declarations) + position + b.text, nil
	}

	statements, err := parseSnippet("package snippet\n" + snippetFunction + "{\n" + b.text + "}\nreturn nil\n}\n")
	if err != nil {
		return "", fmt.Errorf("neither a file nor declarations nor statements: %w", err)
	}
	return "package snippet\n" + imports(statements) + snippetFunction + "{\n" + position + b.text +
		"//line snippet.go:1\n" + uses(statements) + "}\nreturn nil\n}\n", nil
}

func parseSnippet(text string) (*ast.File, error) {
	return parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
}

// checkSnippetImports refuses what only works inside this module, where the snippets are compiled.
func checkSnippetImports(file *ast.File) error {
	for _, spec := range file.Imports {
		if strings.Contains(spec.Path.Value, module+"/internal/") {
			return errors.New("a reader cannot import " + spec.Path.Value)
		}
	}
	return nil
}

// imports returns the import declarations for the names of importTable that a file uses, but does not declare.
func imports(file *ast.File) string {
	used, declared := make(map[string]bool), make(map[string]bool)
	for _, spec := range file.Imports {
		importPath, _ := strconv.Unquote(spec.Path.Value)
		declared[path.Base(importPath)] = true
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if base, ok := selector.X.(*ast.Ident); ok {
				used[base.Name] = true
			}
		}
		for _, name := range declares(n) {
			declared[name.Name] = true
		}
		return true
	})
	table := importTable()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if importPath := table[name]; importPath != "" && !declared[name] {
			fmt.Fprintf(&b, "import %s %q\n", name, importPath)
		}
	}
	return b.String()
}

// declares returns the names of values that a node itself declares.
func declares(n ast.Node) []*ast.Ident {
	var expressions []ast.Expr
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE {
			expressions = n.Lhs
		}
	case *ast.RangeStmt:
		if n.Tok == token.DEFINE {
			expressions = []ast.Expr{n.Key, n.Value}
		}
	case *ast.ValueSpec:
		return n.Names
	case *ast.Field:
		return n.Names
	}
	var names []*ast.Ident
	for _, e := range expressions {
		if name, ok := e.(*ast.Ident); ok {
			names = append(names, name)
		}
	}
	return names
}

// uses returns statements that use every variable of the outermost statements.
func uses(file *ast.File) string {
	var b strings.Builder
	function := file.Decls[len(file.Decls)-1].(*ast.FuncDecl)
	for _, statement := range function.Body.List[0].(*ast.BlockStmt).List {
		names := declares(statement)
		if d, ok := statement.(*ast.DeclStmt); ok && d.Decl.(*ast.GenDecl).Tok == token.VAR {
			for _, spec := range d.Decl.(*ast.GenDecl).Specs {
				names = append(names, declares(spec)...)
			}
		}
		if _, loop := statement.(*ast.RangeStmt); loop {
			continue // its variables end with it
		}
		for _, name := range names {
			if name.Name != "_" {
				fmt.Fprintf(&b, "_ = %s\n", name.Name)
			}
		}
	}
	return b.String()
}
