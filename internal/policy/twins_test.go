// SPDX-License-Identifier: Apache-2.0

package policy_test

import (
	"go/ast"
	"go/doc"
	"go/token"
	"path"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// twin is what one of the two cloud packages has and the other has not, for a reason that lies in the cloud. Somebody
// who knows one package finds the way in the other: everything else has the same name in both.
type twin struct {
	directory string
	files     []string
	names     []string
}

func twins() (alibaba, huawei twin) {
	alibaba = twin{
		directory: "alibaba",
		files:     []string{"anchor.go", "list.go", "page.go"},
		names: []string{
			"Config.AccessKeySecret", "Credentials.AccessKeySecret", // the cloud's own word
			"Config.Client",   // the SDK's client signs
			"Config.Internal", // hosts inside a VPC
			"EventsItem",
		},
	}
	huawei = twin{
		directory: "huawei",
		files:     []string{"derive.go", "item.go", "region.go", "stepids.go", "stream.go", "times.go"},
		names: []string{
			"Config.SecretAccessKey", "Credentials.SecretAccessKey", // the cloud's own word
			"Config.Credential", // the SDK's credential signs
			"Config.ProjectID", "Config.EnterpriseProjectID",
			"Config.Token", "Credentials.Token", // an IAM token in place of keys
			"WorkflowExecutionBrief",
		},
	}
	return alibaba, huawei
}

func TestTwinsHaveTheSameFiles(t *testing.T) {
	t.Parallel()
	alibaba, huawei := twins()
	found := directories(t)
	if diff := cmp.Diff(alibaba.common(t, baseNames(found[alibaba.directory]), alibaba.files),
		huawei.common(t, baseNames(found[huawei.directory]), huawei.files)); diff != "" {
		t.Errorf("files mismatch, apart from those named in twins (-alibaba +huawei):\n%s", diff)
	}
}

func TestTwinsExportTheSameNames(t *testing.T) {
	t.Parallel()
	alibaba, huawei := twins()
	found := directories(t)
	exported := func(tw twin) []string {
		if len(found[tw.directory]) == 0 {
			t.Fatalf("the package %s is missing", tw.directory)
		}
		return exportedNames(documented(t, token.NewFileSet(), tw.directory, found[tw.directory]))
	}
	if diff := cmp.Diff(alibaba.common(t, exported(alibaba), alibaba.names),
		huawei.common(t, exported(huawei), huawei.names)); diff != "" {
		t.Errorf("exported names mismatch, apart from those named in twins (-alibaba +huawei):\n%s", diff)
	}
}

// common returns what is not named as a difference, sorted. A named one must be there, or the list grows stale.
func (tw twin) common(t *testing.T, all, differences []string) []string {
	t.Helper()
	for _, name := range differences {
		if !slices.Contains(all, name) {
			t.Errorf("%s has no %s: add it, or take it off the list in twins", tw.directory, name)
		}
	}
	rest := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return slices.Contains(differences, name) })
	slices.Sort(rest)
	return rest
}

func baseNames(files []string) []string {
	names := make([]string, 0, len(files))
	for _, file := range files {
		names = append(names, path.Base(file))
	}
	return names
}

// exportedNames lists constants, variables, functions and types, and Type.Name for methods and fields.
func exportedNames(p *doc.Package) []string {
	var names []string
	values := func(vs []*doc.Value) {
		for _, v := range vs {
			names = append(names, v.Names...)
		}
	}
	functions := func(fs []*doc.Func, prefix string) {
		for _, f := range fs {
			names = append(names, prefix+f.Name)
		}
	}
	values(p.Consts)
	values(p.Vars)
	functions(p.Funcs, "")
	for _, typ := range p.Types {
		names = append(names, typ.Name)
		values(typ.Consts)
		values(typ.Vars)
		functions(typ.Funcs, "")
		functions(typ.Methods, typ.Name+".")
		for _, spec := range typ.Decl.Specs {
			if s, ok := spec.(*ast.TypeSpec).Type.(*ast.StructType); ok {
				for _, field := range s.Fields.List {
					for _, name := range field.Names {
						names = append(names, typ.Name+"."+name.Name)
					}
				}
			}
		}
	}
	return names
}
