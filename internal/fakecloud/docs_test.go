// SPDX-License-Identifier: Apache-2.0

package fakecloud_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"testing"

	"github.com/flowhistory/flowhistory/internal/fakecloud"
)

// The types that the test kits share are of this internal package, where no user looks them up. So the kits' own comments
// name every field.
func TestKitsNameEveryField(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"alibaba/alibabatest/server.go", "huawei/huaweitest/server.go"} {
		comments := declared(t, filepath.Join("..", "..", filepath.FromSlash(file)))
		for name, typ := range map[string]reflect.Type{
			"Fault":    reflect.TypeFor[fakecloud.Fault](),
			"Requests": reflect.TypeFor[fakecloud.Recorded](),
		} {
			for field := range typ.Fields() {
				if !regexp.MustCompile(`\b` + field.Name + `\b`).MatchString(comments[name]) {
					t.Errorf("%s: the comment of %s does not name the field %s of %v", file, name, field.Name, typ)
				}
			}
		}
	}
}

// declared maps what a file declares to its comment.
func declared(t *testing.T, file string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	comments := make(map[string]string)
	for _, declaration := range parsed.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			comments[d.Name.Name] = d.Doc.Text()
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok {
					comments[s.Name.Name] = d.Doc.Text()
				}
			}
		}
	}
	return comments
}
