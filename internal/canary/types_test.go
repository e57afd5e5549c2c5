// SPDX-License-Identifier: Apache-2.0

package canary_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dataTypes are the exported types that hold what a service sent, what a caller asked for, or what was counted: no
// credential gets into them, and what they hold is the user's data. They are listed so that a type that somebody adds is
// thought of: here, or in printed, which has those that could hold a credential or a text about one.
func dataTypes() []string {
	return []string{
		"history.Attempt", "history.Diagnostic", "history.Event", "history.EventQuery", "history.ExecutionQuery", "history.Failure",
		"history.RootCause", "history.Step", "history.Workflow", "history.WorkflowQuery", "history.RateLimit", "history.Ref", "history.Retry",
		"history.Capabilities",
		"history/analyze.Aggregate", "history/analyze.Change", "history/analyze.Difference", "history/analyze.Gap", "history/analyze.Report",
		"history/analyze.State", "history/analyze.Stats", "history/analyze.StepStats", "history/analyze.Summary", "history/analyze.WorkflowStats",
		"history/archive.Checkpoint", "history/archive.Counts", "history/archive.Policy", "history/archive.ReadOptions",
		"history/archive.Record", "history/archive.SchemaError", "history/archive.Progress", "history/archive.LineError",
		"history/archive.Archive", "history/archive.CheckpointFiles", "history/archive.Dir", "history/archive.Source", "history/archive.SyncOptions",
		"history/archive.Writer",
		"history/group.Counts",
		"history/render.HTMLOptions", "history/render.Live", "history/render.LiveOptions", "history/render.MermaidOptions", "history/render.SVGOptions",
		"history/render.TextOptions",
		"history/trace.Attribute", "history/trace.Options", "history/trace.Span", "history/trace.SpanEvent",
		"history/trace/oteltrace.IDs", "history/trace/oteltrace.Options",
	}
}

// kits are for tests: what they hold is made up, and a test may look at it.
func kits() []string {
	return []string{"alibaba/alibabatest", "huawei/huaweitest", "history/historytest"}
}

// Each exported struct of the module is either looked at, or known to hold data. Words, functions and interfaces hold nothing
// of their own.
func TestEachExportedTypeIsThoughtOf(t *testing.T) {
	t.Parallel()
	known := slices.Concat(dataTypes(), printed())
	slices.Sort(known)
	if diff := cmp.Diff(exportedStructs(t, "../.."), known); diff != "" {
		t.Errorf("the exported structs mismatch what dataTypes and printed list (-module +lists):\n%s", diff)
	}
}

// exportedStructs are the exported structs of the packages below a directory that others can import, kits aside, sorted.
func exportedStructs(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		within, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(within)
		switch {
		case entry.IsDir() && (slices.Contains(kits(), name) || name == "internal" || name == "examples" || name == "testdata" || strings.HasPrefix(name, ".") && name != "."):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, s := range structsOf(file) {
			found = append(found, filepath.ToSlash(filepath.Dir(within))+"."+s)
		}
		return nil
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("%d exported structs, %v", len(found), err)
	}
	slices.Sort(found)
	return found
}

// structsOf are the names of the exported structs of a file.
func structsOf(file *ast.File) []string {
	var found []string
	for _, d := range file.Decls {
		declaration, ok := d.(*ast.GenDecl)
		if !ok || declaration.Tok != token.TYPE {
			continue
		}
		for _, s := range declaration.Specs {
			spec, ok := s.(*ast.TypeSpec)
			if !ok || !spec.Name.IsExported() {
				continue
			}
			if _, ok := spec.Type.(*ast.StructType); ok {
				found = append(found, spec.Name.Name)
			}
		}
	}
	return found
}
